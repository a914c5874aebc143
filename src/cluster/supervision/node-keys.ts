/** The keys of a cluster supervisor on one node: claimed, run, parked, given and taken. */
import { type ExitReason, HeartwoodError, type Kernel, type Pid, printed } from '../../kernel/index.js'
import { type Cluster, type Inside, insideOf } from '../cluster.js'
import { ConcurrencyLimit } from '../engine/concurrency-limit.js'
import { NOT_NOW } from '../keyed/keyed-worker.js'
import type { LiveMember } from '../membership/members-view.js'
import type { Known } from '../ownership/claim-options.js'
import { ranked } from '../placement/rendezvous.js'
import { type Answer, FRAMES, refused } from './frames.js'
import { HandOver } from './hand-over.js'
import { KeyRunner } from './key-runner.js'
import { type Locator, locatorOf, pause, within } from './locator.js'
import { type Given, Slot } from './slot.js'
import type { SupervisionPlan } from './supervision-plan.js'

/** Milliseconds after which a key that was promised is looked for, where nobody says that it was given: at least so many, and so many times what one request may take. */
const PROMISED = 3_000
const PROMISED_REQUESTS = 5
/** Milliseconds between two looks whether it was given, where nobody can say so. */
const LOOKED = 50

/** Milliseconds that a node that stops waits at most until a key runs where it was given to. */
const TAKEN = 2_000

/** Keys that are claimed, or given away, at once. */
const AT_ONCE = 64

/** What another node is about to give. */
interface Promised {
  readonly state: Uint8Array | undefined
  /** Ends the waiting for it. */
  readonly done: () => void
}

/** Whether what a key does here ends by itself, and soon. */
function isPassing({ phase }: Slot): boolean {
  return phase === 'claiming' || phase === 'moving' || phase === 'ending'
}

/** A key that does not stay up here. */
export interface ParkedKey {
  readonly key: string
  readonly reason: ExitReason
  /** When it is tried again, on the kernel's clock. */
  readonly until: number
}

export class NodeKeys {
  readonly #plan: SupervisionPlan
  readonly #cluster: Cluster
  readonly #inside: Inside
  readonly #kernel: Kernel
  readonly #locator: Locator
  readonly #handOver: HandOver
  readonly runner: KeyRunner
  readonly slots = new Map<string, Slot>()
  readonly parked = new Map<string, ParkedKey>()
  /** What other nodes are about to give. */
  readonly #promised = new Map<string, Promised>()
  /** Whether keys are taken. */
  accepting = false
  #isClosed = false

  /** @param isFree told when it is worth to look for keys */
  constructor(
    plan: SupervisionPlan,
    cluster: Cluster,
    workers: Pid,
    private readonly isFree: (ms: number) => void,
  ) {
    this.#plan = plan
    this.#cluster = cluster
    this.#inside = insideOf(cluster)
    this.#kernel = this.#inside.kernel
    this.#locator = locatorOf(cluster, plan.name)
    const told = (problem: unknown): void => this.tell(problem)
    this.runner = new KeyRunner(plan, this.#kernel, workers, {
      exhausted: (slot, reason) => void this.#park(slot, reason),
      done: (slot) => void this.drop(slot, refused('absent', 'it is done')),
      lost: (slot) => void this.#lost(slot),
      told,
    })
    this.#handOver = new HandOver(cluster, plan, this.#locator, this.runner, told)
  }

  full(key: string): string {
    return `${this.#plan.name}/${key}`
  }

  async ownerOf(key: string): Promise<Answer | undefined> {
    const record = await this.#inside.record(this.full(key))
    const at = record?.lease
    return at === undefined || this.#inside.members.byLease(at) === undefined ? undefined : { v: FRAMES, at }
  }

  /** Another node is about to give a key to this one. */
  async promise(key: string, state: Uint8Array | undefined): Promise<Answer> {
    const lease = this.#inside.leaseNow()
    if (!this.accepting || lease === undefined) return refused('leaving')
    // By the same rule the other node hands over no more.
    if (state !== undefined && state.length > this.#plan.maxState)
      return refused('failed', 'the state is too large')
    const promised = this.#promise(key, state)
    // What there is of the key here is over soon: an attempt that is refused, since the other node has it, or a move of a moment ago to where it comes from now.
    for (let slot = this.slots.get(key); slot !== undefined && isPassing(slot); slot = this.slots.get(key)) {
      slot.taking?.abort(new Error(`${key} comes back`))
      await slot.gone
    }
    const now = this.#inside.leaseNow()
    const isFree = this.parkedNow(key) === undefined && !this.slots.has(key)
    const isPromised = this.#promised.get(key) === promised
    if (this.accepting && isFree && isPromised && now !== undefined) return { v: FRAMES, at: now }
    if (isPromised) this.#fulfilled(key)
    return isFree ? refused('leaving') : refused('failed')
  }

  #promise(key: string, state: Uint8Array | undefined): Promised {
    let done = (): void => {}
    const given = new Promise<void>((resolve) => {
      done = resolve
    })
    const promised: Promised = { state, done }
    this.#fulfilled(key)
    this.#promised.set(key, promised)
    this.#inside.expected.add(this.full(key))
    // The other node has its answer, writes, reads back where it is not told what became of that, and says so: each within the time of a request.
    const limit = Math.max(PROMISED, this.#inside.timeout * PROMISED_REQUESTS)
    void within(this.#kernel, limit, given).then(async () => {
      if (this.#promised.get(key) !== promised) return
      // Nobody has said that it was given, and it may have been.
      if (!this.slots.has(key)) await this.bring(key, []).answer()
      if (this.#promised.get(key) === promised) this.#fulfilled(key)
    })
    return promised
  }

  /**
   * Brings what other nodes were told that they may give, as soon as they have: for a node that leaves, which hears nothing of what they say then.
   *
   * @param until on the kernel's clock
   */
  async bringPromised(until: number): Promise<void> {
    const one = async (key: string): Promise<void> => {
      while (this.isPromised(key) && this.#kernel.now() < until) {
        const record = await this.#inside.record(this.full(key)).catch(() => undefined)
        if (record?.lease !== undefined && record.lease === this.#inside.leaseNow()) {
          await this.bring(key, []).answer()
          return
        }
        await pause(this.#kernel, LOOKED)
      }
    }
    await Promise.all([...this.#promised.keys()].map(one))
  }

  /** Nothing is brought any more. */
  close(): void {
    this.#isClosed = true
    for (const key of [...this.#promised.keys()]) this.#fulfilled(key)
  }

  /** Claims a key and has its worker run. @param claim what was read of its claim a moment ago */
  bring(key: string, tried: readonly string[], claim?: Known): Slot {
    const known = this.slots.get(key)
    if (known !== undefined) return known
    const slot = new Slot(key, this.#promised.get(key)?.state, tried)
    if (this.#isClosed) slot.over(refused('leaving'))
    else {
      this.slots.set(key, slot)
      void this.#claimed(slot, claim)
    }
    return slot
  }

  async #claimed(slot: Slot, known: Known | undefined): Promise<void> {
    const full = this.full(slot.key)
    try {
      const claim = await this.#inside.take(full, slot.abort.signal, known)
      slot.owns(claim)
      // What was handed over is of the owner before, if that wrote the key over; else somebody may have had it since.
      if (!claim.given) slot.state = undefined
      this.#fulfilled(slot.key)
      if (slot.abort.signal.aborted) return await this.drop(slot, refused('leaving'))
      claim.signal.addEventListener('abort', () => void this.#lost(slot), { once: true })
      await this.runner.run(slot)
    } catch (error) {
      this.#forget(slot)
      const isTaken = HeartwoodError.is(error, 'CLAIM_TAKEN')
      if (!isTaken && this.accepting) this.tell(error)
      const owner = isTaken ? await this.ownerOf(slot.key).catch(() => undefined) : undefined
      slot.over(owner ?? refused('elsewhere', printed(error)))
    }
  }

  /** Whether a key was written to this node, and nothing of it runs here: whoever gave it has died, or a release failed. */
  async isLeftHere(key: string): Promise<boolean> {
    const lease = this.#inside.leaseNow()
    if (!this.accepting || lease === undefined || this.parkedNow(key) !== undefined) return false
    return (await this.#inside.record(this.full(key)))?.lease === lease
  }

  isPromised(key: string): boolean {
    return this.#promised.has(key)
  }

  #fulfilled(key: string): void {
    this.#promised.get(key)?.done()
    this.#promised.delete(key)
    this.#inside.expected.delete(this.full(key))
  }

  #forget(slot: Slot): void {
    if (this.slots.get(slot.key) === slot) this.slots.delete(slot.key)
  }

  /** Another node has the key. */
  async #lost(slot: Slot): Promise<void> {
    if (slot.phase === 'moving' || slot.phase === 'ending') return
    this.#forget(slot)
    slot.over(refused('elsewhere'))
    await this.runner.end(slot)
  }

  /** Ends a key here, and gives its claim back. */
  async drop(slot: Slot, answer: Answer): Promise<void> {
    await this.runner.end(slot)
    await this.release(slot)
    this.#forget(slot)
    slot.over(answer)
  }

  async release({ claim }: Slot): Promise<void> {
    // What the engine does not take now is free when it does, or when the lease is over.
    await claim?.release().catch(() => {})
  }

  /** It does not stay up here: it is tried elsewhere, and here again later. */
  async #park(slot: Slot, reason: ExitReason): Promise<void> {
    const { key } = slot
    const { parkFor, name } = this.#plan
    this.parked.set(key, { key, reason, until: this.#kernel.now() + parkFor })
    this.tell(
      new Error(
        `${name} ${key} does not stay up on node ${this.#cluster.node}, and is parked: ${printed(reason)}`,
      ),
    )
    await this.drop(slot, refused('parked', printed(reason)))
    this.isFree(parkFor)
    const tried = [...slot.tried, this.#cluster.node]
    const rest = ranked(key, this.others()).filter(({ node }) => !tried.includes(node))
    for (const next of rest) {
      const answer = await this.#locator.ask(next, { op: 'take', key, tried }, this.#inside.timeout)
      if (!('no' in answer) || answer.no === 'parked') return
    }
    this.tell(new Error(`${name} ${key} stays up on no node, and is tried again in ${parkFor} ms`))
  }

  parkedNow(key: string): ParkedKey | undefined {
    const parked = this.parked.get(key)
    if (parked === undefined || parked.until > this.#kernel.now()) return parked
    this.parked.delete(key)
    return undefined
  }

  async stopKey(key: string): Promise<Answer> {
    const slot = this.slots.get(key)
    if (slot === undefined) return (await this.ownerOf(key)) ?? { v: FRAMES, done: true }
    await this.drop(slot, refused('absent', 'it was stopped'))
    return { v: FRAMES, done: true }
  }

  others(): readonly LiveMember[] {
    const lease = this.#inside.leaseNow()
    return this.#inside.members
      .of(this.#plan.name)
      .filter((member) => member.lease !== lease && member.node !== this.#cluster.node)
  }

  /** Gives a key to the first of `targets` that takes it. A node that leaves has it still where it is `'kept'`; another one goes on with it. */
  give(slot: Slot, targets: readonly LiveMember[]): Promise<Given> {
    slot.moving = this.#give(slot, targets)
    return slot.moving
  }

  async #give(slot: Slot, targets: readonly LiveMember[]): Promise<Given> {
    // Its stop does not wait for an init that takes long at the other node: what was cast meanwhile is lost then.
    const { handOverTimeout } = this.#plan
    const patience = this.accepting ? handOverTimeout : Math.min(handOverTimeout, TAKEN)
    const outcome = await this.#handOver.give(slot, targets, patience)
    if (outcome === NOT_NOW) slot.moving = undefined
    if (outcome === NOT_NOW || (outcome === 'kept' && !this.accepting)) return outcome
    this.#forget(slot)
    if (outcome === 'lost') this.isFree(1)
    if (outcome !== 'kept') {
      slot.over(refused('moving'))
      return outcome
    }
    // It goes on here, as the next of its line.
    const next = new Slot(slot.key, slot.state, slot.tried)
    if (slot.claim !== undefined) next.owns(slot.claim)
    this.slots.set(slot.key, next)
    slot.claim?.signal.addEventListener('abort', () => void this.#lost(next), { once: true })
    slot.over(refused('moving'))
    await this.runner.run(next)
    this.#handOver.forward(slot, next.pid)
    return outcome
  }

  /** Does `work` for each, some at once; one that fails is told, and no reason for the others. */
  async each<T>(list: readonly T[], work: (each: T) => Promise<unknown>): Promise<void> {
    const limit = new ConcurrencyLimit(AT_ONCE)
    const one = (each: T): Promise<unknown> =>
      limit.run(() => work(each)).catch((error: unknown) => this.tell(error))
    await Promise.all(list.map(one))
  }

  tell(problem: unknown): void {
    this.#inside.trouble.note(problem)
  }
}
