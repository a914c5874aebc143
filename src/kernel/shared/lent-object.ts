import type { Process } from '../process/process.js'
import { Exit } from '../terms/exit-reason.js'
import type { Callable, Crossing } from './crossing.js'
import { blame } from './failure-owner.js'
import type { Handings } from './functions-handed-over.js'
import { type Method, methodOf } from './handed-function.js'
import { ObjectStandIn } from './object-stand-in.js'
import { handlerOf } from './stand-in.js'
import { isClass } from './value-kind.js'

/** Returns the handler of the stand-in that a thing has for an object of a worker; `undefined` for any other value. */
export function lentBy(value: unknown): Lent | undefined {
  const handler = handlerOf(value)
  return handler instanceof Lent ? handler : undefined
}

/**
 * The stand-in of an object of a class that a worker made and passed to a thing: an observer, a job, a handler, a stream. The methods that
 * the thing calls run as the worker. Code that gets the object from the thing has the object itself.
 *
 * When the worker is dead, the methods are left-over code, like a listener: whatever it is connected to still has to end, remove or stop
 * it. It is kept as long as the thing keeps its stand-in: a cache gives it to the next user.
 */
export class Lent extends ObjectStandIn {
  readonly #methods = new Map<Callable, Method>()
  #process: Process
  #handings: Handings

  constructor(
    thing: object,
    process: Process,
    handings: Handings,
    /** The call in which it was passed on last. */
    public call: number,
  ) {
    super(thing)
    this.#process = process
    this.#handings = handings
  }

  get crossing(): Crossing {
    return this.#handings.crossing
  }

  isOf(process: Process | undefined): boolean {
    return this.#process === process
  }

  /**
   * Called when it is passed on again, maybe by a process that got it from the thing. It then belongs to that process, if the former one is
   * dead.
   */
  handedBy(process: Process, handings: Handings, call: number): void {
    if (handings === this.#handings) {
      this.call = call
    } else if (this.#handings.fence !== undefined) {
      this.#methods.clear()
      this.#process = process
      this.#handings = handings
      this.call = call
    }
  }

  protected read(key: PropertyKey): unknown {
    const value = this.#run(() => Reflect.get(this.thing, key))
    if (typeof value === 'function') return this.#function(value as Callable)
    return typeof value === 'object' && value !== null
      ? this.crossing.member(value, this.#process, this.call)
      : value
  }

  protected write(value: unknown, act: (entered: unknown) => boolean): boolean {
    return this.#run(() => act(this.crossing.out(value))) ?? true
  }

  #function(fn: Callable): unknown {
    let method = this.#methods.get(fn)
    if (method === undefined) {
      if (handlerOf(fn) !== undefined) return this.crossing.handed(fn)
      if (isClass(fn)) return fn
      method = methodOf(fn, this.#handings, this.call, this.#process)
      this.#methods.set(fn, method)
    }
    method.call = this.call
    return method.standIn
  }

  /** Runs a getter or a setter, which is code of the worker, and left-over code when that is dead. */
  #run<T>(act: () => T): T | undefined {
    const process = this.#process
    return process.within(() => {
      try {
        return act()
      } catch (error) {
        if (this.crossing.isAwaited(this.call) && !(error instanceof Exit)) {
          blame(error, process, this.crossing.home)
          throw error
        }
        process.fail(error)
        return undefined
      }
    })
  }
}
