/** Something on its way to a process: a message, or what its code awaits. */
export interface Parcel {
  readonly message: unknown
  /** Lets the code of the process go on from an `await`; then there is no message. */
  readonly resume: (() => void) | undefined
  /** The step that sent it. */
  readonly step: number
  /** Where in the program its code waits, if anybody asked. */
  readonly place?: string | undefined
  /** Its place among all that was ever sent or made ready. */
  readonly order: number
}

/** A message that came to its process, or to its end on the way there. In another order it may have come earlier. */
export interface Arrival {
  /** The key of the step that it has, or would have, when it is taken by itself. */
  readonly key: string
  /** The key of whom it was for. */
  readonly to: string
  /** The number of the step that sent it. */
  readonly sent: number
}

/** What one process has sent to another and has not arrived, oldest first: the order that is kept whatever happens. */
export class Channel {
  readonly parcels: Parcel[] = []
  /** How many of them let code go on. */
  resumptions = 0

  constructor(
    /** The stable key of whoever sends. */
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

  /** Puts what has come once behind the first, to come again. */
  again(parcel: Parcel): void {
    this.parcels.splice(1, 0, parcel)
  }

  /** Has the second come before the first. */
  swap(): void {
    const [first, second] = this.parcels
    if (first !== undefined && second !== undefined) this.parcels.splice(0, 2, second, first)
  }

  /** Takes the messages before the first that lets code go on. */
  takeMessages(): Parcel[] {
    const end = this.parcels.findIndex(({ resume }) => resume !== undefined)
    return this.parcels.splice(0, end < 0 ? this.parcels.length : end)
  }

  /** Takes out the first message that `wanted` says. */
  withdraw(wanted: (message: unknown) => boolean): Parcel | undefined {
    const at = this.parcels.findIndex(({ resume, message }) => resume === undefined && wanted(message))
    return at < 0 ? undefined : this.parcels.splice(at, 1)[0]
  }
}
