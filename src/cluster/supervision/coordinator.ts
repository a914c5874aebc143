/**
 * The server of a cluster supervisor on one node: which keys are to run here, and what the other nodes ask. It decides who tries; whose a key is, the
 * claim decides.
 */
import type { Callbacks, From } from '../../genserver/index.js'
import {
  type DownMessage,
  isDown,
  type Kernel,
  type Pid,
  printed,
  rules,
  self,
  sendAfter,
  trapExit,
} from '../../kernel/index.js'
import { type Cluster, type Inside, insideOf } from '../cluster.js'
import { Pauses } from '../engine/pauses.js'
import { isListOfKeys, keysMistake } from '../key.js'
import { firstChoice } from '../placement/rendezvous.js'
import { type Answer, FRAMES, processNameOf, type Question, questionOf, refused } from './frames.js'
import { Leaving } from './leaving.js'
import { within } from './locator.js'
import { NodeKeys, type ParkedKey } from './node-keys.js'
import { Slot } from './slot.js'
import type { SupervisionPlan } from './supervision-plan.js'

/** Milliseconds until it is looked again for keys that were not to be had, at first. */
const AGAIN = 100
/** Messages to itself: look, look from time to time, and look again after a look that was in vain. */
const LOOK = Symbol('look')
const LOOK_REGULARLY = Symbol('look regularly')
const LOOK_AGAIN = Symbol('look again')

/** How a cluster supervisor stands on one node. */
export interface ClusterSupervisorStatus {
  readonly name: string
  readonly node: string
  /** Whether it takes keys. */
  readonly accepting: boolean
  readonly keys: readonly {
    readonly key: string
    readonly phase: string
    readonly fence: number | undefined
  }[]
  readonly parked: readonly ParkedKey[]
}

/** The callbacks of the server. @param workers the dynamic supervisor of the workers */
export function coordinator(plan: SupervisionPlan, cluster: Cluster, workers: Pid): Callbacks<Coordinator> {
  return {
    async init() {
      trapExit(true)
      const state = new Coordinator(plan, cluster, workers)
      await state.open()
      return { state }
    },
    handleCall(request, from, state) {
      if (request === 'status') return { reply: state.status(), state }
      const question = questionOf(request)
      if (question === undefined) return { reply: refused('failed', 'the question cannot be read'), state }
      if (question === 'version')
        return { reply: refused('version', `version ${FRAMES} is understood here`), state }
      state.asked(question, from)
      return { state }
    },
    handleInfo(message, state) {
      if (isDown(message)) state.down(message)
      else if (message === LOOK) state.look()
      else if (message === LOOK_REGULARLY) state.lookRegularly()
      else if (message === LOOK_AGAIN) state.lookAgain()
      return { state }
    },
    terminate: (_reason, state) => state.close(),
    formatStatus: (status) => ({ ...status, state: (status.state as Coordinator).status() }),
  }
}

/** The name of the process that supervises on a node. */
export function coordinatorName(plan: SupervisionPlan, cluster: Cluster): string {
  return processNameOf(cluster.cluster, plan.name, cluster.node)
}

class Coordinator {
  readonly #plan: SupervisionPlan
  readonly #cluster: Cluster
  readonly #inside: Inside
  readonly #kernel: Kernel
  readonly #keys: NodeKeys
  readonly #pid = self()
  #unfollow: () => void = () => {}
  #looking = false
  #again = false
  /** After a look that was not answered, or a key that was not to be had and is nobody's. */
  readonly #pauses: Pauses
  #willLookAgain = false
  #hasFailed = false
  #isMoving = false
  /** The list of keys as it was read last. */
  #listed: ReadonlySet<string> | undefined

  constructor(plan: SupervisionPlan, cluster: Cluster, workers: Pid) {
    this.#plan = plan
    this.#cluster = cluster
    this.#inside = insideOf(cluster)
    this.#kernel = this.#inside.kernel
    this.#pauses = new Pauses(AGAIN, plan.reconcile, this.#kernel.random)
    this.#keys = new NodeKeys(plan, cluster, workers, (ms) => {
      sendAfter(ms, this.#pid, LOOK)
    })
  }

  async open(): Promise<void> {
    // One before this has crashed, and its workers are gone.
    const left = this.#cluster.claims.filter(({ key }) => key.startsWith(this.#keys.full('')))
    await Promise.all(left.map((claim) => claim.release().catch(() => {})))
    const { where } = this.#plan
    const { labels = {} } = this.#inside.card
    this.#keys.accepting = Object.entries(where).every(([label, value]) => labels[label] === value)
    if (this.#keys.accepting) await this.#announce(true)
    await this.#inside.members.refresh().catch(() => {})
    this.#unfollow = this.#inside.members.follow(() => {
      if (this.#keys.accepting) this.#kernel.send(this.#pid, LOOK)
    })
    this.lookRegularly()
  }

  status(): ClusterSupervisorStatus {
    return {
      name: this.#plan.name,
      node: this.#cluster.node,
      accepting: this.#keys.accepting,
      keys: [...this.#keys.slots.values()].map(({ key, phase, claim }) => ({
        key,
        phase,
        fence: claim?.token,
      })),
      parked: [...this.#keys.parked.values()],
    }
  }

  asked(question: Question, from: From): void {
    this.#answer(question).then(
      (answer) => from.reply(answer),
      (error: unknown) => from.reply(refused('failed', printed(error))),
    )
  }

  down({ ref, reason }: DownMessage): void {
    this.#keys.runner.ended(ref, reason)
  }

  async #answer(question: Question): Promise<Answer> {
    const { key, op } = question
    const slot = this.#keys.slots.get(key)
    if (op === 'find') {
      if (slot !== undefined) return slot.answer()
      return (await this.#keys.isLeftHere(key)) ? this.#keys.bring(key, []).answer() : refused('elsewhere')
    }
    if (op === 'stop') return this.#keys.stopKey(key)
    if (op === 'offer') return this.#keys.promise(key, question.state ?? undefined)
    // It is about to come here: until it has, there is nothing to claim.
    if (op === 'locate' && slot === undefined && this.#keys.isPromised(key)) return refused('moving')
    const here = slot ?? (await this.#takeable(key))
    if (!(here instanceof Slot)) return here
    const tried = op === 'take' ? question.tried : []
    const answer = await (slot === undefined ? this.#keys.bring(key, tried) : here).answer()
    if (op !== 'take' || 'pid' in answer || !this.#keys.isPromised(key)) return answer
    // That attempt began before the key was written over.
    return this.#keys.bring(key, tried).answer()
  }

  /** Why a key is not taken here; a new slot says that it is. */
  async #takeable(key: string): Promise<Slot | Answer> {
    if (!this.#keys.accepting) return refused('leaving', `node ${this.#cluster.node} takes no keys`)
    if (this.#listed !== undefined && !this.#listed.has(key)) await this.#readList()
    if (this.#listed !== undefined && !this.#listed.has(key)) return refused('unknown')
    const parked = this.#keys.parkedNow(key)
    if (parked === undefined) return this.#keys.slots.get(key) ?? new Slot(key, undefined, [])
    const owner = await this.#keys.ownerOf(key)
    return (
      owner ??
      refused('parked', `it does not stay up on node ${this.#cluster.node}: ${printed(parked.reason)}`)
    )
  }

  /** Looks what should run here, and what elsewhere. */
  look(): void {
    if (this.#looking) this.#again = true
    else void this.#look()
  }

  lookRegularly(): void {
    if (!this.#keys.accepting) return
    this.look()
    // Ends with this process: a program that is done need not wait for it.
    sendAfter(this.#plan.reconcile * (0.75 + this.#kernel.random() / 2), this.#pid, LOOK_REGULARLY)
  }

  lookAgain(): void {
    this.#willLookAgain = false
    if (this.#keys.accepting) this.look()
  }

  async #look(): Promise<void> {
    this.#looking = true
    let isDone = true
    try {
      do {
        this.#again = false
        if (this.#keys.accepting) isDone = await this.#reconcile()
      } while (this.#again && this.#keys.accepting)
    } catch (error) {
      // The engine is out of reach, or the list is not to be had: the next look may find it.
      if (!this.#hasFailed) this.#keys.tell(error)
      this.#hasFailed = true
      isDone = false
    } finally {
      this.#looking = false
    }
    if (isDone) {
      this.#hasFailed = false
      this.#pauses.reset()
    } else if (!this.#willLookAgain && this.#keys.accepting) {
      this.#willLookAgain = true
      sendAfter(this.#pauses.next(), this.#pid, LOOK_AGAIN)
    }
  }

  /** False where a key is nobody's, and was not to be had. */
  async #reconcile(): Promise<boolean> {
    await this.#readList()
    const prefix = this.#keys.full('')
    const records = (await this.#inside.records()).filter(({ key }) => key.startsWith(prefix))
    const { members } = this.#inside
    const wanted = new Set(this.#listed)
    const written = new Set<string>()
    for (const { key, lease } of records) {
      if (lease === undefined) continue
      const own = key.slice(prefix.length)
      if (lease === this.#inside.leaseNow()) written.add(own)
      else if (members.byLease(lease) !== undefined) wanted.delete(own)
      else if (this.#listed === undefined || this.#listed.has(own)) wanted.add(own)
    }
    const candidates = members.of(this.#plan.name)
    // What is written to this node is for no other to take; one that nobody lists waits for the next message.
    const isForThis = (key: string): boolean =>
      written.has(key) || firstChoice(key, candidates)?.node === this.#cluster.node
    const mine = [...wanted].filter(
      (key) => !this.#keys.slots.has(key) && this.#keys.parkedNow(key) === undefined && isForThis(key),
    )
    const byKey = new Map(records.map((record) => [record.key, record]))
    const knownRecord = (key: string) => ({ record: byKey.get(this.#keys.full(key)) })
    let isDone = true
    await this.#keys.each(mine, async (key) => {
      if (!this.#keys.accepting) return
      const slot = this.#keys.bring(key, [], knownRecord(key))
      // Its init is not waited for.
      const refusal = await within(this.#kernel, this.#inside.timeout, slot.claimed)
      const isNowhere =
        refusal === undefined ? slot.phase === 'claiming' : 'no' in refusal && refusal.no === 'elsewhere'
      if (isNowhere) isDone = false
    })
    const unwanted = [...this.#keys.slots.values()].filter(({ key }) => this.#listed?.has(key) === false)
    await this.#keys.each(unwanted, (slot) => this.#keys.drop(slot, refused('unknown')))
    // Not waited for: a node that hangs while it is given a key must not keep those of a dead one waiting.
    if (this.#plan.rebalance && !this.#isMoving) {
      this.#isMoving = true
      void this.#rebalance().finally(() => {
        this.#isMoving = false
      })
    }
    return isDone
  }

  /** Keys that another node is to have are given to it. */
  async #rebalance(): Promise<void> {
    const others = this.#keys.others()
    const candidates = this.#inside.members.of(this.#plan.name)
    const moving = [...this.#keys.slots.values()].flatMap((slot) => {
      if (slot.phase !== 'running') return []
      const first = firstChoice(
        slot.key,
        candidates.filter(({ node }) => !slot.tried.includes(node)),
      )
      return first !== undefined && others.includes(first) ? [{ slot, target: first }] : []
    })
    await this.#keys.each(moving, async ({ slot, target }) => {
      if (slot.phase === 'running' && this.#keys.accepting) await this.#keys.give(slot, [target])
    })
  }

  async #readList(): Promise<void> {
    const { keys, name } = this.#plan
    if (keys === undefined) return
    const list: unknown = typeof keys === 'function' ? await keys() : keys
    if (isListOfKeys(list)) this.#listed = new Set(list)
    else {
      const mistake = keysMistake('the list', list) as rules.Mistake
      this.#keys.tell(new Error(`the keys of ${name} are not to be used: ${rules.mistakeText(mistake)}`))
    }
  }

  async #announce(isOn: boolean): Promise<void> {
    const { supervisors = [] } = this.#inside.card
    const others = supervisors.filter((each) => each !== this.#plan.name)
    await this.#inside.describe({ supervisors: isOn ? [...others, this.#plan.name] : others })
  }

  async close(): Promise<void> {
    if (!this.#keys.accepting) return this.#unfollow()
    this.#keys.accepting = false
    this.#unfollow()
    await new Leaving(this.#plan, this.#inside, this.#keys).leave(() => this.#announce(false))
  }
}
