import { type Envelope, Mailbox } from '../mail/mailbox.js'
import { Channel, type Parcel } from './delivery-channel.js'

/**
 * A mailbox with what is on its way to it. It hands its process one message a step, where a turn would take many.
 */
export class SteppedMailbox extends Mailbox {
  allowance = 0
  /** What has not arrived, by the key of the sender. */
  readonly channels = new Map<string, Channel>()
  readonly #looked: () => void
  readonly #taken: (envelope: Envelope) => void
  readonly #missed: (from: string, parcel: Parcel) => void

  /**
   * @param looked called when what is on its way decides something
   * @param taken called when there is one message less
   * @param missed called with what leaves its channel otherwise than by a step of its own
   */
  constructor(
    looked: () => void,
    taken: (envelope: Envelope) => void,
    missed: (from: string, parcel: Parcel) => void,
  ) {
    super()
    this.#looked = looked
    this.#taken = taken
    this.#missed = missed
  }

  override take(envelope: Envelope): void {
    super.take(envelope)
    this.#taken(envelope)
  }

  override shift(): Envelope | undefined {
    if (this.allowance === 0) return undefined
    this.allowance--
    return super.shift()
  }

  override withdraw(wanted: (message: unknown) => boolean): boolean {
    this.#looked()
    if (super.withdraw(wanted)) return true
    for (const channel of this.channels.values()) {
      const parcel = channel.withdraw(wanted)
      if (parcel === undefined) continue
      this.#missed(channel.from, parcel)
      return true
    }
    return false
  }

  override held(): unknown[] {
    this.#looked()
    const all = super.held()
    for (const { parcels } of this.channels.values())
      for (const parcel of parcels) if (parcel.resume === undefined) all.push(parcel.message)
    return all
  }

  post(from: string, parcel: Parcel): void {
    let channel = this.channels.get(from)
    if (channel === undefined) {
      channel = new Channel(from)
      this.channels.set(from, channel)
    }
    channel.post(parcel)
  }

  /** The place of the first message that has not arrived of what that process sent; Infinity with none. */
  orderFrom(sender: string): number {
    return this.channels.get(sender)?.parcels[0]?.order ?? Number.POSITIVE_INFINITY
  }

  /** Takes what that process sent before that place. */
  takeFrom(sender: string, order: number): Parcel[] {
    const channel = this.channels.get(sender)
    const parcels: Parcel[] = []
    while (channel !== undefined && this.orderFrom(sender) < order) parcels.push(channel.take() as Parcel)
    for (const parcel of parcels) this.#missed(sender, parcel)
    return parcels
  }

  /** Takes the messages that no awaited answer stands before, in the order they were sent. */
  arrivals(): Parcel[] {
    this.#looked()
    const parcels: Parcel[] = []
    for (const channel of this.channels.values()) {
      for (const parcel of channel.takeMessages()) {
        this.#missed(channel.from, parcel)
        parcels.push(parcel)
      }
    }
    return parcels.sort((a, b) => a.order - b.order)
  }

  /** Takes all that is left, when the process is dead: what its code awaited has come, and lets it go on. */
  abandon(): void {
    const left = [...this.channels.values()]
    this.channels.clear()
    for (const { from, parcels } of left) for (const parcel of parcels) this.#missed(from, parcel)
    for (const { parcels } of left) for (const parcel of parcels) parcel.resume?.()
  }
}
