/** The messages of OTP's servers: `$gen_call`, `$gen_cast` and `system` messages. */
import { RemotePid, RemoteReference } from '../../kernel/index.js'
import { atom } from '../terms/atom.js'
import { ErlangPid, type ErlangReference } from '../terms/identifiers.js'
import { ImproperList, Tuple, tuple } from '../terms/tuple.js'

const GEN_CALL = atom('$gen_call')
const GEN_CAST = atom('$gen_cast')
const SYSTEM = atom('system')
const ALIAS = atom('alias')

/** A received call: its caller, and the tag that its answer must have. */
export interface GenCall {
  readonly kind: 'call' | 'system'
  readonly caller: RemotePid
  readonly tag: unknown
  readonly request: unknown
}

export interface GenCast {
  readonly kind: 'cast'
  readonly request: unknown
}

/** Returns the request in a message; `undefined` for a plain message. */
export function genRequest(message: unknown): GenCall | GenCast | undefined {
  if (!(message instanceof Tuple)) return undefined
  const [head, second, third] = message.elements
  if (head === GEN_CAST && message.length === 2) return { kind: 'cast', request: second }
  if ((head !== GEN_CALL && head !== SYSTEM) || message.length !== 3) return undefined
  if (!(second instanceof Tuple) || second.length !== 2) return undefined
  const [caller, tag] = second.elements
  if (!(caller instanceof RemotePid)) return undefined
  return { kind: head === SYSTEM ? 'system' : 'call', caller, tag, request: third }
}

/** Returns the alias to which an answer goes; `undefined` if it goes to the caller itself. */
export function aliasOf(tag: unknown): RemoteReference | undefined {
  if (!(tag instanceof ImproperList) || tag.items.length !== 1 || tag.items[0] !== ALIAS) return undefined
  return tag.tail instanceof RemoteReference ? tag.tail : undefined
}

/** Returns the tag for an answer, with the reference of our caller's monitor. */
export function tagOf(ref: ErlangReference): unknown {
  return new ImproperList([ALIAS], ref)
}

export function callMessage(caller: ErlangPid, ref: ErlangReference, request: unknown): Tuple {
  return tuple(GEN_CALL, tuple(caller, tagOf(ref)), request)
}

export function systemMessage(caller: ErlangPid, ref: ErlangReference, request: unknown): Tuple {
  return tuple(SYSTEM, tuple(caller, tagOf(ref)), request)
}

export function castMessage(request: unknown): Tuple {
  return tuple(GEN_CAST, request)
}
