/** A layer: the values that one source of settings has. */
import type { Section } from '../settings-path.js'

/**
 * The kind of a source: a default of the schema, `values`, an overlay, a `.env` file, an environment variable, or `--set`.
 */
export type SourceKind = 'schema' | 'file' | 'profile' | '.env' | 'variable' | 'flag'

/** The source of one value. */
export interface SettingOrigin {
  readonly path: readonly string[]
  readonly from: SourceKind
  /** The file or other source, for messages. */
  readonly place: string
  /** The variable, if the value comes from one. */
  readonly variable?: string
}

export interface Layer {
  /** The source, for messages. */
  readonly place: string
  readonly from: SourceKind
  readonly values: Section
  /** The variable, if the layer is a single one. */
  readonly variable?: string
  /** Whether the variable was found by its prefix. It may be meant for another version of the program. */
  readonly isFound?: boolean
}
