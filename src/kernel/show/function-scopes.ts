/** What names in the text of a function stand for: the variables that its code sees, which no JavaScript outside of it can name. */
import { types } from 'node:util'
import { InspectorSession } from './inspector-session.js'
import { isObject } from './safe-read.js'

/** A value that was found, or nothing. */
type Found = { readonly value: unknown } | undefined

/** Reads for as long as it is open; nothing that it does has an effect in the program. */
export class FunctionScopes implements Disposable {
  readonly #scopes = new Map<object, readonly object[]>()

  private constructor(private readonly session: InspectorSession) {}

  /** Text instead, where there is no inspector: why. */
  static open(): FunctionScopes | string {
    const session = InspectorSession.refusal === undefined ? InspectorSession.open() : undefined
    return session === undefined ? (InspectorSession.refusal ?? '') : new FunctionScopes(session)
  }

  /** What a path of names, `module.settings`, stands for in the code of a function. */
  resolve(code: object, [first = '', ...rest]: readonly string[]): Found {
    const known = this.#scopes.get(code) ?? this.session.scopesOf(code)
    this.#scopes.set(code, known)
    const scope = known.find((each) => Object.hasOwn(each, first))
    let found: Found = scope === undefined ? undefined : this.#member(scope, first)
    for (const name of rest) found = found === undefined ? undefined : this.#member(found.value, name)
    return found
  }

  [Symbol.dispose](): void {
    this.session.close()
  }

  /** A getter that does more than compilers make of an import runs only where that has no effect, which takes the engine some time. */
  #member(holder: unknown, name: string): Found {
    for (let at = holder; isObject(at) && !types.isProxy(at); at = Object.getPrototypeOf(at)) {
      const own = descriptorOf(at, name)
      if (own === undefined) continue
      if ('value' in own) return { value: own.value }
      if (own.get === undefined || !PLAIN_GETTER.test(Function.prototype.toString.call(own.get))) break
      return called(own.get, holder)
    }
    return this.session.harmlessly(holder, `function () { return this[${JSON.stringify(name)}] }`)
  }
}

/** `() => name`, `get() { return module.name }`, and the same in a `try`. */
const PLAIN_GETTER =
  /^(?:(?:get|function)?\s*[\w$]*\s*\(\)\s*(?:=>)?)\s*(?:\{\s*(?:try\s*\{\s*)?return\s+)?[\w$]+(?:\.[\w$]+)*\s*;?\s*(?:\}\s*(?:catch\s*(?:\(\w+\)\s*)?\{\s*\}\s*\}?)?)?$/

/** One of a module that is still being loaded throws. */
function called(getter: () => unknown, holder: unknown): Found {
  try {
    return { value: getter.call(holder) }
  } catch {
    return undefined
  }
}

/** A module that is still being loaded throws for what it has not yet. */
function descriptorOf(holder: object, name: string): PropertyDescriptor | undefined {
  try {
    return Object.getOwnPropertyDescriptor(holder, name)
  } catch {
    return undefined
  }
}
