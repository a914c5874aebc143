/** The form of terms for which JavaScript has more than one value. */
import { rules } from '../../kernel/index.js'
import type { ErlangFun, ExternalFun } from '../terms/functions.js'
import type { ErlangPid, ErlangPort, ErlangReference } from '../terms/identifiers.js'

/** A value that a node gives out and that only this node can use. */
export type Identifier = ErlangPid | ErlangPort | ErlangReference | ErlangFun | ExternalFun

export interface FormOptions {
  /** The form of binaries: `'text'`, the default: a binary that is UTF-8 is a string; `'bytes'`: every binary is bytes. */
  readonly binaries?: 'text' | 'bytes'
  /** The form of floats: `'exact'`, the default: a float that is a whole number is an {@link ErlangFloat}; `'number'`: every float is a number. */
  readonly floats?: 'exact' | 'number'
  /** The form of maps: `'object'`, the default: a map whose keys are all atoms is an object; `'map'`: every map is a `Map`. */
  readonly maps?: 'object' | 'map'
  /** Called with each pid, port, reference and fun. Its result is used instead. */
  readonly revive?: (value: Identifier) => unknown
}

/** The rules of `FormOptions`. */
export const FORM_RULES = {
  binaries: rules.oneOf(['text', 'bytes']),
  floats: rules.oneOf(['exact', 'number']),
  maps: rules.oneOf(['object', 'map']),
  revive: rules.action,
}

/** The same options, with those that the connection between nodes also needs. */
export interface NodeFormOptions extends FormOptions {
  /** Called with each map that is a struct of Elixir; what it returns stands in its place. */
  readonly struct?: (value: Struct) => unknown
}

/** An object with the key `__struct__`. */
export type Struct = Readonly<Record<string, unknown>>

export interface Forms {
  readonly texts: boolean
  readonly exactFloats: boolean
  readonly objects: boolean
  readonly revive: (value: Identifier) => unknown
  readonly struct: ((value: Struct) => unknown) | undefined
}

const asItIs = (value: Identifier): unknown => value

/** The forms of `decode` without options. */
export const textForms: Forms = {
  texts: true,
  exactFloats: true,
  objects: true,
  revive: asItIs,
  struct: undefined,
}

export function formsOf({ binaries, floats, maps, revive, struct }: NodeFormOptions): Forms {
  return {
    texts: binaries !== 'bytes',
    exactFloats: floats !== 'number',
    objects: maps !== 'map',
    revive: revive ?? asItIs,
    struct,
  }
}
