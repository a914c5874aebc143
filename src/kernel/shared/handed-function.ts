import { currentProcess } from '../context/current-process.js'
import { runAsNobody } from '../context/no-process.js'
import { Given } from '../context/private-brand.js'
import { hasPlainPrototype, isPromise } from '../context/promise-owner.js'
import type { Process } from '../process/process.js'
import { Exit } from '../terms/exit-reason.js'
import type { Callable, Crossing, SharingProcess } from './crossing.js'
import { blame, isBlamable } from './failure-owner.js'
import { type Handings, handingsOf, type Kept } from './functions-handed-over.js'
import { refusal } from './refused-call.js'
import { emptyFunction, handlerOf, standIn } from './stand-in.js'
import { isClass } from './value-kind.js'

/** Whether a function is the stand-in of a function that was passed to a thing. */
export function isHanded(fn: object): boolean {
  return handlerOf(fn) instanceof Handed
}

/**
 * Returns a passed function in the form for the current process: its own function itself, the function of another process as a stand-in.
 */
export function handedBack(fn: Callable): Callable {
  const handed = handlerOf(fn) as Handed
  return (handed.isOf(currentProcess<Process>()) ? handed.fn : undefined) ?? fn
}

/**
 * Returns the stand-in that a thing gets for a function of `process`: the same one for the same function, so that a listener can be
 * removed.
 *
 * @param call the call of the thing to which it is passed
 */
export function handOver(
  fn: Callable,
  process: Process | undefined,
  crossing: Crossing,
  call: number,
): Callable {
  const handings = handingsOf(process, crossing)
  const known = Noted.of(fn)?.find((each) => each.handings === handings)
  if (known !== undefined) {
    known.call = call
    return known.standIn
  }
  const handed = new Handed(handings, fn, call)
  Noted.add(fn, handed)
  if (handings.fence !== undefined) handed.forget()
  else handings.add(handed)
  return handed.standIn
}

/** The mark on a function with its stand-ins, one for each process that passed it on. */
class Noted extends Given {
  #handed: readonly Handed[]

  constructor(fn: Callable, handed: readonly Handed[]) {
    super(fn)
    this.#handed = handed
  }

  static of(fn: Callable): readonly Handed[] | undefined {
    return #handed in fn ? (fn as unknown as Noted).#handed : undefined
  }

  static add(fn: Callable, handed: Handed): void {
    const others = Noted.of(fn)?.filter(({ handings }) => handings.fence === undefined)
    if (others === undefined) new Noted(fn, [handed])
    else (fn as unknown as Noted).#handed = [...others, handed]
  }
}

/** A method of an object or a function that was passed to a thing. */
export interface Method {
  readonly standIn: Callable
  call: number
}

/**
 * @param afterwards the process as whose left-over code the method runs after the death of its process; `undefined` if it does not run then
 */
export function methodOf(
  fn: Callable,
  handings: Handings,
  call: number,
  afterwards: Process | undefined,
): Method {
  return new Handed(handings, fn, call, { afterwards })
}

const TARGET = emptyFunction()

/**
 * Whether it is the function by which an `http.Agent` passes one of its sockets to a request. Node then adds listeners of its own, which
 * return the socket even if the worker that made the request is dead: with a stand-in of the socket the agent would wait for it without
 * end.
 */
function isConnection(fn: Callable): boolean {
  if (fn.name !== 'onSocket') return false
  return fn === (process.getBuiltinModule?.('node:http').ClientRequest.prototype as Requesting).onSocket
}

type Requesting = Partial<Record<'onSocket', Callable>>

/** The handler of a stand-in of a function, which runs as the process that passed it on, whoever calls it. */
class Handed implements ProxyHandler<object>, Kept {
  readonly standIn = standIn(TARGET, this) as Callable
  /** `undefined` if only its process holds the function, and when that is dead. */
  #fn: Callable | undefined
  #calls = 0
  #aged = false
  #methods: Map<Callable, Method> | undefined

  constructor(
    readonly handings: Handings,
    fn: Callable,
    /** The call in which it was passed on last. */
    public call: number,
    /** Set for a method. */
    readonly of?: { readonly afterwards: Process | undefined },
  ) {
    this.#fn = fn
  }

  get fn(): Callable | undefined {
    return this.#fn ?? this.handings.functions.get(this)
  }

  age(): void {
    this.#aged = true
    if (this.#calls !== 1) this.#keep()
  }

  forget(): void {
    this.#fn = undefined
  }

  #keep(): void {
    if (this.#fn !== undefined) this.handings.functions.set(this, this.#fn)
    this.forget()
  }

  isOf(process: Process | undefined): boolean {
    return this.handings.process === process
  }

  apply(_: object, self: unknown, args: readonly unknown[]): unknown {
    const { fn, handings } = this
    const { fence } = handings
    const process = handings.process ?? this.of?.afterwards
    if (fn === undefined || (fence !== undefined && process === undefined)) {
      this.forget()
      return refusal(fence, () => this.#answer(args, fence))
    }
    if (++this.#calls > 1 && this.#aged) this.#keep()
    if (process === undefined) return runAsNobody(() => this.#run(fn, self, args))
    return process.within(() => {
      try {
        return this.#run(fn, self, args)
      } catch (error) {
        return this.#threw(process, error, args)
      }
    })
  }

  construct(_: object, args: readonly unknown[]): object {
    const { fn } = this
    if (fn === undefined) throw this.handings.fence
    return Reflect.construct(fn, args)
  }

  // To a thing it looks like the original: some things count its parameters.

  get(_: object, key: PropertyKey): unknown {
    const value: unknown = Reflect.get(this.fn ?? TARGET, key)
    // Its own properties, such as those of a router that can be called, are passed on with it.
    if (typeof value !== 'function' || key in Function.prototype || key === 'prototype' || isClass(value)) {
      return value
    }
    this.#methods ??= new Map()
    let method = this.#methods.get(value as Callable)
    if (method === undefined) {
      method = methodOf(value as Callable, this.handings, this.call, undefined)
      this.#methods.set(value as Callable, method)
    }
    method.call = this.call
    return method.standIn
  }

  set(_: object, key: PropertyKey, value: unknown): boolean {
    return Reflect.set(this.fn ?? {}, key, value)
  }

  has(_: object, key: PropertyKey): boolean {
    return Reflect.has(this.fn ?? TARGET, key)
  }

  getPrototypeOf(): object | null {
    return Reflect.getPrototypeOf(this.fn ?? TARGET)
  }

  #run(fn: Callable, self: unknown, args: readonly unknown[]): unknown {
    const { handings } = this
    const { crossing } = handings
    const given = isConnection(fn) ? [...args] : args.map((each) => crossing.out(each))
    const result = fn.apply(crossing.out(self), given)
    if (!isPromise(result) || !hasPlainPrototype(result)) {
      return crossing.handed(result)
    }
    return handings.promised(result)
  }

  #threw(process: SharingProcess, error: unknown, args: readonly unknown[]): unknown {
    const { crossing } = this.handings
    // Its process is on the stack and waits for the thing to return: the error is on its way there.
    if (crossing.onStack(this.call)) throw error
    if (error instanceof Exit) process.fail(error)
    blame(error, process, crossing.home)
    if (this.of !== undefined && crossing.isAwaited(this.call) && isBlamable(error)) throw error
    return refusal(error, () => {
      this.#answer(args, error)
      process.fail(error)
    })
  }

  /** Tells code that waits for a callback, such as `done`, `next` or `release`, that the callback will not be called. */
  #answer(args: readonly unknown[], error: unknown): void {
    const last = args.at(-1)
    if (typeof last !== 'function' || isClass(last) || Object.keys(last).length > 0) return
    try {
      this.handings.crossing.call(last as Callable, undefined, [error])
    } catch {
      // It was called before, or has another purpose. Then no code waits.
    }
  }
}
