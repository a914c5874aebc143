/**
 * Converts calls of methods to and from terms of a BEAM: `{:add_item, "tea"}` is `addItem('tea')`, and `:total` is `total()`. A method with
 * exactly that name goes first.
 */
import { METHOD_OF, MethodCall } from '../../genserver/index.js'
import { KEY_FORM } from '../../kernel/index.js'
import { encode } from '../format/external-term-format.js'
import { Atom, atom } from '../terms/atom.js'
import { Tuple } from '../terms/tuple.js'

/** `addItem` as `add_item`. */
export function atomOfMethod(method: string): Atom {
  return atom(method.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
}

/** Returns the term for a call or a cast of a method. */
export function methodTerm(method: string, args: readonly unknown[]): Atom | Tuple {
  const name = atomOfMethod(method)
  return args.length === 0 ? name : new Tuple([name, ...args])
}

function methodNamed(name: string, table: ReadonlySet<string>): string {
  if (table.has(name)) return name
  const camelCase = name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
  return table.has(camelCase) ? camelCase : name
}

/** Equal tuples are equal keys of registries and groups. */
function keyOf(this: Tuple): unknown {
  try {
    return `\0tuple ${Buffer.from(encode(this)).toString('latin1')}`
  } catch {
    // It contains a value that is compared by identity.
    return this
  }
}

// Servers ask a request for its method. The classes of terms do not depend on servers, so this is defined here.
Object.defineProperty(Atom.prototype, METHOD_OF, {
  value(this: Atom, table: ReadonlySet<string>): MethodCall {
    return new MethodCall(methodNamed(this.name, table), [])
  },
})
Object.defineProperty(Tuple.prototype, METHOD_OF, {
  value(this: Tuple, table: ReadonlySet<string>): MethodCall | undefined {
    const [name, ...args] = this.elements
    return name instanceof Atom ? new MethodCall(methodNamed(name.name, table), args) : undefined
  },
})
Object.defineProperty(Tuple.prototype, KEY_FORM, { value: keyOf })
