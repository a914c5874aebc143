/** Two kernels that are nodes of Erlang's distribution, without EPMD. Time stands still in both. */

import { ErlangNode, type ErlangNodeOptions } from '../../src/erlang/node/erlang-node.js'
import { Kernel, type KernelOptions, type Pid, type Report, VirtualClock } from '../../src/kernel/index.js'

export type NodeOptions = Partial<ErlangNodeOptions>

export class TwoNodes {
  readonly clock = new VirtualClock()
  readonly reports: Report[] = []
  readonly problems: unknown[] = []
  readonly a: Kernel
  b: Kernel
  readonly nodeA: ErlangNode
  nodeB: ErlangNode
  #ports = new Map<string, number>()

  private constructor(readonly options: { readonly a?: NodeOptions; readonly b?: NodeOptions }) {
    this.a = this.#kernel({ node: 'a@127.0.0.1' })
    this.b = this.#kernel({ node: 'b@127.0.0.1', creation: 7 })
    this.nodeA = this.#node(this.a, options.a)
    this.nodeB = this.#node(this.b, options.b)
  }

  static async start(
    options: { readonly a?: NodeOptions; readonly b?: NodeOptions } = {},
  ): Promise<TwoNodes> {
    const two = new TwoNodes(options)
    await two.#start(two.a, two.nodeA)
    await two.#start(two.b, two.nodeB)
    return two
  }

  #kernel(options: KernelOptions): Kernel {
    return new Kernel({ clock: this.clock, report: (it) => this.reports.push(it), ...options })
  }

  #node(kernel: Kernel, options: NodeOptions = {}): ErlangNode {
    return new ErlangNode(kernel, {
      cookie: 'biscuit',
      epmd: false,
      resolve: (node) => {
        const port = this.#ports.get(node)
        return port === undefined ? undefined : { host: '127.0.0.1', port }
      },
      onProblem: (problem) => this.problems.push(problem),
      ...options,
    })
  }

  async #start(kernel: Kernel, node: ErlangNode): Promise<void> {
    await node.start()
    this.#ports.set(kernel.node, node.port)
  }

  /** A process of `b`, as `a` knows it. */
  inA(pid: Pid): Pid {
    return this.a.withNodes().pidAt(this.b.withNodes().addressOf(pid))
  }

  /** Another program has the name of `b` from now on. */
  async restartB(): Promise<void> {
    this.nodeB.close()
    this.b = this.#kernel({ node: 'b@127.0.0.1', creation: 8 })
    this.nodeB = this.#node(this.b, this.options.b)
    await this.#start(this.b, this.nodeB)
  }

  close(): void {
    this.nodeA.close()
    this.nodeB.close()
  }
}
