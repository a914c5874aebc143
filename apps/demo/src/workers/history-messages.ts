import type { Pid } from 'heartwood'
import type { Note } from '../journal.js'

/** A batch is in the store, or could not be brought there. */
export interface Written {
  readonly kind: 'written'
  readonly notes: readonly Note[]
  /** Absent when it is there. */
  readonly error: unknown
}

/** Old results are deleted: so many, when that worked. */
export interface Pruned {
  readonly kind: 'pruned'
  readonly count: number
}

/** Somebody's figures have been read. */
export interface Read {
  readonly kind: 'read'
}

/** Whose figures are to be read. */
export interface Wanted {
  readonly target: string
  readonly limit: number
  readonly asker: Pid
}
