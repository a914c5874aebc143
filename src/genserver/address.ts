import { currentKernel, Pid } from '../kernel/index.js'
import { genServerError } from './errors.js'

/**
 * Anything a message can be addressed with: a pid, a registered name, or an object that knows one of them, such as
 * a `Ref`. The counterpart of OTP's `server_ref()`.
 */
export type ServerRef = Pid | string | Addressed

/** What holds an address without being one. `target` is asked for at every use, so it may change. */
export interface Addressed {
  /** The pid or name that messages go to at this moment. */
  readonly target: Pid | string
}

/** The one place where a server reference becomes a pid or a name. */
export function addressOf(server: ServerRef, action: string): Pid | string {
  if (server instanceof Pid || typeof server === 'string') return server
  const target: unknown = (server as Addressed | null | undefined)?.target
  if (target instanceof Pid || typeof target === 'string') return target
  throw genServerError('SERVER_REF_INVALID', { action, value: server })
}

/**
 * The pid behind a server reference; `undefined` if the name is not registered. A pid is returned as it is, dead or
 * alive. Elixir's `GenServer.whereis/1`.
 *
 * @example
 * ```ts
 * whereisServer('counter')?.toString() // '<0.12>'
 * ```
 */
export function whereisServer(server: ServerRef): Pid | undefined {
  const address = addressOf(server, 'whereisServer')
  return typeof address === 'string' ? currentKernel().whereis(address) : address
}
