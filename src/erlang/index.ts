/**
 * Nodes among those of Erlang and Elixir; and Erlang's terms in JavaScript, and their bytes: the External Term Format, usable alone.
 */

import './terms/portable-terms.js'

export { ErlangException } from './carrier/erlang-exception.js'
export { ERLANG_ERRORS } from './errors.js'
export { type DecodeOptions, decode, type EncodeOptions, encode } from './format/external-term-format.js'
export type { FormOptions, Identifier } from './format/forms.js'
export type { DecodeLimits, TermLimits } from './format/limits.js'
export { type ErlangOptions, erlang, type MemberCarrierOptions, memberCarrier } from './node/erlang.js'
export type { Exposed } from './node/exposed-functions.js'
export { type GlobalNames, globalNames } from './node/global-names.js'
export { termsThere } from './node/isolated-terms.js'
export { rpc } from './node/rpc.js'
export { type Atom, atom } from './terms/atom.js'
export { BitString } from './terms/bit-string.js'
export { type ErlangFloat, float } from './terms/float.js'
export { ErlangFun, ExternalFun, type FunParts } from './terms/functions.js'
export { ErlangPid, ErlangPort, ErlangReference } from './terms/identifiers.js'
export { ImproperList, Tuple, tuple } from './terms/tuple.js'
