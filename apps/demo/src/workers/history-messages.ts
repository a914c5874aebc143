import type { Pid } from 'heartwood'
import type { Claim } from 'heartwood/cluster'
import type { CheckResult } from '../checks/check.js'
import type { Note } from '../journal.js'

/** A result that waits to be written, and the claim under which it was found, where several Pulses share the targets. */
export interface Found {
  readonly result: CheckResult
  readonly claim: Claim | undefined
}

/** What is written together. */
export interface Batch {
  readonly found: readonly Found[]
  readonly notes: readonly Note[]
}

/** What became of it. */
export interface Outcome {
  /** The targets of which nothing was written, since another Pulse checks them. */
  readonly refused: readonly string[]
}

/** What is noted of a target; or that another Pulse has it, or that the database is away. */
export type Taken = readonly Note[] | 'refused' | 'away'

/** A batch is in the store, or could not be brought there. */
export interface Written {
  readonly kind: 'written'
  readonly notes: readonly Note[]
  readonly refused: readonly string[]
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
