/**
 * A node that takes no keys any more gives those that it has to others, with what their workers hand over. What is on its way at that moment, from it or to it, is waited for; whatever
 * fails leaves the key with one owner or none.
 */
import { Deadline, type Kernel } from '../../kernel/index.js'
import type { Inside } from '../cluster.js'
import { NOT_NOW } from '../keyed/keyed-worker.js'
import type { LiveMember } from '../membership/members-view.js'
import { ranked } from '../placement/rendezvous.js'
import { refused } from './frames.js'
import { pause, within } from './locator.js'
import type { NodeKeys } from './node-keys.js'
import type { Slot } from './slot.js'
import type { SupervisionPlan } from './supervision-plan.js'

/** How often what came while a node leaves is given on. */
const PASSES = 3
/** Milliseconds until a key is offered again that nobody took. */
const AGAIN = 100

export class Leaving {
  readonly #kernel: Kernel

  constructor(
    private readonly plan: SupervisionPlan,
    private readonly inside: Inside,
    private readonly keys: NodeKeys,
  ) {
    this.#kernel = inside.kernel
  }

  /** @param announce tells the others that it takes no keys */
  async leave(announce: () => Promise<void>): Promise<void> {
    const end = this.#kernel.now() + this.plan.shutdown * 0.8
    const left = (): number => Math.max(0, end - this.#kernel.now())
    const inTime = <T>(work: Promise<T>): Promise<T | undefined> => within(this.#kernel, left(), work)
    await inTime(announce())
    await inTime(this.inside.members.refresh().catch(() => {}))
    const { members, lease } = this.inside
    const patience = this.#kernel.now() + Math.min(left() / 2, 2 * lease)
    // After an engine that was away, the others may be joining anew. The workers go on meanwhile.
    if (this.keys.others().length === 0 && members.hasLost(2 * lease))
      await this.#untilSomebodyTakes(patience - this.#kernel.now())
    const { slots } = this.keys
    for (let pass = 0; pass < PASSES && left() > 0; pass++) {
      const leaving = this.keys.each([...slots.values()], (slot) => this.#leave(slot, patience))
      // What other nodes were told that they may give is given on in the next pass.
      await inTime(Promise.all([leaving, this.keys.bringPromised(patience)]))
      if (slots.size === 0) break
    }
    this.keys.close()
    // What is left is nobody's from now on, and starts anew where it is found.
    for (const slot of slots.values()) {
      this.keys.tell(new Error(`${slot.key} could not be given away in time: it starts anew elsewhere`))
      await inTime(this.keys.drop(slot, refused('leaving')))
    }
  }

  /** Waits until there is a node to give keys to, or the milliseconds are over. */
  #untilSomebodyTakes(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const over = (): void => {
        unfollow()
        deadline.stop()
        resolve()
      }
      const unfollow = this.inside.members.follow(() => {
        if (this.keys.others().length > 0) over()
      })
      const deadline = new Deadline(this.#kernel.clock, ms, over)
    })
  }

  /** @param patience until when it is offered again, on the kernel's clock, where nobody takes it at this moment */
  async #leave(slot: Slot, patience: number): Promise<void> {
    const left = (): number => Math.max(0, patience - this.#kernel.now())
    if (slot.moving === undefined) {
      // What was handed over to it a moment ago is with its worker as soon as that runs.
      if (slot.state !== undefined) await within(this.#kernel, left(), slot.answer())
      if (slot.phase === 'ending') return slot.gone
      if (slot.phase !== 'running') return this.keys.drop(slot, refused('leaving'))
      void this.keys.give(slot, this.#takersOf(slot))
    }
    for (;;) {
      const outcome = await slot.moving
      // It is given, or goes on as the next of its line.
      if (outcome !== 'kept' && outcome !== NOT_NOW) return
      if (this.keys.slots.get(slot.key) !== slot) return
      if (outcome === NOT_NOW) {
        // The engine may answer in a moment.
        await within(this.#kernel, left(), slot.claim?.held().catch(() => {}) ?? Promise.resolve())
        if (slot.claim?.valid() !== true) return this.keys.drop(slot, refused('leaving'))
      } else {
        const mayTake = this.#takersOf(slot).length > 0 || this.inside.members.hasLost(2 * this.inside.lease)
        if (!mayTake || left() === 0) return this.#nobodyTakes(slot)
        await pause(this.#kernel, Math.min(AGAIN, left()))
        await this.inside.members.refresh().catch(() => {})
      }
      void this.keys.give(slot, this.#takersOf(slot))
    }
  }

  #takersOf(slot: Slot): readonly LiveMember[] {
    return ranked(
      slot.key,
      this.keys.others().filter(({ node }) => !slot.refusedBy.has(node)),
    )
  }

  async #nobodyTakes(slot: Slot): Promise<void> {
    if (slot.state !== undefined)
      this.keys.tell(new Error(`nobody takes ${slot.key}: it starts anew elsewhere`))
    await this.keys.drop(slot, refused('leaving'))
  }
}
