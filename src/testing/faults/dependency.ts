import { isAsyncFunction, read } from '../../kernel/index.js'
import { testingError } from '../errors.js'
import { InjectedFault } from './injected.js'
import type { CrashOptions, Fault } from './process-fault.js'
import { Counter } from './selection.js'

/** How a call of a dependency fails. */
export interface CallFaultOptions extends CrashOptions {
  /**
   * It returns a promise that never settles, in place of an error; but one that rejects as `fetch` does when an
   * `AbortSignal` aborts that is among the arguments, or is the `signal` of one of them. Default false.
   */
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

  constructor(
    private readonly object: T,
    private readonly name: string,
  ) {
    this.proxy = new Proxy(object, {
      get: (target, key) => {
        const member: unknown = Reflect.get(target, key, target)
        if (typeof member !== 'function') return member
        return (...args: unknown[]): unknown => {
          const fault = this.#faults.find(({ method, counter }) => method === key && counter.hit())
          if (fault === undefined) return member.apply(target, args)
          return fail(fault.options, `${name}.${String(key)}`, isAsyncFunction(member), args)
        }
      },
    })
  }

  fail(method: PropertyKey, options: CallFaultOptions): Fault {
    if (typeof read(this.object, method) !== 'function') {
      const expected = `a method of ${this.name}: ${methodsOf(this.object).join(', ') || 'it has none'}`
      throw testingError('TEST_OPTION_INVALID', {
        action: 'failCall',
        option: 'method',
        value: method,
        expected,
      })
    }
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

/** Of an object and its classes. */
function methodsOf(object: object): string[] {
  const names = new Set<string>()
  for (let at: object = object; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const key of Object.getOwnPropertyNames(at)) {
      if (key !== 'constructor' && typeof read(object, key) === 'function') names.add(key)
    }
  }
  return [...names]
}

function fail(
  { hang, error }: CallFaultOptions,
  where: string,
  isAsync: boolean,
  args: readonly unknown[],
): unknown {
  if (hang === true) return untilAborted(args)
  const thrown = error ?? new InjectedFault(where)
  if (isAsync) return Promise.reject(thrown)
  throw thrown
}

function untilAborted(args: readonly unknown[]): Promise<never> {
  const signals = args.flatMap(signalOf)
  return new Promise((_resolve, reject) => {
    const aborted = signals.find((signal) => signal.aborted)
    if (aborted !== undefined) reject(aborted.reason)
    else
      for (const signal of signals)
        signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

function signalOf(arg: unknown): AbortSignal | [] {
  if (arg instanceof AbortSignal) return arg
  const signal: unknown = typeof arg === 'object' && arg !== null && 'signal' in arg ? arg.signal : undefined
  return signal instanceof AbortSignal ? signal : []
}
