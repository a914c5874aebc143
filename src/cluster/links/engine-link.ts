import { deserialize, serialize } from 'node:v8'
import { StructuredCodec } from '../../carrier/index.js'
import {
  type Carrier,
  type Clock,
  type Connection,
  printed,
  rules,
  type Signal,
  type Terms,
  type Traffic,
} from '../../kernel/index.js'
import { type LinkFrame, PART } from './link-frame.js'

/** Bytes that the other side may be behind before those who ask are told, and before it is given up. */
const BUSY = 1_048_576
const WAITING = 64 * 1_048_576
/** Bytes that signals of one batch may have. */
const LONGEST = 64 * 1_048_576
/** Bytes after which the other side hears that they were taken. */
const TOLD_AFTER = 262_144

/** What a link says, without who says it to whom. */
export type Said = Pick<LinkFrame, 'op' | 'mine' | 'yours' | 'number' | 'taken' | 'more' | 'payload'>

/** What a link needs of its node. */
export interface LinkHost {
  readonly clock: Clock
  /** @throws where the engine is out of reach */
  post(node: string, said: Said): void
  /** It is over, for that reason; undefined where the kernel wanted no more of it. */
  over(link: EngineLink, why: string | undefined): void
}

/**
 * Signals to another kernel through the engine, which may lose them. Each frame has a number. One that is missing breaks the link, on both sides, as a
 * broken connection does: what comes after a loss is never taken for what was sent. One that comes twice is taken once.
 */
export class EngineLink implements Carrier {
  /** What the kernel has made of it; undefined until the other side has answered one that it began. */
  connection: Connection | undefined
  /** The session of the other side; 0 as long as it is not known. */
  theirs = 0
  creation = 0
  isUp = false
  isOver = false
  heardAt: number
  /** Resolves when it is up, rejects when it is over before. */
  readonly ready: Promise<void>
  #isReady!: () => void
  #failed!: (why: Error) => void
  readonly #host: LinkHost
  readonly #codec = new StructuredCodec({ memory: false })
  #waiting: Signal[] = []
  #waitingBytes = 0
  /** The number of the last frame in each direction. */
  #sent = 0
  #received = 0
  /** Bytes in each direction, and how many of them the other side is known to have, or was told of. */
  #bytesOut = 0
  #bytesHeard = 0
  #bytesIn = 0
  #bytesTold = 0
  #messagesIn = 0
  #messagesOut = 0
  #parts: Uint8Array[] = []
  #partBytes = 0
  #wasBusy = false

  constructor(
    host: LinkHost,
    readonly node: string,
    readonly session: number,
  ) {
    this.#host = host
    this.heardAt = host.clock.now()
    this.ready = new Promise((resolve, reject) => {
      this.#isReady = resolve
      this.#failed = reject
    })
    this.ready.catch(() => {})
  }

  // What the kernel calls.

  encode(value: unknown, terms: Terms, lenient: boolean): unknown {
    return this.#codec.encode(value, terms, lenient)
  }

  decode(encoded: unknown, terms: Terms): unknown {
    return this.#codec.decode(encoded, terms)
  }

  get busy(): boolean {
    const busy = this.#bytesOut - this.#bytesHeard + this.#waitingBytes > BUSY
    this.#wasBusy ||= busy
    return busy
  }

  get traffic(): Traffic {
    const waiting = this.#bytesOut - this.#bytesHeard + this.#waitingBytes
    const { messagesIn, messagesOut } = { messagesIn: this.#messagesIn, messagesOut: this.#messagesOut }
    return { bytesIn: this.#bytesIn, bytesOut: this.#bytesOut, messagesIn, messagesOut, waiting }
  }

  send(signals: readonly Signal[]): void {
    this.#codec.takeMoves()
    const size = this.#codec.takeSize()
    if (this.isUp) this.#write(signals)
    else {
      for (const signal of signals) this.#waiting.push(signal)
      this.#waitingBytes += size
    }
    if (this.#bytesOut - this.#bytesHeard + this.#waitingBytes > WAITING)
      this.#breakLater(`it is more than ${WAITING} bytes behind`)
  }

  close(): void {
    this.#over(undefined)
  }

  // What the node calls.

  /** The other side is there, and knows this one. */
  up(connection: Connection): void {
    this.connection = connection
    this.isUp = true
    this.heardAt = this.#host.clock.now()
    const waiting = this.#waiting
    this.#waiting = []
    this.#waitingBytes = 0
    this.#write(waiting)
    this.say('tick')
    this.#isReady()
    connection.ready()
  }

  isFor({ mine, yours }: LinkFrame): boolean {
    return yours === this.session && mine === this.theirs
  }

  heard(frame: LinkFrame): void {
    this.heardAt = this.#host.clock.now()
    this.#taken(frame.taken)
    if (frame.op === 'reset') this.break('the other side has ended it')
    else if (frame.op === 'tick') this.#check(frame.number)
    else if (frame.op === 'data' && frame.number > this.#received) {
      this.#check(frame.number - 1)
      if (!this.isOver) this.#take(frame)
    }
  }

  /** Says how far it has come; a failure to do so breaks it. */
  say(op: LinkFrame['op'], payload: Uint8Array = NOTHING, more = false): void {
    if (this.isOver) return
    this.#bytesTold = this.#bytesIn
    const { session: mine, theirs: yours } = this
    const said = { op, mine, yours, number: this.#sent, taken: this.#bytesIn, more, payload }
    try {
      this.#host.post(this.node, said)
    } catch (error) {
      if (this.isUp) this.#breakLater(printed(error))
    }
  }

  break(why: string): void {
    this.#over(why)
    this.connection?.down()
  }

  // The rest.

  /** All up to that number must have come. */
  #check(number: number): void {
    if (number <= this.#received) return
    const first = this.#received + 1
    this.break(
      first === number ? `its message ${first} is lost` : `its messages ${first} to ${number} are lost`,
    )
  }

  #take({ number, payload, more }: LinkFrame): void {
    this.#received = number
    this.#bytesIn += payload.length
    this.#partBytes += payload.length
    if (this.#partBytes > LONGEST) {
      this.break(`it sends more than ${LONGEST} bytes at once`)
      return
    }
    this.#parts.push(payload)
    if (!more) this.#deliver()
    if (this.#bytesIn - this.#bytesTold > TOLD_AFTER) this.say('tick')
  }

  #deliver(): void {
    const bytes = this.#parts.length === 1 ? (this.#parts[0] as Uint8Array) : Buffer.concat(this.#parts)
    this.#parts = []
    this.#partBytes = 0
    try {
      const signals: unknown = deserialize(bytes)
      if (!Array.isArray(signals) || !signals.every(isSignal)) throw new Error('it is no list of signals')
      this.#messagesIn += signals.length
      this.connection?.receive(signals as readonly Signal[])
    } catch (error) {
      this.break(`what it sent cannot be read: ${printed(error)}`)
    }
  }

  #taken(bytes: number): void {
    this.#bytesHeard = Math.min(this.#bytesOut, Math.max(this.#bytesHeard, bytes))
    if (!this.#wasBusy || this.busy) return
    this.#wasBusy = false
    this.connection?.ready()
  }

  #write(signals: readonly Signal[]): void {
    if (signals.length === 0) return
    const bytes = this.#bytesOf(signals)
    if (bytes === undefined) return
    this.#messagesOut += signals.length
    for (let at = 0; at < bytes.length; at += PART) {
      const part = bytes.subarray(at, at + PART)
      this.#sent++
      this.#bytesOut += part.length
      this.say('data', part, at + PART < bytes.length)
    }
  }

  /** Undefined where they were written one by one. What cannot be written is the failure of that one signal. */
  #bytesOf(signals: readonly Signal[]): Uint8Array | undefined {
    const [signal] = signals
    try {
      const bytes = serialize(signals)
      if (bytes.length <= LONGEST) return bytes
      if (signals.length === 1)
        throw new Error(`it has ${bytes.length} bytes, and at most ${LONGEST} are sent`)
    } catch (error) {
      if (signals.length === 1 && signal !== undefined) {
        this.#refuse(signal, error)
        return undefined
      }
    }
    for (const each of signals) this.#write([each])
    return undefined
  }

  #refuse(signal: Signal, error: unknown): void {
    const { connection } = this
    if (connection === undefined) return
    connection.refused(`a signal "${signal.op}" to another node`, error)
    const reason = connection.reason(error)
    // Not before `send` is over.
    queueMicrotask(() => {
      if (signal.op === 'call')
        connection.receive([{ op: 'call_failed', id: signal.id, why: 'refused', reason }])
      else if (signal.op === 'monitor') connection.receive([{ op: 'down', ref: signal.ref, reason }])
    })
  }

  #breakLater(why: string): void {
    queueMicrotask(() => this.break(why))
  }

  #over(why: string | undefined): void {
    if (this.isOver) return
    if (this.theirs !== 0) this.say('reset')
    this.isOver = true
    this.#waiting = []
    this.#parts = []
    this.#failed(new Error(why ?? 'it is not wanted any more'))
    this.#host.over(this, why)
  }
}

const NOTHING = new Uint8Array(0)

function isSignal(value: unknown): boolean {
  return rules.isRecord(value) && typeof value.op === 'string'
}
