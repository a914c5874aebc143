import { CloningCarrier, type StructuredCodec } from '../../carrier/index.js'
import { type Carrier, type Connection, printed, type Signal } from '../../kernel/index.js'
import type { Port } from './port.js'
import { SignalReader, SignalWriter } from './signal-batch.js'

/** The bytes that the other side may be behind before senders that ask are told. */
const LIMIT = 1_048_576

/** The bytes after which the other side is told that they were taken. */
const TOLD_AFTER = 65_536

/** A carrier that sends signals as structured clones through a port. */
export class PortCarrier extends CloningCarrier implements Carrier {
  /** The connection that the kernel made for it. */
  connection!: Connection
  readonly #port: Port
  readonly #kill: ((to: number) => boolean) | undefined
  readonly #writer = new SignalWriter()
  readonly #reader = new SignalReader()
  #sent = 0
  #taken = 0
  #received = 0
  #told = 0

  /** @param kill takes the kill of a process of the other side, where that is done by force: so for whoever has started that */
  constructor(port: Port, codec: StructuredCodec, kill?: (to: number) => boolean) {
    super(codec)
    this.#port = port
    this.#kill = kill
  }

  get routes(): 'here' | 'there' {
    return this.#kill === undefined ? 'there' : 'here'
  }

  /** What waits for the end of the turn counts: else a loop could send any amount before it is told. */
  protected get isBehind(): boolean {
    return this.#sent + this.codec.size - this.#taken > LIMIT
  }

  send(signals: readonly Signal[]): void {
    const size = this.codec.takeSize()
    this.#sent += size
    const moves = this.codec.takeMoves()
    const known = this.#writer.known
    try {
      this.#port.post(['signals', size, this.#writer.batchOf(signals)], moves)
    } catch {
      this.#writer.forget(known)
      this.#sendSingly(signals, size, moves)
    }
  }

  /** Sends the signals of a batch singly, after V8 has refused one of them. */
  #sendSingly(signals: readonly Signal[], size: number, moves: readonly object[]): void {
    this.#port.post(['signals', size, []])
    for (const signal of signals) {
      const error = this.#refusalOf(signal, []) && this.#refusalOf(signal, moves)
      if (error !== undefined) this.connection.unsent(signal, error.reason)
    }
  }

  /** Sends a signal. Returns why it was refused; `undefined` if it was sent. */
  #refusalOf(signal: Signal, moves: readonly object[]): { readonly reason: unknown } | undefined {
    const known = this.#writer.known
    try {
      this.#port.post(['signals', 0, this.#writer.batchOf([signal])], moves)
      return undefined
    } catch (reason) {
      this.#writer.forget(known)
      return { reason }
    }
  }

  kill(to: number): boolean {
    return this.#kill?.(to) === true
  }

  close(): void {}

  /** Takes a batch of the other side. */
  receive(size: number, batch: readonly unknown[]): void {
    this.connection.receive(this.#reader.signalsOf(batch))
    this.#received += size
    if (this.#received - this.#told < TOLD_AFTER) return
    this.#told = this.#received
    this.#port.post(['taken', this.#told])
  }

  /** Called when the other side has taken a number of bytes. */
  taken(bytes: number): void {
    if (typeof bytes !== 'number' || !(bytes <= this.#sent))
      throw new RangeError(`${printed(bytes)} bytes are taken of ${this.#sent}`)
    this.#taken = bytes
    this.caughtUp(this.connection)
  }
}
