import {
  type Carrier,
  type Connection,
  checkKnown,
  type ExitReason,
  type Kernel,
  type Runnable,
  type Signal,
} from '../kernel/index.js'
import { CloningCarrier } from './cloning-carrier.js'
import { StructuredCodec } from './codec/structured-codec.js'

/** The options of a link between two kernels of one program. */
export interface MemoryLinkOptions {
  /** The number of signals that may be on the way to a kernel before senders that ask are told that it is behind; default 10,000. */
  readonly limit?: number
}

/**
 * Joins two kernels of one program, for tests: signals arrive in a turn of the kernel they go to, so that it works with any clock
 * and any scheduler. It can be stopped and cut.
 *
 * @example
 * ```ts
 * const link = new MemoryLink(new Kernel({ node: 'a' }), new Kernel({ node: 'b' }))
 * link.cut()
 * ```
 */
export class MemoryLink {
  readonly #ends: readonly [MemoryEnd, MemoryEnd]

  /** @throws NODE_NAME when they have the same name; BAD_OPTION */
  constructor(one: Kernel, other: Kernel, input: MemoryLinkOptions = {}) {
    checkKnown('new MemoryLink', input, ['limit'])
    const { limit = 10_000 } = input
    const [a, b] = [new MemoryEnd(one, limit), new MemoryEnd(other, limit)]
    this.#ends = [a, b]
    a.join(b)
    b.join(a)
  }

  /** Holds back all signals, in both directions. */
  pause(): void {
    for (const end of this.#ends) end.paused = true
  }

  resume(): void {
    for (const end of this.#ends) end.resume()
  }

  /**
   * Breaks the link: signals on their way are lost.
   *
   * @param reason the reason for each side; default `'noconnection'`
   */
  cut(reason?: ExitReason): void {
    for (const end of this.#ends) end.cut(reason)
  }
}

/** One of the two ends: the carrier of its kernel, which also delivers the signals of the other kernel. */
class MemoryEnd extends CloningCarrier implements Carrier, Runnable {
  nextTask: Runnable | undefined = undefined
  paused = false
  #other!: MemoryEnd
  #connection!: Connection
  #arriving: Signal[] = []
  #queued = false

  constructor(
    readonly kernel: Kernel,
    readonly limit: number,
  ) {
    super(new StructuredCodec())
  }

  join(other: MemoryEnd): void {
    this.#other = other
    const { node, creation } = other.kernel
    this.#connection = this.kernel.connect(this, { node, creation })
  }

  protected get isBehind(): boolean {
    return this.#other.#arriving.length > this.limit
  }

  send(signals: readonly Signal[]): void {
    const moves = this.codec.takeMoves()
    const transfer = moves as ArrayBuffer[]
    this.#other.#arrive(moves.length === 0 ? signals : structuredClone(signals, { transfer }))
  }

  close(): void {
    this.#arriving = []
  }

  resume(): void {
    this.paused = false
    this.#wake()
  }

  cut(reason?: ExitReason): void {
    this.#connection.down(reason)
  }

  /** Its turn in the receiving kernel. */
  turn(): boolean {
    this.#queued = false
    if (this.paused) return false
    const arrived = this.#arriving
    this.#arriving = []
    this.#connection.receive(arrived)
    this.#other.caughtUp(this.#other.#connection)
    return false
  }

  #arrive(signals: readonly Signal[]): void {
    for (const signal of signals) this.#arriving.push(signal)
    this.#wake()
  }

  #wake(): void {
    if (this.#queued || this.paused || this.#arriving.length === 0) return
    this.#queued = true
    this.kernel.scheduler.enqueue(this)
  }
}
