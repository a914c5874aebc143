import type { Program, RunOptions } from 'heartwood/testing'

/** A classic mistake of concurrent programs, as a small one, beside the program as it should be. */
export interface Bug {
  readonly name: string
  /** What goes wrong, in one sentence. */
  readonly story: string
  readonly broken: Program
  readonly fixed: Program
  /** What its runs need beyond the defaults. */
  readonly options?: RunOptions
}
