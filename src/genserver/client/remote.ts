/** Clients of servers whose class is not here, such as those of an Elixir node: what they can be asked is a type alone. */
import { checkKnown, currentKernel, type Pid } from '../../kernel/index.js'
import { MethodCall, MethodCast } from '../messages/server-message.js'
import { CALL_OPTIONS, type CallOptions, castTo, limitsOf, waits } from './call-and-cast.js'
import { requestWhenUp } from './call-when-registered.js'
import type { Calls, Casts } from './ref.js'
import { addressOf, isElsewhere, type ServerRef } from './server-address.js'

/** A server that is known by what it can be asked. */
export interface Remote<C extends object> {
  /** Calls: `await counter.call.add(2)`. Rejects as `call` does. */
  readonly call: Calls<C>
  /** Casts: `counter.cast.reset()`. */
  readonly cast: Casts<C>
  /** What messages are addressed to at this moment. */
  readonly target: Pid | string
  /** The same server with other call options. */
  with(options: CallOptions): Remote<C>
}

/** In place of the table of a class that is not here: the server looks the name up in its own. */
const UNKNOWN: ReadonlySet<string> = new Set()

/**
 * A typed client of a server on another node, of which the class is not here.
 *
 * Nothing of the type is checked when the program runs. To a server of Elixir, `call.addItem('tea')` is
 * `GenServer.call(server, {:add_item, "tea"})`, and `call.total()` is `GenServer.call(server, :total)`.
 *
 * @typeParam C the methods: what `call` resolves with is what they return, what returns nothing can be cast
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

/** Every name is a method, but for those that the language and its tools look for on any object. */
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
