/** The distribution protocol as a carrier between two kernels. */
import { MethodCall, MethodCast, PlainCast, SystemRequest } from '../../genserver/index.js'
import type { Carrier, Connection as KernelConnection, Signal, Terms, Traffic } from '../../kernel/index.js'
import { printed } from '../../kernel/index.js'
import type { Connection, ConnectionListener } from '../distribution/connection.js'
import type { Control } from '../distribution/control.js'
import { EncodedTerm } from '../format/encoded-term.js'
import { TermWriter, type WriterOptions } from '../format/term-writer.js'
import { Atom, atom } from '../terms/atom.js'
import type { ErlangPid, ErlangReference } from '../terms/identifiers.js'
import { castMessage } from './gen-requests.js'
import { IncomingControls } from './incoming-controls.js'
import { methodTerm } from './method-terms.js'
import { OpenExchanges } from './open-exchanges.js'
import { OutgoingSignals } from './outgoing-signals.js'
import { reasonTerm } from './reasons.js'
import { SystemTerm, systemTerm } from './system-requests.js'
import type { WireTerms } from './wire-terms.js'

/** The approximate size of a waiting signal besides its terms, in bytes. */
const SIGNAL = 200
const NOTHING_YET = { bytesIn: 0, bytesOut: 0, messagesIn: 0, messagesOut: 0 }

/** What a carrier needs of its node. */
export interface CarrierNode {
  readonly wire: WireTerms
  readonly writing: WriterOptions
  /** Bytes that wait for a connection, from which on it is busy, and from which on it is given up. */
  readonly busy: number
  readonly waiting: number
  /** Called when a connection has ended. */
  over(node: string, reason: Error): void
  /** Carries out a request to spawn. */
  spawn(carrier: ErlangCarrier, request: Extract<Control, { type: 'spawn' }>, args: unknown): void
}

/** A carrier over a connection to a node. Signals wait until it is attached to a connection. */
export class ErlangCarrier implements Carrier, ConnectionListener {
  /** The connection that the kernel made for it. */
  connection!: KernelConnection
  readonly #node: CarrierNode
  #peer: Connection | undefined
  #outgoing: OutgoingSignals | undefined
  #incoming: IncomingControls | undefined
  #waiting: Signal[] = []
  #waitingBytes = 0

  constructor(node: CarrierNode) {
    this.#node = node
  }

  /** Called when the connection is ready. */
  attach(peer: Connection): void {
    const { wire } = this.#node
    const open = new OpenExchanges()
    const take = (signal: Signal): void => this.take(signal)
    const outgoing = new OutgoingSignals(peer, wire, open, (ref) => take({ op: 'demonitor', ref }))
    this.#peer = peer
    this.#outgoing = outgoing
    this.#incoming = new IncomingControls(peer.peer, wire, open, {
      take,
      answered: (id) => outgoing.answered(id),
      say: (control, payload) => peer.send(control, payload),
      answer: (call, value) => outgoing.answer(call, value),
      spawn: (request, args) => this.#node.spawn(this, request, args),
    })
    const waiting = this.#waiting
    this.#waiting = []
    this.send(waiting)
    peer.listen(this)
    this.connection.ready()
  }

  get busy(): boolean {
    return this.#peer?.busy ?? this.#waitingBytes > this.#node.busy
  }

  get traffic(): Traffic {
    return this.#peer?.traffic ?? { ...NOTHING_YET, waiting: this.#waitingBytes }
  }

  encode(value: unknown, _: Terms, lenient: boolean): unknown {
    if (isSimple(value)) return value
    if (lenient) return this.#reason(value)
    if (MethodCall.is(value)) return this.#written(methodTerm(value.method, value.args))
    if (value instanceof PlainCast) return this.#written(castMessage(value.request))
    if (value instanceof MethodCast) return this.#written(castMessage(methodTerm(value.method, value.args)))
    if (!SystemRequest.is(value)) return this.#written(value)
    const system = systemTerm(value, (reason) => this.#reason(reason))
    return system === undefined ? this.#written(value) : new SystemTerm(this.#written(system.request))
  }

  decode(encoded: unknown): unknown {
    return encoded
  }

  send(signals: readonly Signal[]): void {
    const outgoing = this.#outgoing
    if (outgoing !== undefined) for (const signal of signals) this.#say(outgoing, signal)
    else {
      for (const signal of signals) this.#waiting.push(signal)
      this.#waitingBytes += signals.length * SIGNAL
      if (this.#waitingBytes > this.#node.waiting) this.connection.down()
    }
  }

  /**
   * Checks a name, which is an atom on the other side.
   *
   * @throws ATOM_INVALID
   */
  checkName(name: string): void {
    atom(name)
  }

  /** Sends a signal. A signal that cannot be sent fails alone: code that waits for its result gets the error. */
  #say(outgoing: OutgoingSignals, signal: Signal): void {
    try {
      outgoing.send(signal)
    } catch (error) {
      this.connection.refused(`a signal "${signal.op}" to another node`, error)
      // Not before `send` is over.
      queueMicrotask(() => {
        if (signal.op === 'call')
          this.take({ op: 'call_failed', id: signal.id, why: 'refused', reason: error })
        else if (signal.op === 'monitor') this.take({ op: 'down', ref: signal.ref, reason: error })
      })
    }
  }

  close(): void {
    this.#waiting = []
    this.#peer?.close()
  }

  /** Sends a control message at once, instead of the kernel. */
  say(control: Control, payload?: unknown): void {
    this.#peer?.send(control, payload)
  }

  /** Passes a signal of the other side to the kernel. */
  take(signal: Signal): void {
    this.connection.receive([signal])
  }

  /** A process there watches one here from now on, without having asked by itself. */
  watched(from: ErlangPid, to: ErlangPid, ref: ErlangReference): void {
    this.#incoming?.take({ type: 'monitor', from, to, ref }, undefined)
  }

  onControl(control: Control, payload: unknown): void {
    try {
      this.#incoming?.take(control, payload)
    } catch (cause) {
      this.#peer?.close(cause instanceof Error ? cause.message : String(cause), { cause })
    }
  }

  onReady(): void {
    this.connection.ready()
  }

  onDown(reason: Error): void {
    this.#node.over(this.#peer?.peer.node ?? '', reason)
    this.connection.down()
  }

  #written(value: unknown): EncodedTerm {
    const writer = new TermWriter(this.#node.writing)
    writer.term(value)
    const { written } = writer
    if (this.#peer === undefined) this.#waitingBytes += written.length
    return new EncodedTerm(written)
  }

  #reason(reason: unknown): EncodedTerm {
    const term = reasonTerm(reason, (value) => this.#isEncodable(value))
    try {
      return this.#written(term)
    } catch {
      return this.#written(printed(reason))
    }
  }

  #isEncodable(value: unknown): boolean {
    try {
      this.#written(value)
      return true
    } catch {
      return false
    }
  }
}

/** Whether a value cannot be changed and always has a term. */
function isSimple(value: unknown): boolean {
  switch (typeof value) {
    case 'boolean':
    case 'undefined':
      return true
    case 'number':
      return Number.isSafeInteger(value)
    default:
      return value === null || value instanceof Atom
  }
}
