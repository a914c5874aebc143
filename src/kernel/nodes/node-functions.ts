/** The functions with which processes use the nodes around them. */
import { actor, currentKernel } from '../context/current-kernel.js'
import { currentProcess } from '../context/current-process.js'
import { checkText } from '../errors/argument-checks.js'
import { kernelError } from '../errors/errors.js'
import type { Kernel } from '../kernel.js'
import type { Process } from '../process/process.js'
import { NodeMessage } from './node-message.js'

/**
 * The names of the connected nodes. Erlang's `nodes()`, including hidden nodes.
 *
 * @example
 * ```ts
 * console.log(nodes()) // [ 'billing@10.0.0.7' ]
 * ```
 */
export function nodes(): string[] {
  return currentKernel().nodes?.connected() ?? []
}

/**
 * Connects this node with another. Sends, calls, links and monitors connect automatically; this function reports whether it
 * is possible. Elixir's `Node.connect/1`.
 *
 * @param node its name, such as `'billing@10.0.0.7'`
 * @throws NOT_THE_NODE in an isolated server; NO_TRANSPORT if the program has no `node` in its configuration; NODE_NOT_FOUND, NODE_UNREACHABLE, HANDSHAKE_FAILED,
 *   EPMD_UNREACHABLE. All of them reject.
 * @example
 * ```ts
 * await connect('billing@10.0.0.7')
 * ```
 */
export async function connect(node: string): Promise<void> {
  checkText(node, 'connect', 'the name of a node')
  const kernel = acting()
  checkIsNode(kernel, 'connect')
  const transport = kernel.nodes?.transport
  if (transport === undefined) throw kernelError('NO_TRANSPORT', { node, here: kernel.node })
  await transport.connect(node)
}

/**
 * Ends the connection to a node: links, monitors and calls across it end with `'noconnection'`. Elixir's `Node.disconnect/1`.
 *
 * @returns false if there was no connection
 * @throws NOT_THE_NODE in an isolated server
 */
export function disconnect(node: string): boolean {
  checkText(node, 'disconnect', 'the name of a node')
  const kernel = acting()
  checkIsNode(kernel, 'disconnect')
  const connection = kernel.nodes?.to(node)
  connection?.down()
  return connection !== undefined
}

/**
 * Sends the current process one `NodeMessage` with the tag `'nodedown'` when a node is gone; at once if the node cannot be
 * reached. Two calls give two messages. Erlang's `monitor_node/2`.
 *
 * @param on false cancels one such request
 * @throws NOT_THE_NODE in an isolated server
 * @example
 * ```ts
 * monitorNode('billing@10.0.0.7')
 * const { node } = await receive(isNodeMessage)
 * ```
 */
export function monitorNode(node: string, on = true): void {
  checkText(node, 'monitorNode', 'the name of a node')
  const process = actor()
  checkIsNode(process.kernel, 'monitorNode')
  const nodes = process.kernel.withNodes()
  if (!on) {
    nodes.watchers.unwatch(process, node)
    return
  }
  // As in Erlang: a node never hears of its own end.
  if (node === process.kernel.node) return
  if (nodes.way(node) === undefined) process.deliver(new NodeMessage('nodedown', node))
  else nodes.watchers.watch(process, node)
}

/**
 * Sends the current process a `NodeMessage` for each node that connects (`'nodeup'`) or disconnects (`'nodedown'`). Erlang's
 * `net_kernel:monitor_nodes/1`.
 *
 * @param on false ends it
 * @throws NOT_THE_NODE in an isolated server
 */
export function monitorNodes(on = true): void {
  const process = actor()
  checkIsNode(process.kernel, 'monitorNodes')
  const { watchers } = process.kernel.withNodes()
  if (on) watchers.watch(process)
  else watchers.unwatch(process)
}

/**
 * Refuses connections in the kernel of an isolated server: it reaches other nodes through the program that started it.
 *
 * @throws NOT_THE_NODE
 */
function checkIsNode(kernel: Kernel, action: string): void {
  const gateway = kernel.nodes?.gateway
  if (gateway !== undefined)
    throw kernelError('NOT_THE_NODE', { action, here: kernel.node, node: gateway.node.name })
}

/**
 * Returns the kernel of the acting process.
 *
 * @throws PROCESS_DEAD for left-over code
 */
function acting(): Kernel {
  const process = currentProcess<Process>()
  if (process?.alive === false) throw process.kernel.leftovers.refused(process)
  return currentKernel()
}
