/**
 * Giving a key to another node: its worker finishes and stops taking, the other node keeps what it handed over and says under which lease, the claim is written
 * over to that lease, and the other starts. Until that write the key is this node's, from then on the other's: there is no moment at which it is nobody's.
 */
import { isCast } from '../../genserver/index.js'
import { isThenable, type Pid, post, send } from '../../kernel/index.js'
import { type Cluster, type Inside, insideOf } from '../cluster.js'
import { type HandedState, NOT_NOW } from '../keyed/keyed-worker.js'
import type { LiveMember } from '../membership/members-view.js'
import type { Answer } from './frames.js'
import type { KeyRunner } from './key-runner.js'
import { type Locator, within } from './locator.js'
import type { Given, Slot } from './slot.js'
import type { SupervisionPlan } from './supervision-plan.js'

export class HandOver {
  readonly #inside: Inside

  constructor(
    cluster: Cluster,
    private readonly plan: SupervisionPlan,
    private readonly locator: Locator,
    private readonly runner: KeyRunner,
    private readonly told: (problem: unknown) => void,
  ) {
    this.#inside = insideOf(cluster)
  }

  /**
   * Gives a key that runs here, or has just handed over, to the first of `targets` that takes it.
   *
   * @param patience milliseconds to wait until it runs there
   * @returns `'given'`: it runs at the other; `'kept'`: nobody takes it, and it is this node's still, without a worker, with what that
   *   handed over in the slot; `'lost'`: it is not known whether it runs, and not this node's to run; `'not now'`: it runs here, and its claim pauses
   */
  async give(slot: Slot, targets: readonly LiveMember[], patience: number): Promise<Given> {
    slot.phase = 'moving'
    if (slot.worker !== undefined) {
      const state = await this.#handedOver(slot)
      if (state === NOT_NOW) {
        slot.phase = 'running'
        return NOT_NOW
      }
      slot.state = state
    }
    for (const target of targets) {
      const { timeout } = this.#inside
      const offer = { op: 'offer', key: slot.key, state: slot.state ?? null } as const
      const taken = await this.locator.ask(target, offer, timeout)
      if ('no' in taken && taken.no !== 'absent' && taken.no !== 'leaving') slot.refusedBy.add(target.node)
      if (!('at' in taken)) continue
      if (!(await this.#writtenOver(slot, taken.at, target.node))) {
        await this.#end(slot, undefined)
        return 'lost'
      }
      const started = await this.#taken(slot, target, patience)
      await this.#end(slot, 'pid' in started ? started.pid : undefined)
      return 'pid' in started ? 'given' : 'lost'
    }
    await this.#end(slot, undefined)
    return 'kept'
  }

  /** What the other node says when the key runs there; it is waited for until it is gone, or gives the key back. */
  async #taken(slot: Slot, target: LiveMember, patience: number): Promise<Answer> {
    const taking = new AbortController()
    const gone = (): void => taking.abort(target.gone.reason)
    target.gone.addEventListener('abort', gone, { once: true })
    if (target.gone.aborted) gone()
    slot.taking = taking
    try {
      const take = { op: 'take', key: slot.key, tried: [] } as const
      return await this.locator.ask(target, take, patience, taking.signal)
    } finally {
      slot.taking = undefined
      target.gone.removeEventListener('abort', gone)
    }
  }

  async #handedOver({ key, worker }: Slot): Promise<HandedState | typeof NOT_NOW> {
    try {
      return await worker?.handOver(this.plan.handOverTimeout)
    } catch (error) {
      this.told(new Error(`${key} hands nothing over: ${error instanceof Error ? error.message : error}`))
      return undefined
    }
  }

  async #writtenOver({ key, claim }: Slot, lease: string, node: string): Promise<boolean> {
    try {
      return claim !== undefined && (await this.#inside.giveTo(claim, lease, node))
    } catch (error) {
      this.told(new Error(`it is not known whether node ${node} has ${key}: ${error}`))
      return false
    }
  }

  /** What came for the old worker goes to the new one, if there is one yet; the old one ends when it has turned all away. */
  async #end(slot: Slot, next: Pid | undefined): Promise<void> {
    this.forward(slot, next)
    if (slot.worker !== undefined) await within(this.#inside.kernel, this.#inside.timeout, slot.worker.end())
    this.forward(slot, next)
    await this.runner.end(slot)
    slot.worker = undefined
    slot.phase = 'moving'
  }

  /** Sends on what came for a key while it moved. */
  forward(slot: Slot, next: Pid | undefined): void {
    if (next === undefined) return
    for (const message of slot.kept.splice(0)) {
      try {
        const room: unknown = isCast(message) ? post(next, message) : send(next, message)
        if (isThenable(room)) Promise.resolve(room).catch(this.told)
      } catch (error) {
        // One that cannot cross is lost, as whatever is sent may be.
        this.told(error)
      }
    }
  }
}
