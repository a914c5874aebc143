import { StructuredCodec } from '../../carrier/index.js'
import type { Carrier, Connection, Signal, Terms } from '../../kernel/index.js'
import type { Port } from './port.js'

/** Bytes that the other side may be behind before those who ask are told. */
const LIMIT = 1_048_576

/** Bytes after which the other side hears that they were taken. */
const TOLD_AFTER = 65_536

/** Signals as structured clones, through a port. */
export class PortCarrier implements Carrier {
  /** What the kernel has made of it. */
  connection!: Connection
  readonly #port: Port
  readonly #codec: StructuredCodec
  readonly #kill: ((to: number) => boolean) | undefined
  #sent = 0
  #taken = 0
  #received = 0
  #told = 0
  #wasBusy = false

  /** @param kill takes the kill of a process of the other side, where that is done by force */
  constructor(port: Port, codec: StructuredCodec, kill?: (to: number) => boolean) {
    this.#port = port
    this.#codec = codec
    this.#kill = kill
  }

  get busy(): boolean {
    const busy = this.#sent - this.#taken > LIMIT
    this.#wasBusy ||= busy
    return busy
  }

  encode(value: unknown, terms: Terms, lenient: boolean): unknown {
    return this.#codec.encode(value, terms, lenient)
  }

  decode(encoded: unknown, terms: Terms): unknown {
    return this.#codec.decode(encoded, terms)
  }

  send(signals: readonly Signal[]): void {
    const size = this.#codec.takeSize()
    this.#sent += size
    this.#port.post(['signals', size, signals.map(packed)], this.#codec.takeMoves())
  }

  kill(to: number): boolean {
    return this.#kill?.(to) === true
  }

  close(): void {}

  /** A batch of the other side. */
  receive(size: number, signals: readonly unknown[]): void {
    this.connection.receive(signals.map(unpacked))
    this.#received += size
    if (this.#received - this.#told < TOLD_AFTER) return
    this.#told = this.#received
    this.#port.post(['taken', this.#told])
  }

  /** The other side has taken so many bytes. */
  taken(bytes: number): void {
    this.#taken = bytes
    if (!this.#wasBusy || this.busy) return
    this.#wasBusy = false
    this.connection.ready()
  }
}

/** The most frequent signals as lists: the names of their fields would take as long as what they hold. */
function packed(signal: Signal): unknown {
  if (signal.op === 'send') return [signal.to, signal.message]
  if (signal.op === 'reply') return [signal.id, signal.value, 0]
  return signal.op === 'call' ? [signal.id, signal.from, signal.to, signal.payload] : signal
}

function unpacked(given: unknown): Signal {
  if (!Array.isArray(given)) return given as Signal
  const [one, two, three, four] = given
  if (given.length === 2) return { op: 'send', to: one, message: two }
  if (given.length === 3) return { op: 'reply', id: one, value: two }
  return { op: 'call', id: one, from: two, to: three, payload: four }
}
