/**
 * Signals as one list: each begins with what it is, and the fields of the frequent ones stand in it plainly. A structured clone of many small lists
 * takes several times as long as that of one with as much in it.
 */
import type { Signal } from '../../kernel/index.js'

const OTHER = 0
const SEND = 1
const REPLY = 2
const CALL = 3
/** An object of a portable class whose fields are a list of plain data: what calls and casts of servers are. */
const SEND_FIELDS = 4
const CALL_FIELDS = 5
/** What goes along with the signal behind it. */
const BROUGHT = 6

type Fields = readonly [fields: readonly unknown[], specials: undefined, className: string]

/** Makes lists of signals. The names of classes are told once, and are numbers from then on. */
export class SignalWriter {
  readonly #names = new Map<string, number>()

  /** How many names are told. */
  get known(): number {
    return this.#names.size
  }

  /** What was told since did not arrive. */
  forget(known: number): void {
    for (const [name, at] of this.#names) if (at >= known) this.#names.delete(name)
  }

  batchOf(signals: readonly Signal[]): readonly unknown[] {
    const batch: unknown[] = []
    for (const signal of signals) {
      if (signal.op === 'send') {
        const { to, message, brought } = signal
        if (brought !== undefined) batch.push(BROUGHT, brought)
        if (isFields(message)) this.#fields(batch, SEND_FIELDS, message, to)
        else batch.push(SEND, to, message)
      } else if (signal.op === 'reply') batch.push(REPLY, signal.id, signal.value)
      else if (signal.op === 'call') {
        const { id, from, to, payload, brought } = signal
        if (brought !== undefined) batch.push(BROUGHT, brought)
        if (isFields(payload)) this.#fields(batch, CALL_FIELDS, payload, to, id, from)
        else batch.push(CALL, to, id, from, payload)
      } else batch.push(OTHER, signal)
    }
    return batch
  }

  #fields(batch: unknown[], what: number, [fields, , className]: Fields, ...head: unknown[]): void {
    let name: string | number | undefined = this.#names.get(className)
    if (name === undefined) {
      this.#names.set(className, this.#names.size)
      name = className
    }
    batch.push(what, ...head, name, fields.length)
    for (const field of fields) batch.push(field)
  }
}

/** Reads what the writer of the other side has made. */
export class SignalReader {
  readonly #names: string[] = []
  #batch: readonly unknown[] = []
  #at = 0

  /** @throws TypeError for what no writer makes */
  signalsOf(batch: readonly unknown[]): readonly Signal[] {
    if (!Array.isArray(batch)) throw new TypeError('a batch is no list')
    this.#batch = batch
    this.#at = 0
    const signals: Signal[] = []
    while (this.#at < batch.length) signals.push(this.#signal())
    this.#batch = []
    return signals
  }

  #signal(): Signal {
    switch (this.#next()) {
      case SEND:
        return { op: 'send', to: this.#next(), message: this.#next() }
      case SEND_FIELDS:
        return { op: 'send', to: this.#next(), message: this.#fields() }
      case REPLY:
        return { op: 'reply', id: this.#next(), value: this.#next() }
      case CALL:
        return { op: 'call', to: this.#next(), id: this.#next(), from: this.#next(), payload: this.#next() }
      case CALL_FIELDS:
        return { op: 'call', to: this.#next(), id: this.#next(), from: this.#next(), payload: this.#fields() }
      case BROUGHT: {
        const brought = this.#next()
        return { ...this.#signal(), brought } as Signal
      }
      default:
        return this.#next()
    }
  }

  #next<T>(): T {
    return this.#batch[this.#at++] as T
  }

  #fields(): Fields {
    const name = this.#next<string | number>()
    if (typeof name === 'string') this.#names.push(name)
    const className = typeof name === 'string' ? name : (this.#names[name] as string)
    const from = this.#at + 1
    const count = this.#batch[from - 1]
    const end = from + (count as number)
    if (className === undefined || !Number.isInteger(count) || end < from || end > this.#batch.length)
      throw new TypeError('fields that are not there')
    this.#at = end
    return [this.#batch.slice(from, this.#at), undefined, className]
  }
}

function isFields(message: unknown): message is Fields {
  return Array.isArray(message) && message.length === 3 && Array.isArray(message[0])
}
