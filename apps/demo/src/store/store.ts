import type { CheckResult } from '../checks/check.js'
import type { Note } from '../journal.js'

/**
 * Where the history of all checks is kept. A store is opened by `migrate` and used by one process at a time.
 */
export interface Store {
  /** Opens the database, and brings its tables up to date. Rejects, and may be tried again, when that is not possible. */
  migrate(): Promise<void>
  /**
   * Resolves when every result of the batch is on disk: what was acknowledged survives the loss of the process. A result
   * that is there already is left as it is: whether a batch arrived cannot be known when its answer did not.
   *
   * @param fences the tokens under which the targets are checked, where several Pulses share them
   * @returns the targets of which nothing was written, because a greater token has written of them
   */
  append(results: readonly CheckResult[], fences?: readonly Fence[]): Promise<readonly string[]>
  /**
   * How many checks of these targets there were in each hour, or day, from `from` on, and how many found them well; those in
   * maintenance windows are not counted. Periods without any check are left out. Hours are kept for {@link HOURS_KEPT}.
   *
   * @param from epoch milliseconds
   */
  periods(span: Span, from: number, targets: readonly string[]): Promise<Period[]>
  /** The last `limit` results of a target, oldest first. */
  recent(target: string, limit: number): Promise<CheckResult[]>
  /**
   * Deletes results that began before `time`, no more than {@link PRUNE_LIMIT} at once, so that it never takes long.
   * Resolves with how many: with that limit there may be more.
   *
   * What is known of hours and days goes when it is too old for `now`.
   *
   * @param time epoch milliseconds
   */
  prune(time: number, now: number): Promise<number>
  /**
   * Keeps a copy of what the journal has noted, unless a later one is there.
   *
   * @param fences as in `append`
   * @returns as `append`
   */
  remember(notes: readonly Note[], fences?: readonly Fence[]): Promise<readonly string[]>
  /**
   * All that was remembered of a target, for whoever checks it from now on: smaller tokens write nothing of it any more, nor is anything of theirs still on its way.
   *
   * @returns undefined where a greater token has written of it
   */
  take(fence: Fence): Promise<readonly Note[] | undefined>
  /** All that was remembered. */
  recall(): Promise<readonly Note[]>
  /** Closes the database; a store that was never opened, or is closed already, is left as it is. */
  close(): Promise<void>
}

/** Under which token a target is checked: the store keeps the greatest of each target, and takes nothing from a smaller one. */
export interface Fence {
  readonly target: string
  readonly token: number
}

/** The length of a period in ms: an hour or a day, in UTC. */
export type Span = 3_600_000 | 86_400_000
export const HOUR = 3_600_000
export const DAY = 86_400_000
/** How long what is known of single hours is kept, in ms: that of days is kept for a year. */
export const HOURS_KEPT = 2 * DAY
export const DAYS_KEPT = 366 * DAY

/** The checks of one target in one hour, or on one day. */
export interface Period {
  readonly target: string
  /** When it begins, in epoch milliseconds. */
  readonly start: number
  readonly checks: number
  /** How many of them found it well. */
  readonly up: number
}

/** Each result that counts, in its hour and on its day. */
export function periodsOf(results: readonly CheckResult[]): (Period & { readonly span: Span })[] {
  const periods = new Map<string, Period & { readonly span: Span }>()
  for (const { target, at, up, maintenance } of results) {
    if (maintenance) continue
    for (const span of [HOUR, DAY] as const) {
      const start = at - (at % span)
      const key = `${span} ${start} ${target}`
      const { checks, up: well } = periods.get(key) ?? { checks: 0, up: 0 }
      periods.set(key, { target, span, start, checks: checks + 1, up: well + (up ? 1 : 0) })
    }
  }
  return [...periods.values()]
}

/** The most that one `prune` deletes. */
export const PRUNE_LIMIT = 1000

/** How long a note of what is no more is kept, in ms, for whoever has an older journal. */
export const FORGET_AFTER = 7 * 86_400_000

/** A row of either database: the numbers and nulls in which SQL speaks of a result. */
export interface ResultRow {
  readonly target: string
  readonly at: number
  readonly up: number
  readonly latency: number
  readonly status: number | null
  readonly reason: string | null
  readonly maintenance: number
}

/** A row of either database: a note. */
export interface NoteRow {
  readonly key: string
  readonly noted: number
  /** JSON; null where the key is gone. */
  readonly value: string | null
  readonly target: string | null
}

export function toNote({ key, noted, value, target }: NoteRow): Note {
  return {
    key,
    order: noted,
    value: value === null ? null : JSON.parse(value),
    ...(target !== null && { target }),
  }
}

export function toResult(row: ResultRow): CheckResult {
  return {
    target: row.target,
    at: row.at,
    up: row.up === 1,
    latency: row.latency,
    ...(row.status !== null && { status: row.status }),
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.maintenance === 1 && { maintenance: true as const }),
  }
}
