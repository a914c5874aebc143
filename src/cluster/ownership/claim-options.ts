import type { ClaimRecord } from '../engine/engine.js'

/** What was read of a key a moment ago: it saves the read, and decides nothing. */
export interface Known {
  /** Undefined where there was none. */
  readonly record: ClaimRecord | undefined
}

/** How a key is claimed. */
export interface ClaimOptions {
  /** Waits until the key is free; default false. */
  readonly wait?: boolean
  /** Ends the attempt, and the wait. */
  readonly signal?: AbortSignal | undefined
}

/**
 * What whoever takes a key writes with it, from what was there: one compare-and-set decides on both.
 *
 * @returns undefined where the key is not to be taken
 */
export type Noting = (before: ClaimRecord | undefined) => string | undefined

/** Who has a key, as it was found. */
export interface Owner {
  readonly node: string
  readonly lease: string | undefined
}
