import { isAsyncFunction } from '../../kernel/index.js'
import { InjectedFault } from './injected.js'
import type { CrashOptions, Fault } from './process-fault.js'
import { Counter } from './selection.js'

/** How a call of a dependency fails. */
export interface CallFaultOptions extends CrashOptions {
  /** It returns a promise that never settles, in place of an error. Default false. */
  readonly hang?: boolean
}

interface CallFault {
  readonly method: PropertyKey
  readonly counter: Counter
  readonly options: CallFaultOptions
}

/** An injected object whose methods fail when a test says so, and else do what they do. */
export class Dependency<T extends object> {
  readonly proxy: T
  readonly #faults: CallFault[] = []

  constructor(object: T, name: string) {
    this.proxy = new Proxy(object, {
      get: (target, key) => {
        const member: unknown = Reflect.get(target, key, target)
        if (typeof member !== 'function') return member
        return (...args: unknown[]): unknown => {
          const fault = this.#faults.find(({ method, counter }) => method === key && counter.hit())
          if (fault === undefined) return member.apply(target, args)
          return fail(fault.options, `${name}.${String(key)}`, isAsyncFunction(member))
        }
      },
    })
  }

  fail(method: PropertyKey, options: CallFaultOptions): Fault {
    const counter = new Counter(options, 'failCall')
    const fault = { method, counter, options }
    this.#faults.push(fault)
    return {
      get struck() {
        return counter.struck
      },
      remove: () => void this.#faults.splice(this.#faults.indexOf(fault), 1),
    }
  }
}

function fail({ hang, error }: CallFaultOptions, where: string, isAsync: boolean): unknown {
  if (hang === true) return new Promise(() => {})
  const thrown = error ?? new InjectedFault(where)
  if (isAsync) return Promise.reject(thrown)
  throw thrown
}
