/** One source of settings, as far as it says something. */
import type { Section } from '../settings-path.js'

/**
 * Where a value comes from: the schema's default, `values`, an overlay, a `.env` file, an environment variable, or `--set`.
 */
export type SourceKind = 'schema' | 'file' | 'profile' | '.env' | 'variable' | 'flag'

/** Where one value comes from. */
export interface SettingOrigin {
  readonly path: readonly string[]
  readonly from: SourceKind
  /** The file or source, as messages call it. */
  readonly place: string
  /** The variable, where it was one. */
  readonly variable?: string
}

export interface Layer {
  /** What messages call it. */
  readonly place: string
  readonly from: SourceKind
  readonly values: Section
  /** The variable that gives a key, where it is one. */
  readonly variable?: string
  /** Found by the prefix of its name: others may have set it, for another version of the program. */
  readonly isFound?: boolean
}
