import { PlainCast } from '../../genserver/index.js'
import type { ProcessAddress, Signal } from '../../kernel/index.js'
import type { Control, Target } from '../distribution/control.js'
import { distributionError } from '../handshake/errors.js'
import { atom } from '../terms/atom.js'
import { ErlangPid } from '../terms/identifiers.js'
import { ImproperList, Tuple, tuple } from '../terms/tuple.js'
import { aliasOf, type GenCall, genRequest } from './gen-requests.js'
import type { OpenExchanges } from './open-exchanges.js'
import { reasonValue } from './reasons.js'
import { systemRequest } from './system-requests.js'
import { foreignReferenceId, idOfPid, ownReferenceId, type WireTerms } from './wire-terms.js'

type ControlOf<T extends Control['type']> = Extract<Control, { readonly type: T }>

/** The owner of incoming control messages: it does what is more than passing signals to the kernel. */
export interface IncomingOwner {
  take(signal: Signal): void
  /** Called when a call of ours was answered. */
  answered(id: number): void
  /** Says it at once, in place of the kernel. */
  say(control: Control, payload?: unknown): void
  answer(call: { readonly caller: ErlangPid; readonly tag: unknown }, value: unknown): void
  spawn(request: ControlOf<'spawn'>, args: unknown): void
}

const NOPROC = atom('noproc')
const OK = atom('ok')

/** Converts the control messages of another node into signals of the kernel. */
export class IncomingControls {
  readonly #wire: WireTerms
  readonly #open: OpenExchanges
  readonly #owner: IncomingOwner
  readonly #peer: { readonly node: string; readonly creation: number }

  constructor(
    peer: { readonly node: string; readonly creation: number },
    wire: WireTerms,
    open: OpenExchanges,
    owner: IncomingOwner,
  ) {
    this.#peer = peer
    this.#wire = wire
    this.#open = open
    this.#owner = owner
  }

  /** @throws DISTRIBUTION_BROKEN */
  take(control: Control, payload: unknown): void {
    switch (control.type) {
      case 'send':
        // A message to a process of an earlier node with our name is lost.
        if (this.#wire.isOurs(control.to)) this.#message(idOf(control.to), payload)
        return
      case 'sendToName':
        this.#message(control.name.name, payload)
        return
      case 'sendToAlias':
        this.#toAlias(control, payload)
        return
      case 'monitor':
        this.#monitor(control)
        return
      case 'demonitor':
        this.#demonitor(control)
        return
      case 'down':
        this.#down(control, payload)
        return
      case 'spawn':
        this.#owner.spawn(control, payload)
        return
      case 'link':
        this.#link(control)
        return
      case 'unlink':
      case 'unlinkAck': {
        const op = control.type === 'unlink' ? 'unlink' : 'unlink_ack'
        if (this.#wire.isOurs(control.to)) this.#owner.take({ op, id: control.id, ...ends(control) })
        return
      }
      case 'exit':
      case 'exitSignal': {
        const op = control.type === 'exit' ? 'link_exit' : 'exit'
        const reason = reasonValue(payload)
        if (this.#wire.isOurs(control.to)) this.#owner.take({ op, ...ends(control), reason })
      }
    }
  }

  #message(to: ProcessAddress, payload: unknown): void {
    const asked = genRequest(payload)
    if (asked === undefined) this.#owner.take({ op: 'send', to, message: payload })
    else if (asked.kind === 'cast')
      this.#owner.take({ op: 'send', to, message: new PlainCast(asked.request) })
    else if (!this.#isTheirs(asked)) this.#owner.take({ op: 'send', to, message: payload })
    else this.#call(to, asked)
  }

  /** A call that another node forwarded is answered by the node that knows its caller. */
  #isTheirs({ caller: { node, creation } }: GenCall): boolean {
    return node === this.#peer.node && creation === this.#peer.creation
  }

  #call(to: ProcessAddress, { kind, caller, tag, request }: GenCall): void {
    const isSystem = kind === 'system'
    const payload = isSystem ? systemRequest(request) : request
    const served = {
      caller: this.#wire.termOf(caller) as ErlangPid,
      tag,
      key: keyOf(tag),
      isSystem,
    }
    if (isSystem && payload === undefined) {
      this.#owner.answer(served, tuple(atom('error'), atom('notsup')))
      return
    }
    // As with `sys:terminate`, the caller gets the answer first, and monitors the end.
    if (isSystem && request instanceof Tuple) this.#owner.answer(served, OK)
    const id = this.#open.serve(served)
    this.#owner.take({ op: 'call', id, from: caller.id, to, payload })
  }

  #toAlias({ alias }: ControlOf<'sendToAlias'>, payload: unknown): void {
    const id = this.#wire.isOurs(alias) ? ownReferenceId(alias) : undefined
    if (id === undefined) return
    if (!this.#open.calls.has(id)) {
      this.#owner.take({ op: 'alias_send', ref: id, message: payload })
      return
    }
    if (!(payload instanceof Tuple) || payload.length !== 2) return
    this.#owner.answered(id)
    this.#owner.take({ op: 'reply', id, value: payload.elements[1] })
  }

  #link({ from, to }: ControlOf<'link'>): void {
    if (this.#wire.isOurs(to)) this.#owner.take({ op: 'link', ...ends({ from, to }) })
    else this.#owner.say({ type: 'exit', from: to, to: from }, NOPROC)
  }

  #monitor({ from, to, ref }: ControlOf<'monitor'>): void {
    if (to instanceof ErlangPid && !this.#wire.isOurs(to)) {
      this.#owner.say({ type: 'down', from: to, to: from, ref }, NOPROC)
      return
    }
    const key = foreignReferenceId(ref)
    this.#open.watches.set(key, { from, to, ref })
    this.#owner.take({ op: 'monitor', ref: key, from: idOf(from), to: addressOf(to) })
  }

  #demonitor({ ref }: ControlOf<'demonitor'>): void {
    const key = foreignReferenceId(ref)
    if (this.#open.watches.delete(key)) this.#owner.take({ op: 'demonitor', ref: key })
    const call = this.#open.abandoned(key)
    if (call !== undefined) this.#owner.take({ op: 'abandon', id: call })
  }

  #down({ ref }: ControlOf<'down'>, payload: unknown): void {
    const id = this.#wire.isOurs(ref) ? ownReferenceId(ref) : undefined
    if (id === undefined) return
    const reason = reasonValue(payload)
    if (this.#open.calls.delete(id)) {
      const why = reason === 'noproc' ? 'noproc' : 'ended'
      this.#owner.take({ op: 'call_failed', id, why, reason })
    } else if (this.#open.monitors.delete(id)) this.#owner.take({ op: 'down', ref: id, reason })
  }
}

/** @throws DISTRIBUTION_BROKEN */
function idOf(pid: ErlangPid): number {
  const id = idOfPid(pid)
  if (id === undefined)
    throw distributionError('DISTRIBUTION_BROKEN', { problem: `${pid} is a pid that no BEAM has` })
  return id
}

function ends({ from, to }: { readonly from: ErlangPid; readonly to: ErlangPid }) {
  return { from: idOf(from), to: idOf(to) }
}

function addressOf(to: Target): ProcessAddress {
  return to instanceof ErlangPid ? idOf(to) : to.name
}

/** Returns the key of the monitor that the caller has on the server. */
function keyOf(tag: unknown): string | undefined {
  const ref = aliasOf(tag) ?? (tag instanceof ImproperList ? undefined : tag)
  return ref !== null && typeof ref === 'object' && 'home' in ref ? String(ref.home) : undefined
}
