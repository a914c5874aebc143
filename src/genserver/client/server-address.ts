import { currentKernel, isRevoked, Pid, type RemoteName } from '../../kernel/index.js'
import { genServerError } from '../errors.js'

/**
 * Anything a message can be addressed with: a pid, a registered name, `{ name, node }`, or an object that knows a pid or
 * a name, such as a `Ref` or a key of a registry. The counterpart of OTP's `server_ref()`.
 */
export type ServerRef = Pid | string | RemoteName | Addressed

/** What holds an address without being one. `target` is asked for at every use, so it may change. */
export interface Addressed {
  /** The pid or name that messages go to at this moment. */
  readonly target: Pid | string
  /** Who was meant last, dead or alive, where the address remembers. */
  readonly latest?: Pid | undefined
  /**
   * What is told (`Kernel.whenUp`) when somebody may have come under this address, where that is no name of the kernel's;
   * then `waitForRestart` waits for it while `target` finds nobody.
   */
  readonly expected?: string | undefined
}

/**
 * The one place where a server reference becomes a pid or a name.
 *
 * @throws SERVER_REF_INVALID; NODE_UNKNOWN for a name on a node that this one was never joined with
 */
export function addressOf(server: ServerRef, action: string): Pid | string {
  if (server instanceof Pid || typeof server === 'string') return server
  if (isRevoked(server)) throw genServerError('SERVER_REF_INVALID', { action, value: server })
  const target: unknown = (server as Addressed | null | undefined)?.target
  if (target instanceof Pid || typeof target === 'string') return target
  if (!isRemoteName(server)) throw genServerError('SERVER_REF_INVALID', { action, value: server })
  const { name, node } = server
  const kernel = currentKernel()
  const here = kernel.node
  if (node === here) return name
  const there = kernel.whoHas(name, node)
  if (there !== undefined) return there
  throw genServerError('NODE_UNKNOWN', { action, name, node, here, reason: { nodedown: node } })
}

/** A name on another node. */
export function isElsewhere(server: ServerRef): server is RemoteName {
  return isRemoteName(server) && !('target' in server) && server.node !== currentKernel().node
}

/** What is asked at every use, in place of what it knows now. */
export function isAddressed(server: ServerRef): server is Addressed {
  return typeof server === 'object' && !isRevoked(server) && 'target' in server
}

function isRemoteName(value: unknown): value is RemoteName {
  if (isRevoked(value)) return false
  const { name, node } = (value ?? {}) as Partial<RemoteName>
  return typeof name === 'string' && typeof node === 'string'
}

/**
 * The pid behind a server reference; `undefined` if the name is not registered. A pid is returned as it is, dead or
 * alive, and so is a name on another node. Elixir's `GenServer.whereis/1`.
 *
 * @example
 * ```ts
 * whereisServer('counter')?.toString() // '<0.12>'
 * ```
 */
export function whereisServer(server: Exclude<ServerRef, RemoteName>): Pid | undefined
export function whereisServer(server: ServerRef): Pid | RemoteName | undefined
export function whereisServer(server: ServerRef): Pid | RemoteName | undefined {
  if (isElsewhere(server)) return server
  const address = addressOf(server, 'whereisServer')
  return typeof address === 'string' ? currentKernel().whereis(address) : address
}
