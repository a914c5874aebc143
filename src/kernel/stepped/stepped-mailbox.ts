import { type Envelope, Mailbox } from '../mail/mailbox.js'
import { Channel, type Parcel } from './delivery-channel.js'

/** A mailbox together with what is on its way to it. It gives its process one message in a step, where a normal turn would take many. */
export class SteppedMailbox extends Mailbox {
  allowance = 0
  /** The parcels that have not arrived, by the key of the sender. */
  readonly channels = new Map<string, Channel>()
  readonly #looked: () => void
  readonly #taken: (envelope: Envelope) => void
  readonly #missed: (from: string, parcel: Parcel) => void

  /**
   * @param looked called when something depends on what is on its way
   * @param taken called when a message was taken
   * @param missed called for a parcel that leaves its channel without a step of its own
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

  /** Returns the position of the first message of a sender that has not arrived; Infinity if there is none. */
  orderFrom(sender: string): number {
    return this.channels.get(sender)?.parcels[0]?.order ?? Number.POSITIVE_INFINITY
  }

  /** Takes what a process sent before a position. */
  takeFrom(sender: string, order: number): Parcel[] {
    const channel = this.channels.get(sender)
    const parcels: Parcel[] = []
    while (channel !== undefined && this.orderFrom(sender) < order) parcels.push(channel.take() as Parcel)
    for (const parcel of parcels) this.#missed(sender, parcel)
    return parcels
  }

  /** Takes the messages before which there is no awaited answer, in the order in which they were sent. */
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

  /** Takes everything that is left when the process is dead: the results that its code awaited have arrived, so the code continues. */
  abandon(): void {
    const left = [...this.channels.values()]
    this.channels.clear()
    for (const { from, parcels } of left) for (const parcel of parcels) this.#missed(from, parcel)
    for (const { parcels } of left) for (const parcel of parcels) parcel.resume?.()
  }
}
