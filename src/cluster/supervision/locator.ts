import {
  Deadline,
  HeartwoodError,
  isAlive,
  type Kernel,
  type Pid,
  printed,
  runAsNobody,
} from '../../kernel/index.js'
import { type Cluster, type Inside, insideOf } from '../cluster.js'
import { Pauses } from '../engine/pauses.js'
import { clusterError } from '../errors.js'
import type { LiveMember } from '../membership/members-view.js'
import { firstChoice } from '../placement/rendezvous.js'
import { type Answer, answerOf, FRAMES, processNameOf, type Question, refused } from './frames.js'

type Asked = Question extends infer Q ? (Q extends { v: number } ? Omit<Q, 'v'> : never) : never

/** Pids that are remembered. */
const REMEMBERED = 10_000
/** Milliseconds between two lines about casts that were lost. */
const LOST_EVERY = 1_000

/** A worker, and the lease of the node that it is on. */
interface Place {
  readonly pid: Pid
  readonly lease: string
}

function placed(answer: Answer, { lease }: LiveMember): Answer | { readonly place: Place } {
  return 'pid' in answer ? { place: { pid: answer.pid, lease } } : answer
}

/** Finds the workers of a supervisor, and asks its other nodes. */
export class Locator {
  readonly #cluster: Cluster
  readonly #inside: Inside
  readonly #known = new Map<string, Place>()
  readonly #looking = new Map<string, Promise<Pid>>()
  /** Casts that were lost since one was told, and when the next is. */
  #lost = 0
  #tellAgain = 0

  constructor(
    cluster: Cluster,
    readonly supervisor: string,
  ) {
    this.#cluster = cluster
    this.#inside = insideOf(cluster)
    // It hears of nodes that are gone.
    this.#inside.members.follow(() => {})
  }

  get kernel(): Kernel {
    return this.#inside.kernel
  }

  /** Where it was last, without asking anybody. */
  known(key: string): Pid | undefined {
    const place = this.#known.get(key)
    if (place === undefined) return undefined
    // A node that is stopped takes calls and answers none: its lease tells.
    const isThere = this.#inside.members.byLease(place.lease) !== undefined && isAlive(place.pid)
    if (isThere) return place.pid
    this.#known.delete(key)
    return undefined
  }

  /** It is not there, or not any more. */
  forget(key: string, pid: Pid): void {
    if (this.#known.get(key)?.pid === pid) this.#known.delete(key)
  }

  /** A cast that came nowhere is told; of many, one a second, and how many there were. */
  lost(key: string, method: string, error: unknown): void {
    const now = this.kernel.now()
    this.#lost++
    if (now < this.#tellAgain) return
    const more = this.#lost === 1 ? '' : `, and ${this.#lost - 1} before it`
    this.#lost = 0
    this.#tellAgain = now + LOST_EVERY
    const why = HeartwoodError.is(error) ? error.message : printed(error)
    this.#inside.trouble.note(
      new Error(`the cast of ${method} to ${this.supervisor} ${key} is lost${more}: ${why}`),
    )
  }

  /**
   * The worker of a key, which is started where there is none.
   *
   * @param timeout milliseconds
   * @throws KEY_UNREACHABLE, KEY_UNKNOWN
   */
  locate(key: string, timeout: number): Promise<Pid> {
    const known = this.known(key)
    if (known !== undefined) return Promise.resolve(known)
    const looking = this.#looking.get(key)
    if (looking !== undefined) return looking
    // Several may wait for it, and whoever asked first may end before.
    const found = runAsNobody(() => this.#locate(key, timeout)).finally(() => this.#looking.delete(key))
    this.#looking.set(key, found)
    return found
  }

  async #locate(key: string, timeout: number): Promise<Pid> {
    const { kernel } = this.#inside
    const end = kernel.now() + timeout
    const pauses = new Pauses(10, 250, kernel.random)
    let problem = 'nobody was asked'
    for (;;) {
      const left = end - kernel.now()
      if (left <= 0)
        throw clusterError('KEY_UNREACHABLE', { key, supervisor: this.supervisor, timeout, problem })
      const answer = await this.#once(key, left)
      if ('place' in answer) {
        this.#remember(key, answer.place)
        return answer.place.pid
      }
      if ('no' in answer) {
        if (answer.no === 'unknown') throw clusterError('KEY_UNKNOWN', { key, supervisor: this.supervisor })
        problem = answer.why
      }
      await pause(kernel, Math.min(pauses.next(), left))
      await this.#inside.members.refresh().catch(() => {})
    }
  }

  /**
   * Stops the worker of a key, if there is one.
   *
   * @throws KEY_UNREACHABLE
   */
  async stop(key: string, timeout: number): Promise<void> {
    const { members } = this.#inside
    await members.refresh().catch(() => {})
    const first = firstChoice(key, members.of(this.supervisor))
    let answer =
      first === undefined
        ? refused('absent', 'no node runs it')
        : await this.ask(first, { op: 'stop', key }, timeout)
    const owner = 'at' in answer ? members.byLease(answer.at) : undefined
    if (owner !== undefined) answer = await this.ask(owner, { op: 'stop', key }, timeout)
    if ('done' in answer) return
    const problem = 'no' in answer ? answer.why : 'the node that has it is gone'
    throw clusterError('KEY_UNREACHABLE', { key, supervisor: this.supervisor, timeout, problem })
  }

  async #once(key: string, timeout: number): Promise<Answer | { readonly place: Place }> {
    const { members } = this.#inside
    if (members.list.length === 0) await members.refresh().catch(() => {})
    const first = firstChoice(key, members.of(this.supervisor))
    if (first === undefined) return refused('absent', `no node runs ${this.supervisor}`)
    const answer = await this.ask(first, { op: 'locate', key }, timeout)
    if (!('at' in answer)) return placed(answer, first)
    const owner = members.byLease(answer.at)
    if (owner === undefined) return refused('absent', 'the node that has it is gone')
    return placed(await this.ask(owner, { op: 'find', key }, timeout), owner)
  }

  /** What a node answers; that it does not is an answer too. */
  async ask(
    member: LiveMember,
    question: Asked,
    timeout: number,
    signal: AbortSignal = member.gone,
  ): Promise<Answer> {
    const { kernel } = this.#inside
    const name = processNameOf(this.#cluster.cluster, this.supervisor, member.node)
    try {
      const address = this.#addressOf(member, name)
      // A node that is stopped takes the question and answers nothing: that its lease is over tells.
      const options = { timeout: Math.max(1, timeout), signal }
      return answerOf(await kernel.request(address, { v: FRAMES, ...question }, options))
    } catch (error) {
      const why = HeartwoodError.is(error) ? error.message : printed(error)
      return refused('absent', `node ${member.node}: ${why}`)
    }
  }

  /** @throws NODES_APART */
  #addressOf({ node, reach }: LiveMember, name: string): Pid | string {
    const { kernel } = this.#inside
    if (reach?.kernel === kernel.node && reach.creation === kernel.creation) return name
    const there =
      reach === undefined || reach.kernel === kernel.node ? undefined : kernel.whoHas(name, reach.kernel)
    if (there === undefined) throw clusterError('NODES_APART', { node, kernel: reach?.kernel ?? 'not told' })
    return there
  }

  #remember(key: string, place: Place): void {
    this.#known.delete(key)
    this.#known.set(key, place)
    const [oldest] = this.#known.keys()
    if (this.#known.size > REMEMBERED && oldest !== undefined) this.#known.delete(oldest)
  }
}

/** Waits on the clock of a kernel, whoever runs this. The program need not go on for it: it does for its lease, as long as it is a member. */
export function pause({ clock }: Kernel, ms: number): Promise<void> {
  return new Promise((resolve) => new Deadline(clock, ms, resolve).release())
}

/** What `work` comes to; undefined where that takes longer than `ms`. Nothing is left that keeps the program waiting. */
export async function within<T>({ clock }: Kernel, ms: number, work: PromiseLike<T>): Promise<T | undefined> {
  let deadline: Deadline | undefined
  const over = new Promise<undefined>((resolve) => {
    deadline = new Deadline(clock, ms, () => resolve(undefined))
  })
  try {
    return await Promise.race([work, over])
  } finally {
    deadline?.stop()
  }
}

const locators = new WeakMap<Cluster, Map<string, Locator>>()

/** One for each supervisor of a node. */
export function locatorOf(cluster: Cluster, supervisor: string): Locator {
  const all = locators.get(cluster) ?? new Map<string, Locator>()
  locators.set(cluster, all)
  const known = all.get(supervisor) ?? new Locator(cluster, supervisor)
  all.set(supervisor, known)
  return known
}
