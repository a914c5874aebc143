import { errorsOf } from '../kernel/index.js'

/** The errors of Erlang's terms. */
export const ERLANG_ERRORS = {
  TERM_INVALID: 'the external term format is broken at byte {*place}: {*problem}.',
  TERM_LIMIT:
    'the term is refused at byte {*place}: {*problem}. Raise the limit "{*limit}" if such terms are expected.',
  TERM_NOT_ENCODABLE: '{*place} cannot be sent as an Erlang term: {*problem}.',
  TERM_OPTION_INVALID: '{action}: {*problems}.',
  RPC_FAILED: 'the call of {*function} on {node} failed there: {*text}.',
  ATOM_INVALID: 'an atom is a text of at most 255 characters, but got {value}{*problem}.',
} as const

export const erlangError = errorsOf(ERLANG_ERRORS)
