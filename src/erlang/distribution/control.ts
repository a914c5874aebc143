/** The control messages of nodes, as values with names. Trace tokens are dropped when they arrive, and not sent. */

import { distributionError } from '../handshake/errors.js'
import { Atom, atom } from '../terms/atom.js'
import { ErlangPid, ErlangReference } from '../terms/identifiers.js'
import { Tuple, tuple } from '../terms/tuple.js'

/** The target of a monitor: a process, or a name on the node that gets the message. */
export type Target = ErlangPid | Atom

export type Control =
  /** The payload is the message. */
  | { readonly type: 'send'; readonly to: ErlangPid; readonly from?: ErlangPid }
  | { readonly type: 'sendToName'; readonly from: ErlangPid; readonly name: Atom }
  | { readonly type: 'sendToAlias'; readonly from: ErlangPid; readonly alias: ErlangReference }
  | { readonly type: 'link'; readonly from: ErlangPid; readonly to: ErlangPid }
  | {
      readonly type: 'unlink'
      readonly from: ErlangPid
      readonly to: ErlangPid
      readonly id: number | bigint
    }
  | {
      readonly type: 'unlinkAck'
      readonly from: ErlangPid
      readonly to: ErlangPid
      readonly id: number | bigint
    }
  /** Over a link: the payload is the reason. */
  | { readonly type: 'exit'; readonly from: ErlangPid; readonly to: ErlangPid }
  /** By `exit/2`: the payload is the reason. */
  | { readonly type: 'exitSignal'; readonly from: ErlangPid; readonly to: ErlangPid }
  | { readonly type: 'monitor'; readonly from: ErlangPid; readonly to: Target; readonly ref: ErlangReference }
  | {
      readonly type: 'demonitor'
      readonly from: ErlangPid
      readonly to: Target
      readonly ref: ErlangReference
    }
  /** The payload is the reason. */
  | { readonly type: 'down'; readonly from: Target; readonly to: ErlangPid; readonly ref: ErlangReference }
  | { readonly type: 'groupLeader'; readonly from: ErlangPid; readonly to: ErlangPid }
  /** The payload is the list of arguments. */
  | {
      readonly type: 'spawn'
      readonly id: ErlangReference
      readonly from: ErlangPid
      readonly groupLeader: ErlangPid
      readonly module: Atom
      readonly name: Atom
      readonly arity: number
      readonly options: unknown
    }
  /** The result is the pid, or an atom that says why there is none. */
  | {
      readonly type: 'spawnReply'
      readonly id: ErlangReference
      readonly to: ErlangPid
      readonly linked: boolean
      readonly monitored: boolean
      readonly result: ErlangPid | Atom
    }

/** A control message, and the term that comes with it. */
export interface Incoming {
  readonly control: Control
  readonly payload: unknown
}

const LINK = 1
const SEND = 2
const EXIT = 3
const REG_SEND = 6
const GROUP_LEADER = 7
const EXIT2 = 8
const SEND_TT = 12
const EXIT_TT = 13
const REG_SEND_TT = 16
const EXIT2_TT = 18
const MONITOR_P = 19
const DEMONITOR_P = 20
const MONITOR_P_EXIT = 21
const SEND_SENDER = 22
const SEND_SENDER_TT = 23
const PAYLOAD_EXIT = 24
const PAYLOAD_EXIT_TT = 25
const PAYLOAD_EXIT2 = 26
const PAYLOAD_EXIT2_TT = 27
const PAYLOAD_MONITOR_P_EXIT = 28
const SPAWN_REQUEST = 29
const SPAWN_REQUEST_TT = 30
const SPAWN_REPLY = 31
const SPAWN_REPLY_TT = 32
const ALIAS_SEND = 33
const ALIAS_SEND_TT = 34
const UNLINK_ID = 35
const UNLINK_ID_ACK = 36

const NOTHING = atom('')
const LINKED = 1
const MONITORED = 2

/** Whether a term comes with it. */
export function hasPayload({ type }: Control): boolean {
  switch (type) {
    case 'send':
    case 'sendToName':
    case 'sendToAlias':
    case 'exit':
    case 'exitSignal':
    case 'down':
    case 'spawn':
      return true
    default:
      return false
  }
}

/** Returns the term of a control message, for nodes with all our flags. */
export function controlTerm(control: Control): Tuple {
  switch (control.type) {
    case 'send':
      return control.from === undefined
        ? tuple(SEND, NOTHING, control.to)
        : tuple(SEND_SENDER, control.from, control.to)
    case 'sendToName':
      return tuple(REG_SEND, control.from, NOTHING, control.name)
    case 'sendToAlias':
      return tuple(ALIAS_SEND, control.from, control.alias)
    case 'link':
      return tuple(LINK, control.from, control.to)
    case 'unlink':
      return tuple(UNLINK_ID, control.id, control.from, control.to)
    case 'unlinkAck':
      return tuple(UNLINK_ID_ACK, control.id, control.from, control.to)
    case 'exit':
      return tuple(PAYLOAD_EXIT, control.from, control.to)
    case 'exitSignal':
      return tuple(PAYLOAD_EXIT2, control.from, control.to)
    case 'monitor':
      return tuple(MONITOR_P, control.from, control.to, control.ref)
    case 'demonitor':
      return tuple(DEMONITOR_P, control.from, control.to, control.ref)
    case 'down':
      return tuple(PAYLOAD_MONITOR_P_EXIT, control.from, control.to, control.ref)
    case 'groupLeader':
      return tuple(GROUP_LEADER, control.from, control.to)
    case 'spawn': {
      const { id, from, groupLeader, module, name, arity, options } = control
      return tuple(SPAWN_REQUEST, id, from, groupLeader, tuple(module, name, arity), options)
    }
    case 'spawnReply': {
      const flags = (control.linked ? LINKED : 0) | (control.monitored ? MONITORED : 0)
      return tuple(SPAWN_REPLY, control.id, control.to, flags, control.result)
    }
  }
}

/**
 * Reads a control message.
 *
 * @param term the first term of a message
 * @param payload reads the term that follows it
 * @throws DISTRIBUTION_BROKEN
 */
export function readControl(term: unknown, payload: () => unknown): Incoming {
  if (!(term instanceof Tuple)) throw broken('a control message is no tuple')
  const fields = new Fields(term.elements)
  const control = controlOf(fields, fields.number(0))
  // Before payloads, the reason was the last field.
  const inline = fields.inlineReason
  if (inline !== undefined) return { control, payload: fields.at(inline) }
  return { control, payload: hasPayload(control) ? payload() : undefined }
}

function controlOf(fields: Fields, kind: number): Control {
  switch (kind) {
    case SEND:
    case SEND_TT:
      return { type: 'send', to: fields.pid(2) }
    case SEND_SENDER:
    case SEND_SENDER_TT:
      return { type: 'send', from: fields.pid(1), to: fields.pid(2) }
    case REG_SEND:
    case REG_SEND_TT:
      return { type: 'sendToName', from: fields.pid(1), name: fields.atom(3) }
    case ALIAS_SEND:
    case ALIAS_SEND_TT:
      return { type: 'sendToAlias', from: fields.pid(1), alias: fields.reference(2) }
    case LINK:
      return { type: 'link', from: fields.pid(1), to: fields.pid(2) }
    case UNLINK_ID:
      return { type: 'unlink', id: fields.id(1), from: fields.pid(2), to: fields.pid(3) }
    case UNLINK_ID_ACK:
      return { type: 'unlinkAck', id: fields.id(1), from: fields.pid(2), to: fields.pid(3) }
    case MONITOR_P:
      return { type: 'monitor', from: fields.pid(1), to: fields.target(2), ref: fields.reference(3) }
    case DEMONITOR_P:
      return { type: 'demonitor', from: fields.pid(1), to: fields.target(2), ref: fields.reference(3) }
    case GROUP_LEADER:
      return { type: 'groupLeader', from: fields.pid(1), to: fields.pid(2) }
    case SPAWN_REQUEST:
    case SPAWN_REQUEST_TT:
      return spawnOf(fields)
    case SPAWN_REPLY:
    case SPAWN_REPLY_TT:
      return spawnReplyOf(fields)
    default:
      return endOf(fields, kind)
  }
}

/** Reads a control message with a reason. */
function endOf(fields: Fields, kind: number): Control {
  switch (kind) {
    case EXIT:
    case EXIT_TT:
      fields.inlineReason = kind === EXIT ? 3 : 4
      return { type: 'exit', from: fields.pid(1), to: fields.pid(2) }
    case PAYLOAD_EXIT:
    case PAYLOAD_EXIT_TT:
      return { type: 'exit', from: fields.pid(1), to: fields.pid(2) }
    case EXIT2:
    case EXIT2_TT:
      fields.inlineReason = kind === EXIT2 ? 3 : 4
      return { type: 'exitSignal', from: fields.pid(1), to: fields.pid(2) }
    case PAYLOAD_EXIT2:
    case PAYLOAD_EXIT2_TT:
      return { type: 'exitSignal', from: fields.pid(1), to: fields.pid(2) }
    case MONITOR_P_EXIT:
      fields.inlineReason = 4
      return { type: 'down', from: fields.target(1), to: fields.pid(2), ref: fields.reference(3) }
    case PAYLOAD_MONITOR_P_EXIT:
      return { type: 'down', from: fields.target(1), to: fields.pid(2), ref: fields.reference(3) }
    default:
      throw broken(`there is no control message ${kind}`)
  }
}

function spawnOf(fields: Fields): Control {
  const called = fields.at(4)
  if (!(called instanceof Tuple)) throw broken('a request to spawn names no function')
  const what = new Fields(called.elements)
  return {
    type: 'spawn',
    id: fields.reference(1),
    from: fields.pid(2),
    groupLeader: fields.pid(3),
    module: what.atom(0),
    name: what.atom(1),
    arity: what.number(2),
    options: fields.at(5),
  }
}

function spawnReplyOf(fields: Fields): Control {
  const flags = fields.number(3)
  return {
    type: 'spawnReply',
    id: fields.reference(1),
    to: fields.pid(2),
    linked: (flags & LINKED) !== 0,
    monitored: (flags & MONITORED) !== 0,
    result: fields.target(4),
  }
}

/** The fields of a control message, each of the type that it must be. */
class Fields {
  readonly #fields: readonly unknown[]
  /** The index of the reason, in messages without a payload for it. */
  inlineReason: number | undefined

  constructor(fields: readonly unknown[]) {
    this.#fields = fields
  }

  at(index: number): unknown {
    if (index >= this.#fields.length) throw broken(`a control message has no field ${index}`)
    return this.#fields[index]
  }

  number(index: number): number {
    const field = this.at(index)
    return typeof field === 'number' ? field : this.#wrong(index, 'a number')
  }

  id(index: number): number | bigint {
    const field = this.at(index)
    return typeof field === 'bigint' ? field : this.number(index)
  }

  pid(index: number): ErlangPid {
    const field = this.at(index)
    return field instanceof ErlangPid ? field : this.#wrong(index, 'a pid')
  }

  reference(index: number): ErlangReference {
    const field = this.at(index)
    return field instanceof ErlangReference ? field : this.#wrong(index, 'a reference')
  }

  /** Reads an atom. Names that are values in JavaScript, such as `true`, are atoms here. */
  atom(index: number): Atom {
    const field = this.at(index)
    if (field instanceof Atom) return field
    if (field === null) return atom('nil')
    return field === undefined || typeof field === 'boolean'
      ? atom(String(field))
      : this.#wrong(index, 'an atom')
  }

  target(index: number): Target {
    const field = this.at(index)
    return field instanceof ErlangPid ? field : this.atom(index)
  }

  #wrong(index: number, expected: string): never {
    throw broken(`field ${index} of control message ${String(this.#fields[0])} is not ${expected}`)
  }
}

function broken(problem: string): Error {
  return distributionError('DISTRIBUTION_BROKEN', { problem })
}
