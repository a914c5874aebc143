/** Typed clients of servers whose class is not in this program, such as servers of an Elixir node. Their methods are known only as a type. */
import { checkKnown, currentKernel, type Pid } from '../../kernel/index.js'
import { MethodCall, MethodCast } from '../messages/server-message.js'
import { CALL_OPTIONS, type CallOptions, castTo, limitsOf, waits } from './call-and-cast.js'
import { requestWhenUp } from './call-when-registered.js'
import type { Calls, Casts } from './ref.js'
import { addressOf, isElsewhere, type ServerRef } from './server-address.js'

/** A client of a server whose methods are known only as a type. */
export interface Remote<C extends object> {
  /** Calls methods: `await counter.call.add(2)`. Rejects as `call` does. */
  readonly call: Calls<C>
  /** Casts methods: `counter.cast.reset()`. */
  readonly cast: Casts<C>
  /** The address that messages go to at this moment. */
  readonly target: Pid | string
  /** Returns a client of the same server with other call options. */
  with(options: CallOptions): Remote<C>
}

/** The table of casts by these clients. It is empty, so the server looks the method's name up in its own table. */
const UNKNOWN: ReadonlySet<string> = new Set()

/**
 * Makes a typed client of a server on another node whose class is not in this program.
 *
 * The type is not checked at run time. To a server of Elixir, `call.addItem('tea')` is
 * `GenServer.call(server, {:add_item, "tea"})`, and `call.total()` is `GenServer.call(server, :total)`.
 *
 * @typeParam C the methods. `call` resolves with their results; methods that return nothing can be cast
 * @param server `{ name, node }`, or any other server reference
 * @param options as of a call
 * @example
 * ```ts
 * interface Counter {
 *   add(by: number): number
 *   reset(): void
 * }
 * const counter = remote<Counter>({ name: 'counter', node: 'billing@10.0.0.7' })
 * await counter.call.add(2)
 * ```
 */
export function remote<C extends object>(server: ServerRef, options?: CallOptions): Remote<C> {
  checkKnown('remote', options, CALL_OPTIONS)
  return {
    call: methods((name, args) => called(server, new MethodCall(name, args), options)) as Calls<C>,
    cast: methods((name, args) => {
      const address = isElsewhere(server) ? server : addressOf(server, name)
      return castTo(address, new MethodCast(name, args, UNKNOWN))
    }) as Casts<C>,
    get target() {
      return addressOf(server, 'remote')
    },
    with(more) {
      checkKnown('with()', more, CALL_OPTIONS)
      return remote<C>(server, { ...options, ...more })
    },
  }
}

function called(server: ServerRef, request: MethodCall, options: CallOptions | undefined): Promise<unknown> {
  try {
    const kernel = currentKernel()
    const limits = options === undefined ? undefined : limitsOf(options)
    if (limits !== undefined && waits(limits)) return requestWhenUp(kernel, server, request, limits)
    return kernel.request(addressOf(server, request.method), request, limits)
  } catch (error) {
    return Promise.reject(error)
  }
}

/** Answers each name with a method, except for names that the language and its tools look for on any object. */
function methods(act: (name: string, args: readonly unknown[]) => unknown): object {
  const known = new Map<string, (...args: unknown[]) => unknown>()
  return new Proxy(Object.create(null) as object, {
    get(_, name) {
      if (typeof name === 'symbol' || name === 'then' || name === 'toJSON') return undefined
      const method = known.get(name) ?? ((...args: unknown[]) => act(name, args))
      known.set(name, method)
      return method
    },
  })
}
