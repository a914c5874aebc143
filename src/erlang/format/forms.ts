/** What becomes of terms for which JavaScript has more than one value. */
import { rules } from '../../kernel/index.js'
import type { ErlangFun, ExternalFun } from '../terms/functions.js'
import type { ErlangPid, ErlangPort, ErlangReference } from '../terms/identifiers.js'

/** What a node hands out, and only it can use. */
export type Identifier = ErlangPid | ErlangPort | ErlangReference | ErlangFun | ExternalFun

export interface FormOptions {
  /** Binaries that are UTF-8 become strings, or all become bytes; default `'text'`. */
  readonly binaries?: 'text' | 'bytes'
  /** Floats that are whole numbers become an {@link ErlangFloat}, or a number as the others; default `'exact'`. */
  readonly floats?: 'exact' | 'number'
  /** Maps whose keys are all atoms become objects, or all become a `Map`; default `'object'`. */
  readonly maps?: 'object' | 'map'
  /** Called with each pid, port, reference and fun; what it returns stands in its place. */
  readonly revive?: (value: Identifier) => unknown
}

/** Of `FormOptions`. */
export const FORM_RULES = {
  binaries: rules.oneOf(['text', 'bytes']),
  floats: rules.oneOf(['exact', 'number']),
  maps: rules.oneOf(['object', 'map']),
  revive: rules.action,
}

/** With what the connection between nodes needs besides. */
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

/** What `decode` does without options. */
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
