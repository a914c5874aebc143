import { hostname } from 'node:os'
import { isWorkedOn } from '../config/index.js'
import {
  checkText,
  currentKernel,
  Deadline,
  HeartwoodError,
  type Kernel,
  rules,
  runAsNobody,
  uniqueText,
} from '../kernel/index.js'
import { Broadcasts } from './broadcasts.js'
import { CLAIM_OPTIONS, type ClusterOptions, checkedTimes, mistakesOf } from './cluster-options.js'
import { ClusterStatus } from './cluster-status.js'
import type { ClaimRecord, EngineStore, NodeCard, Reach } from './engine/engine.js'
import { Pauses } from './engine/pauses.js'
import { Requests } from './engine/requests.js'
import { clusterError } from './errors.js'
import { isKey, keyMistake } from './key.js'
import { KernelLinks } from './links/kernel-links.js'
import { JoinedNodes } from './membership/joined-nodes.js'
import { LeaseKeeper, VERSION } from './membership/lease-keeper.js'
import { MembersView } from './membership/members-view.js'
import { SILENCES } from './membership/silence.js'
import { type Trouble, troubleOf } from './membership/trouble.js'
import { type Claim, HeldClaim } from './ownership/claim.js'
import type { ClaimOptions, Known, Noting } from './ownership/claim-options.js'
import { Claims } from './ownership/claims.js'

/** A node of the cluster, as its lease says. */
export interface Member {
  readonly node: string
  /** Tells it from others that had its name before. */
  readonly incarnation: string
  readonly host: string
  readonly pid: number
}

/**
 * Makes the program a node of a cluster, in which a key has one owner at most.
 *
 * @throws CLUSTER_OPTION_INVALID, ENGINE_UNSUITABLE; ENGINE_UNREACHABLE, ENGINE_TIMEOUT after it has tried for the time of a lease; all of them reject
 * @example
 * ```ts
 * import { local, startCluster } from 'heartwood/cluster'
 *
 * const cluster = await startCluster({ engine: local() })
 * const claim = await cluster.claim('leader', { wait: true })
 * console.log(claim.valid())
 * await cluster.leave()
 * ```
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const kernel = currentKernel()
  const { lease, timeout } = checkedTimes('startCluster', options)
  // A node is the program's, and outlives whoever started it.
  return runAsNobody(() => open(kernel, { ...options, lease, timeout }))
}

type Timed = ClusterOptions & { lease: number; timeout: number }

/** An engine that does not answer when a program starts may be starting, too: it is tried again for the time of a lease. */
async function open(kernel: Kernel, options: Timed): Promise<Cluster> {
  const { engine, lease } = options
  const trouble = troubleOf(kernel, engine.name)
  const pauses = new Pauses(lease / 50, lease / 3, kernel.random)
  const end = kernel.now() + lease
  for (;;) {
    try {
      return await joined(kernel, options, trouble)
    } catch (error) {
      const isAway =
        HeartwoodError.is(error, 'ENGINE_UNREACHABLE') || HeartwoodError.is(error, 'ENGINE_TIMEOUT')
      if (!isAway || kernel.now() >= end) throw error
      trouble.told(error)
      await new Promise<void>((resolve) => new Deadline(kernel.clock, pauses.next(), resolve))
    }
  }
}

/** @throws as `startCluster` */
async function joined(kernel: Kernel, options: Timed, trouble: Trouble): Promise<Cluster> {
  const { engine, cluster = 'main', lease, timeout, development = isWorkedOn() } = options
  const { clock, random } = kernel
  const onProblem = (problem: unknown): void => trouble.told(problem)
  const store = await engine.open({ cluster, lease, timeout, development, clock, random, onProblem })
  const node = new Cluster(kernel, { ...options, cluster, development }, store, trouble)
  try {
    await node.start()
  } catch (error) {
    await store.close().catch(onProblem)
    throw error
  }
  return node
}

const running = new JoinedNodes<Cluster>()

/**
 * The node of a cluster that runs in a kernel: the first that was started.
 *
 * @param kernel default the current one
 * @param cluster the name of the cluster; default that of the first node there is
 * @throws CLUSTER_ABSENT
 */
export function clusterOf(kernel: Kernel = currentKernel(), cluster?: string): Cluster {
  const found = running.first(kernel, cluster)
  if (found === undefined) throw absent(cluster)
  return found
}

function absent(cluster: string | undefined): Error {
  return clusterError('CLUSTER_ABSENT', {
    cluster: cluster === undefined ? 'a cluster' : `the cluster ${cluster}`,
  })
}

/** What the parts of this layer see of a node. */
export interface Inside {
  readonly kernel: Kernel
  /** Milliseconds. */
  readonly lease: number
  readonly timeout: number
  readonly members: MembersView
  readonly trouble: Trouble
  /** The identifier of its lease while that is valid. */
  leaseNow(): string | undefined
  /** Says something else of the node. */
  describe(change: Partial<NodeCard>): Promise<void>
  /** What was said of it so far. */
  readonly card: NodeCard
  record(key: string): Promise<ClaimRecord | undefined>
  records(): Promise<readonly ClaimRecord[]>
  /** As `Claims.takeKnown`. */
  take(key: string, signal: AbortSignal, known: Known | undefined): Promise<HeldClaim>
  /** As `Claims.giveTo`. */
  giveTo(claim: Claim, lease: string, node: string): Promise<boolean>
  /** Keys that are about to be given to this node. */
  readonly expected: Set<string>
}

/** What is inside of a node. */
export let insideOf: (cluster: Cluster) => Inside

/** A node of a cluster. */
export class Cluster {
  /** The name of this node. */
  readonly node: string
  /** The name of the cluster. */
  readonly cluster: string
  readonly #store: EngineStore
  readonly #requests: Requests
  readonly #keeper: LeaseKeeper
  readonly #claims: Claims
  readonly #broadcasts: Broadcasts
  readonly #trouble: Trouble
  readonly #members: MembersView
  readonly #links: KernelLinks
  readonly #kernel: Kernel
  readonly #inside: Inside
  #leaving: Promise<void> | undefined
  #unseen = (): void => {}

  static {
    insideOf = (cluster) => cluster.#inside
  }

  /** @internal */
  constructor(
    kernel: Kernel,
    options: ClusterOptions & { cluster: string; lease: number; timeout: number; development: boolean },
    store: EngineStore,
    trouble: Trouble,
  ) {
    const { node = kernel.node, engine, lease: time, timeout, reconcile = 30_000 } = options
    const { weight = 1, labels = {}, carrier, development } = options
    const { clock, random } = kernel
    const reach = { kernel: kernel.node, creation: kernel.creation }
    const about = { version: VERSION, host: hostname(), pid: process.pid, reach }
    const card = { node, ...about, weight, labels, supervisors: [] }
    this.#kernel = kernel
    const requests = new Requests(engine.name, clock, timeout)
    this.node = node
    this.cluster = options.cluster
    this.#store = store
    this.#requests = requests
    this.#trouble = trouble
    this.#broadcasts = new Broadcasts(trouble)
    this.#keeper = new LeaseKeeper({
      card,
      time,
      clock,
      random,
      unique: () => uniqueText(kernel),
      store,
      requests,
      events: {
        joined: (lease) => {
          trouble.over(`node ${node} is in the cluster ${this.cluster}`)
          void this.#claims.joined(lease)
        },
        usable: () => {
          trouble.over(`node ${node} holds its claims again`)
          this.#claims.usable()
        },
        voided: () => trouble.began(`the lease of node ${node} is over: it joins anew`),
        overdue: (why) => trouble.began(`node ${node} ${SILENCES[why]}: its claims pause`),
        failed: (error) => trouble.told(error),
      },
    })
    const keeper = this.#keeper
    const failed = (error: unknown): void => trouble.told(error)
    this.#claims = new Claims({ node, time, clock, random, store, requests, keeper, reconcile, failed })
    const read = () => requests.ask('read the members', () => store.leases())
    const members = new MembersView({
      clock,
      every: Math.max(20, Math.min(1_000, time / 6)),
      read,
      sparesUntil: () => keeper.sparesUntil,
    })
    this.#members = members
    const linking = {
      kernel,
      engine: engine.name,
      store,
      members,
      trouble,
      carrier,
      lease: time,
      development,
    }
    this.#links = new KernelLinks(linking)
    this.#inside = this.#lookInside(time, timeout)
  }

  #lookInside(lease: number, timeout: number): Inside {
    const requests = this.#requests
    const store = this.#store
    const keeper = this.#keeper
    return {
      kernel: this.#kernel,
      lease,
      timeout,
      members: this.#members,
      trouble: this.#trouble,
      leaseNow: () => (this.isMember ? keeper.lease?.id : undefined),
      describe: (change) => keeper.describe(change),
      get card() {
        return keeper.card
      },
      record: (key) => requests.ask('read a claim', () => store.claim(key)),
      records: () => this.#claims.records(),
      take: (key, signal, known) => {
        this.#checkHere('claim a key')
        return this.#claims.takeKnown(key, signal, known)
      },
      giveTo: async (claim, to, node) =>
        claim instanceof HeldClaim && (await this.#claims.giveTo(claim, to, node)),
      expected: this.#claims.expected,
    }
  }

  /** @internal */
  async start(): Promise<void> {
    const { reach } = this.#keeper.card
    try {
      await this.#keeper.start({ reach: { ...(reach as Reach), ...(await this.#links.open()) } })
    } catch (error) {
      this.#links.close()
      throw error
    }
    running.add(this.#kernel, this)
    this.#store.watch({
      changed: (key) => this.#claims.changed(key),
      message: (topic, text) => this.#broadcasts.deliver(topic, text),
    })
    this.#links.follow()
    const { kernel, members, records } = this.#inside
    const { cluster, node } = this
    const sight = new ClusterStatus({
      kernel,
      cluster,
      node,
      members,
      records,
      isMember: () => this.isMember,
    })
    this.#unseen = kernel.statusProviders.add('cluster', (query) => sight.look(query))
  }

  /** The claims of this node. */
  get claims(): readonly Claim[] {
    return this.#claims.held
  }

  /** Whether its lease is valid at this moment. */
  get isMember(): boolean {
    const { lease } = this.#keeper
    return lease !== undefined && this.#keeper.isValid(lease.id)
  }

  /**
   * Makes this node the owner of a key; resolves once the engine acknowledged it. While the engine is out of reach it waits with `wait`, and rejects without.
   *
   * @throws CLAIM_TAKEN if another node has it, or another part of this one; CLUSTER_LEFT, CLUSTER_OPTION_INVALID, ENGINE_TIMEOUT, ENGINE_UNREACHABLE; the
   *   reason of the signal
   * @example
   * ```ts
   * import { local, startCluster } from 'heartwood/cluster'
   *
   * const cluster = await startCluster({ engine: local() })
   * const claim = await cluster.claim('tenant 7', { wait: true })
   * await claim.release()
   * await cluster.leave()
   * ```
   */
  async claim(key: string, options: ClaimOptions = {}): Promise<Claim> {
    const mistakes = mistakesOf('options', options, CLAIM_OPTIONS)
    if (!isKey(key)) mistakes.push(keyMistake('key', key))
    if (mistakes.length > 0)
      throw clusterError('CLUSTER_OPTION_INVALID', {
        action: 'claim',
        problems: mistakes.map(rules.mistakeText).join('; '),
      })
    this.#checkHere('claim a key')
    return this.#claims.take(key, options)
  }

  /**
   * Makes this node the owner of a key if `noting` wants it, with what it is to be noted with it, by one compare-and-set.
   *
   * @internal
   * @throws as `claim`, at once
   */
  claimNoted(key: string, noting: Noting): Promise<HeldClaim | undefined> {
    return this.#claims.takeNoted(key, noting)
  }

  /**
   * The nodes whose lease is not over, as the engine has them.
   *
   * @throws ENGINE_TIMEOUT, ENGINE_UNREACHABLE
   */
  async members(): Promise<readonly Member[]> {
    this.#checkHere('read its members')
    const leases = await this.#requests.ask('read the members', () => this.#store.leases())
    return leases.map(({ id, card: { node, host, pid } }) => ({ node, incarnation: id, host, pid }))
  }

  /**
   * Tells all nodes that listen, this one too; at most once, in no order, and not to those that are out of reach.
   *
   * @param value JSON, of 64 KiB at most
   * @throws CLUSTER_OPTION_INVALID, ENGINE_TIMEOUT, ENGINE_UNREACHABLE
   */
  async broadcast(topic: string, value: unknown): Promise<void> {
    checkText(topic, 'broadcast', 'topic')
    this.#checkHere('broadcast')
    const text = this.#broadcasts.textOf(value)
    await this.#requests.ask('broadcast', () => this.#store.publish(topic, text))
  }

  /** Calls `listener` with what is broadcast, until the function that it returns is called. */
  listen(topic: string, listener: (value: unknown) => void): () => void {
    checkText(topic, 'listen', 'topic')
    return this.#broadcasts.listen(topic, listener)
  }

  /** Gives all keys back, ends the lease and lets go of the engine. What an engine that is out of reach does not take is free when the lease is over. */
  leave(): Promise<void> {
    this.#leaving ??= runAsNobody(() => this.#leave())
    return this.#leaving
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.leave()
  }

  async #leave(): Promise<void> {
    const { lease } = this.#keeper
    running.remove(this.#kernel, this)
    this.#unseen()
    this.#links.pause()
    this.#members.stop()
    await this.#claims.leave()
    this.#keeper.stop()
    if (lease !== undefined)
      await this.#requests
        .ask('end the lease', () => this.#store.endLease(lease.id))
        .catch((error) => this.#trouble.told(error))
    this.#links.close()
    await this.#requests.ask('close', () => this.#store.close()).catch((error) => this.#trouble.told(error))
  }

  #checkHere(action: string): void {
    if (this.#leaving !== undefined) throw clusterError('CLUSTER_LEFT', { node: this.node, action })
  }
}
