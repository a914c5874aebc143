import type {
  CallFailure,
  ProcessAddress,
  ReferenceId,
  SenderAddress,
  Signal,
  TermAddress,
} from '../../kernel/index.js'
import type { Connection } from '../distribution/connection.js'
import type { Target } from '../distribution/control.js'
import { atom } from '../terms/atom.js'
import type { ErlangPid, ErlangReference } from '../terms/identifiers.js'
import { tuple } from '../terms/tuple.js'
import { aliasOf, callMessage, systemMessage } from './gen-requests.js'
import type { OpenExchanges, Served } from './open-exchanges.js'
import { SystemTerm } from './system-requests.js'
import { erlangPid, foreignReference, type WireTerms } from './wire-terms.js'

const OVERLOAD = atom('overload')
const CYCLE = atom('deadlock')
const OK = atom('ok')

/** Converts the signals of the kernel into control messages. */
export class OutgoingSignals {
  readonly #peer: Connection
  readonly #wire: WireTerms
  readonly #open: OpenExchanges
  /** Called when a monitor of the other side has ended without a message of that side. */
  readonly #unwatch: (ref: ReferenceId) => void
  /** The pid for code outside any process. */
  readonly #nobody: ErlangPid

  constructor(peer: Connection, wire: WireTerms, open: OpenExchanges, unwatch: (ref: ReferenceId) => void) {
    this.#peer = peer
    this.#wire = wire
    this.#open = open
    this.#unwatch = unwatch
    this.#nobody = wire.pid(0)
  }

  send(signal: Signal): void {
    const peer = this.#peer
    switch (signal.op) {
      case 'send':
        this.#message(this.#target(signal.to), this.#nobody, signal.message)
        return
      case 'alias_send':
        peer.send(
          { type: 'sendToAlias', from: this.#nobody, alias: this.#theirs(signal.ref) },
          signal.message,
        )
        return
      case 'call':
        this.#call(signal)
        return
      case 'reply':
        this.#reply(signal.id, signal.value)
        return
      case 'link':
        peer.send({ type: 'link', ...this.#ends(signal) })
        return
      case 'unlink':
        peer.send({ type: 'unlink', id: signal.id, ...this.#ends(signal) })
        return
      case 'unlink_ack':
        peer.send({ type: 'unlinkAck', id: signal.id, ...this.#ends(signal) })
        return
      case 'link_exit':
        peer.send({ type: 'exit', ...this.#ends(signal) }, signal.reason)
        return
      case 'exit':
        peer.send({ type: 'exitSignal', ...this.#ends(signal) }, signal.reason)
        return
      default:
        this.#watching(signal)
    }
  }

  #watching(signal: Signal): void {
    const { monitors, calls, watches } = this.#open
    switch (signal.op) {
      case 'monitor': {
        const ref = Number(signal.ref)
        const watch = {
          from: this.#sender(signal.from),
          to: this.#target(signal.to),
          ref: this.#wire.reference(ref),
        }
        monitors.set(ref, watch)
        this.#peer.send({ type: 'monitor', ...watch })
        return
      }
      case 'demonitor':
        this.#demonitor(monitors, Number(signal.ref))
        return
      case 'abandon':
        this.#demonitor(calls, signal.id)
        return
      case 'down': {
        const key = String(signal.ref)
        const watch = watches.get(key)
        watches.delete(key)
        if (watch !== undefined) this.#down(watch.to, watch.from, watch.ref, signal.reason)
        return
      }
      case 'call_failed':
        this.#callFails(signal.id, signal.why, signal.reason)
    }
  }

  /** Makes a call as `gen_server:call` does: it monitors the server and sends the request. */
  #call({ id, from, to, payload }: Extract<Signal, { op: 'call' }>): void {
    const caller = from === undefined ? this.#nobody : this.#sender(from)
    const target = this.#target(to)
    const ref = this.#wire.reference(id)
    const watch = { from: caller, to: target, ref }
    this.#open.calls.set(id, watch)
    this.#peer.send({ type: 'monitor', ...watch })
    const message =
      payload instanceof SystemTerm
        ? systemMessage(caller, ref, payload.request)
        : callMessage(caller, ref, payload)
    this.#message(target, caller, message)
  }

  /** Called when a call was answered. */
  answered(id: number): void {
    this.#demonitor(this.#open.calls, id)
  }

  #message(target: Target, from: ErlangPid, message: unknown): void {
    if ('serial' in target) this.#peer.send({ type: 'send', to: target }, message)
    else this.#peer.send({ type: 'sendToName', from, name: target }, message)
  }

  #reply(id: number, value: unknown): void {
    const call = this.#open.served(id)
    if (call !== undefined) this.answer(call, call.isSystem ? OK : value)
  }

  /** Replies as `gen_server:reply` does. */
  answer({ caller, tag }: Pick<Served, 'caller' | 'tag'>, value: unknown): void {
    const alias = aliasOf(tag)
    const message = tuple(tag, value)
    if (alias === undefined) this.#peer.send({ type: 'send', to: caller }, message)
    else {
      const to = foreignReference(alias.node, alias.creation, alias.home)
      this.#peer.send({ type: 'sendToAlias', from: this.#nobody, alias: to }, message)
    }
  }

  /**
   * Fails a call. If the server has ended, its caller is told by its monitor; if the server goes on, the caller also gets that monitor's
   * message.
   */
  #callFails(id: number, why: CallFailure, reason: unknown): void {
    const call = this.#open.served(id)
    if (call?.key === undefined || why === 'noproc' || why === 'ended') return
    const watch = this.#open.watches.get(call.key)
    if (watch === undefined) return
    this.#open.watches.delete(call.key)
    this.#down(
      watch.to,
      watch.from,
      watch.ref,
      why === 'refused' ? reason : why === 'cycle' ? CYCLE : OVERLOAD,
    )
    this.#unwatch(call.key)
  }

  #demonitor(table: OpenExchanges['calls'], id: number): void {
    const watch = table.get(id)
    if (watch === undefined) return
    table.delete(id)
    this.#peer.send({ type: 'demonitor', ...watch })
  }

  #down(from: Target, to: ErlangPid, ref: ErlangReference, reason: unknown): void {
    this.#peer.send({ type: 'down', from, to, ref }, reason)
  }

  #ends({ from, to }: { readonly from: SenderAddress; readonly to: SenderAddress }) {
    return { from: this.#sender(from), to: this.#target(to) as ErlangPid }
  }

  #sender(from: SenderAddress): ErlangPid {
    return typeof from === 'number' ? this.#wire.pid(from) : erlangPid(from.node, from.creation, from.id)
  }

  #target(to: ProcessAddress): Target {
    const { node, creation } = this.#peer.peer
    if (typeof to === 'string') return atom(to)
    if (typeof to === 'number') return erlangPid(node, creation, to)
    return 'name' in to ? atom(to.name) : erlangPid(to.node, to.creation, to.id)
  }

  #theirs(ref: ReferenceId | TermAddress): ErlangReference {
    if (typeof ref === 'object') return foreignReference(ref.node, ref.creation, ref.id)
    const { node, creation } = this.#peer.peer
    return foreignReference(node, creation, ref)
  }
}
