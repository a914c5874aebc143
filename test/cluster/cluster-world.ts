import {
  type Claim,
  type Cluster,
  type ClusterOptions,
  type Engine,
  startCluster,
} from '../../src/cluster/index.js'
import { type Clock, HeartwoodError, Kernel, type Report } from '../../src/kernel/index.js'
import { FaultyWay } from './faulty-engine.js'
import { NodeClock } from './node-clock.js'

/** A node of the cluster, and what can applyFault it. */
export interface TestNode {
  readonly cluster: Cluster
  readonly way: FaultyWay
  readonly reports: readonly Report[]
  /** As SIGSTOP does: time goes by, and it does nothing. */
  freeze(): void
  thaw(): void
}

/** What a check of the conformance suite has: an engine, nodes, time. */
export interface ClusterWorld {
  /** Milliseconds of a lease. */
  readonly lease: number
  readonly engine: Engine
  readonly clock: Clock
  node(name: string, options?: Partial<ClusterOptions>): Promise<TestNode>
  /** Time goes by. */
  pass(ms: number): Promise<void>
  /** Time goes by until it is so; fails if that takes longer than `ms`. */
  until(what: string, holds: () => boolean, ms: number): Promise<void>
  /** The store of the engine is lost and made anew. */
  lose(): Promise<void>
}

export interface WorldSetting {
  readonly engine: Engine
  readonly clock: Clock
  readonly lease: number
  readonly pass: (ms: number) => Promise<void>
  readonly lose: () => Promise<void>
  /** The name of the cluster. */
  readonly cluster?: string
  /** Chance, of jitters. */
  readonly random?: () => number
}

/** Runs a check in a world of its own; its nodes leave behind it. */
export async function inClusterWorld(
  { engine, clock, lease, pass, lose, cluster = 'main', random = () => 0.5 }: WorldSetting,
  check: (world: ClusterWorld) => unknown,
): Promise<void> {
  const nodes: TestNode[] = []
  const world: ClusterWorld = {
    lease,
    engine,
    clock,
    pass,
    lose,
    async until(what, holds, ms) {
      const end = clock.now() + ms
      while (!holds()) {
        if (clock.now() >= end) throw new Error(`within ${ms} ms it is not so: ${what}`)
        await pass(lease / 100)
      }
    },
    async node(name, options = {}) {
      const way = new FaultyWay()
      const own = new NodeClock(clock)
      const reports: Report[] = []
      const kernel = new Kernel({ clock: own, random, node: name, report: (it) => reports.push(it) })
      const started = kernel.run(() =>
        startCluster({
          engine: way.to(engine),
          cluster,
          lease,
          reconcile: lease * 3,
          development: true,
          ...options,
        }),
      )
      const node: TestNode = {
        cluster: await settled(started, pass),
        way,
        reports,
        freeze() {
          own.freeze()
          way.freeze()
        },
        thaw() {
          way.thaw()
          own.thaw()
        },
      }
      nodes.push(node)
      return node
    },
  }
  try {
    await check(world)
  } finally {
    for (const { cluster, way } of nodes) {
      way.heal()
      way.thaw()
      await settled(cluster.leave(), pass)
    }
  }
}

/** What a promise gives, while time goes by. */
export async function settled<T>(promise: Promise<T>, pass: (ms: number) => Promise<void>): Promise<T> {
  let isOver = false
  const over = (): void => {
    isOver = true
  }
  promise.then(over, over)
  for (let tries = 0; tries < 2_000; tries++) {
    await pass(0)
    if (isOver) break
    await pass(10)
  }
  return promise
}

/** The code with which it fails. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
  } catch (error) {
    return HeartwoodError.is(error) ? error.code : `no code: ${error}`
  }
  return 'it did not fail'
}

/** What became of a claim that is waited for, so far. */
export class Followed {
  #claim: Claim | undefined
  #error: unknown

  constructor(promise: Promise<Claim>) {
    promise.then(
      (claim) => {
        this.#claim = claim
      },
      (error: unknown) => {
        this.#error = error
      },
    )
  }

  claim(): Claim | undefined {
    return this.#claim
  }

  error(): unknown {
    return this.#error
  }
}

export const followed = (promise: Promise<Claim>): Followed => new Followed(promise)
