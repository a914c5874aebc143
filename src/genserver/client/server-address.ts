import { currentKernel, isRevoked, Pid, type RemoteName } from '../../kernel/index.js'
import { genServerError } from '../errors.js'

/**
 * An address of a server: a pid, a registered name, `{ name, node }`, or an object that knows a pid or a name, such as a
 * `Ref` or a key of a registry. The counterpart of OTP's `server_ref()`.
 */
export type ServerRef = Pid | string | RemoteName | Addressed

/** An object that holds an address. `target` is read at each use, so it may change. */
export interface Addressed {
  /** The pid or name that messages are sent to at this moment. */
  readonly target: Pid | string
  /** The process that the address found last, dead or alive, if the address remembers it. */
  readonly latest?: Pid | undefined
  /**
   * The key under which `Kernel.whenUp` reports that a process may have come up at this address, if the address is not a name
   * of the kernel. `waitForRestart` waits for it while `target` finds no process.
   */
  readonly expected?: string | undefined
}

/**
 * What a server reference refers to, which may be a name on another node.
 *
 * @throws SERVER_REF_INVALID
 */
export function targetOf(server: ServerRef, action: string): Pid | string | RemoteName {
  if (server instanceof Pid || typeof server === 'string') return server
  if (isRevoked(server)) throw genServerError('SERVER_REF_INVALID', { action, value: server })
  const target: unknown = (server as Addressed | null | undefined)?.target
  if (target instanceof Pid || typeof target === 'string') return target
  if (!isRemoteName(server)) throw genServerError('SERVER_REF_INVALID', { action, value: server })
  return server
}

/**
 * Resolves a server reference to a pid or a name. All uses of server references go through this function.
 *
 * @throws SERVER_REF_INVALID; NODE_UNKNOWN for a name on a node that this node has never been connected to
 */
export function addressOf(server: ServerRef, action: string): Pid | string {
  const given = targetOf(server, action)
  if (given instanceof Pid || typeof given === 'string') return given
  const { name, node } = given
  const kernel = currentKernel()
  const here = kernel.node
  if (node === here) return name
  const there = kernel.whoHas(name, node)
  if (there !== undefined) return there
  throw genServerError('NODE_UNKNOWN', { action, name, node, here, reason: { nodedown: node } })
}

/** Whether an address is a name on another node. */
export function isElsewhere(server: ServerRef): server is RemoteName {
  return isRemoteName(server) && !('target' in server) && server.node !== currentKernel().node
}

/** Whether a value is an object that is asked for its address at each use. */
export function isAddressed(server: ServerRef): server is Addressed {
  return typeof server === 'object' && !isRevoked(server) && 'target' in server
}

function isRemoteName(value: unknown): value is RemoteName {
  if (isRevoked(value)) return false
  const { name, node } = (value ?? {}) as Partial<RemoteName>
  return typeof name === 'string' && typeof node === 'string'
}

/**
 * Returns the pid behind a server reference, or `undefined` if the name is not registered. A pid is returned unchanged, dead
 * or alive, and so is a name on another node. Elixir's `GenServer.whereis/1`.
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
