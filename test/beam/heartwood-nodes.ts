/** Kernel scenarios on Heartwood with the actors spread over two nodes of Erlang's distribution, in one program. */
import { ErlangNode } from '../../src/erlang/node/erlang-node.js'
import { type Ref, ref, start } from '../../src/genserver/index.js'
import { Kernel } from '../../src/kernel/index.js'
import { ActorHost } from './actor-host.js'
import { Stage } from './heartwood-threads.js'
import type { KernelScenario, Trace } from './scenario.js'

/** Plays scenarios one after the other with one other node. */
export class TwoNodes {
  readonly #here = new Kernel({ node: 'beam@127.0.0.1', report: () => {} })
  readonly #there = new Kernel({ node: 'other@127.0.0.1', report: () => {} })
  #host: Promise<Ref<ActorHost>> | undefined

  async run(scenario: KernelScenario): Promise<Trace> {
    this.#host ??= this.#join()
    const host = await this.#host
    return this.#here.run(() => new Stage(this.#here, host, scenario).play(scenario.ops))
  }

  async #join(): Promise<Ref<ActorHost>> {
    const ports = new Map<string, number>()
    const resolve = (node: string) => ({ host: '127.0.0.1', port: ports.get(node) as number })
    for (const kernel of [this.#here, this.#there]) {
      const node = new ErlangNode(kernel, { cookie: 'biscuit', epmd: false, resolve })
      await node.start()
      ports.set(kernel.node, node.port)
    }
    const host = await this.#there.run(() => start(ActorHost))
    const address = this.#there.withNodes().addressOf(host.target as never)
    return ref(ActorHost, this.#here.withNodes().pidAt(address as never))
  }
}
