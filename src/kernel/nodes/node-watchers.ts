import type { DeathObserver } from '../signals/death-observer.js'
import type { Pid } from '../terms/pid.js'
import { NodeMessage } from './node-message.js'

/** A process that is told. */
interface ToldProcess {
  readonly pid: Pid
  deliver(message: unknown): void
}

/** The key, instead of a name, for all nodes. */
const ALL = ''

/** The processes that are told of nodes that come and go. */
export class NodeWatchers implements DeathObserver {
  /** For each node, the number of messages that each process is to get. */
  readonly #watching = new Map<string, Map<ToldProcess, number>>()

  constructor(private readonly kernel: { witness(pid: Pid, witness: DeathObserver): boolean }) {}

  /** `process` is told once when `node` is gone, for each time that it has asked. */
  watch(process: ToldProcess, node: string = ALL): void {
    const watching = this.#watching.get(node) ?? new Map<ToldProcess, number>()
    this.#watching.set(node, watching.set(process, (watching.get(process) ?? 0) + 1))
    this.kernel.witness(process.pid, this)
  }

  unwatch(process: ToldProcess, node: string = ALL): void {
    const watching = this.#watching.get(node)
    const count = watching?.get(process) ?? 0
    if (count > 1) watching?.set(process, count - 1)
    else watching?.delete(process)
    if (watching?.size === 0) this.#watching.delete(node)
  }

  up(node: string): void {
    this.#tell(ALL, new NodeMessage('nodeup', node))
  }

  /** @param wasUp false if the node was looked for and not found: the processes that watch all nodes never heard of it */
  down(node: string, wasUp: boolean): void {
    if (wasUp) this.#tell(ALL, new NodeMessage('nodedown', node))
    const watching = this.#watching.get(node)
    this.#watching.delete(node)
    for (const [process, count] of watching ?? []) {
      for (let i = 0; i < count; i++) process.deliver(new NodeMessage('nodedown', node))
    }
  }

  died(pid: Pid): void {
    for (const [node, watching] of this.#watching) {
      for (const process of watching.keys()) if (process.pid === pid) watching.delete(process)
      if (watching.size === 0) this.#watching.delete(node)
    }
  }

  #tell(whom: string, message: NodeMessage): void {
    for (const process of this.#watching.get(whom)?.keys() ?? []) process.deliver(message)
  }
}
