/** A parcel: something on its way to a process, a message or the result that its code awaits. */
export interface Parcel {
  readonly message: unknown
  /** Lets the code of the process continue after an `await`; then there is no message. */
  readonly resume: (() => void) | undefined
  /** The number of the step that sent it. */
  readonly step: number
  /** The place where its code waits, if there is a listener. */
  readonly place?: string | undefined
  /** Its position in the order of everything that was ever sent or made ready. */
  readonly order: number
}

/** A message that arrived at its process, or was lost on the way. In another order of steps it may have arrived earlier. */
export interface Arrival {
  /** The key of the step that takes it, or would take it by itself. */
  readonly key: string
  /** The key of its receiver. */
  readonly to: string
  /** The number of the step that sent it. */
  readonly sent: number
}

/** The parcels that one process has sent to another and that have not arrived, the oldest first. Their order is always kept. */
export class Channel {
  readonly parcels: Parcel[] = []
  /** The number of parcels that let code continue. */
  resumptions = 0

  constructor(
    /** The stable key of the sender. */
    readonly from: string,
  ) {}

  post(parcel: Parcel): void {
    this.parcels.push(parcel)
    if (parcel.resume !== undefined) this.resumptions++
  }

  take(): Parcel | undefined {
    const parcel = this.parcels.shift()
    if (parcel?.resume !== undefined) this.resumptions--
    return parcel
  }

  /** Puts a parcel that has arrived behind the first one, so that it arrives again. */
  again(parcel: Parcel): void {
    this.parcels.splice(1, 0, parcel)
  }

  /** Exchanges the first and the second parcel. */
  swap(): void {
    const [first, second] = this.parcels
    if (first !== undefined && second !== undefined) this.parcels.splice(0, 2, second, first)
  }

  /** Takes the messages before the first parcel that lets code continue. */
  takeMessages(): Parcel[] {
    const end = this.parcels.findIndex(({ resume }) => resume !== undefined)
    return this.parcels.splice(0, end < 0 ? this.parcels.length : end)
  }

  /** Takes out the first message for which `wanted` returns true. */
  withdraw(wanted: (message: unknown) => boolean): Parcel | undefined {
    const at = this.parcels.findIndex(({ resume, message }) => resume === undefined && wanted(message))
    return at < 0 ? undefined : this.parcels.splice(at, 1)[0]
  }
}
