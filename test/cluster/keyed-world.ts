import { MemoryLink } from '../../src/carrier/index.js'
import {
  type Cluster,
  type ClusterOptions,
  type LocalEngine,
  local,
  startCluster,
} from '../../src/cluster/index.js'
import { stop } from '../../src/genserver/index.js'
import { type Clock, Kernel, type Report, VirtualClock } from '../../src/kernel/index.js'
import { type Child, startSupervisor } from '../../src/supervisor/index.js'
import { settled } from './cluster-world.js'
import { FaultyWay } from './faulty-engine.js'
import { NodeClock } from './node-clock.js'

/** A program of a cluster: a kernel, its node, and what runs there. */
export interface KeyedNode {
  readonly name: string
  readonly kernel: Kernel
  readonly cluster: Cluster
  readonly way: FaultyWay
  readonly reports: readonly Report[]
  /** Does something as a process of that program, while time goes by. */
  run<T>(work: () => T | PromiseLike<T>): Promise<T>
  /** Starts a tree; what stops it. */
  tree(...children: readonly Child[]): Promise<() => Promise<void>>
  /** As SIGKILL does: it does nothing any more, and the others have no connection. */
  kill(): void
  /** As SIGSTOP does. */
  freeze(): void
  thaw(): void
}

export const LEASE = 1_000

/** Several programs with one engine, each joined with all others, in virtual time. */
export class KeyedWorld {
  readonly clock = new VirtualClock()
  readonly engine: LocalEngine = local()
  readonly nodes: KeyedNode[] = []
  readonly #isLinked: boolean
  readonly #links: { readonly names: readonly string[]; readonly link: MemoryLink }[] = []

  /** @param options.links whether all are joined by hand; default true */
  constructor({ links = true }: { readonly links?: boolean } = {}) {
    this.#isLinked = links
  }

  pass(ms: number): Promise<void> {
    return this.clock.advance(ms)
  }

  async until(what: string, holds: () => unknown, ms = 10_000): Promise<void> {
    const end = this.clock.now() + ms
    while (!holds()) {
      if (this.clock.now() >= end) throw new Error(`within ${ms} ms it is not so: ${what}`)
      await this.pass(10)
    }
  }

  settled<T>(promise: Promise<T>): Promise<T> {
    return settled(promise, (ms) => this.pass(ms))
  }

  async node(name: string, options: Partial<ClusterOptions> = {}): Promise<KeyedNode> {
    const own = new NodeClock(this.clock as Clock)
    const way = new FaultyWay()
    const reports: Report[] = []
    const kernel = new Kernel({ clock: own, random: () => 0.5, node: name, report: (it) => reports.push(it) })
    const paused: MemoryLink[] = []
    for (const other of this.#isLinked ? this.nodes : []) {
      const link = new MemoryLink(kernel, other.kernel)
      this.#links.push({ names: [name, other.name], link })
    }
    const linksOf = (): MemoryLink[] =>
      this.#links.filter(({ names }) => names.includes(name)).map(({ link }) => link)
    const engine = way.to(this.engine)
    const cluster = await this.settled(
      kernel.run(() =>
        startCluster({ engine, lease: LEASE, development: true, reconcile: 3_000, ...options }),
      ),
    )
    const node: KeyedNode = {
      name,
      kernel,
      cluster,
      way,
      reports,
      run: (work) => this.settled(kernel.run(work)),
      tree: async (...children) => {
        const pid = await this.settled(kernel.run(() => startSupervisor({ children }, { link: false })))
        return () => this.settled(kernel.run(() => stop(pid, 'shutdown')))
      },
      kill: () => {
        own.freeze()
        way.freeze()
        for (const link of linksOf()) link.cut()
      },
      freeze: () => {
        own.freeze()
        way.freeze()
        for (const link of linksOf()) link.pause()
        paused.push(...linksOf())
      },
      thaw: () => {
        way.thaw()
        own.thaw()
        for (const link of paused.splice(0)) link.resume()
      },
    }
    this.nodes.push(node)
    return node
  }
}
