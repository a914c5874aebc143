/** One source of settings, as far as it says something. */
import type { Section } from './path.js'

/**
 * Where a value comes from: the schema's default, `values`, an overlay, a `.env` file, an environment variable, or `--set`.
 */
export type SourceKind = 'schema' | 'file' | 'profile' | '.env' | 'variable' | 'flag'

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
