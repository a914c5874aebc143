/** What is to be done of a schedule at a moment: a pure function of its record, its times and its policies. */
import type { CronRecord } from './cron-record.js'
import type { CronTimes } from './cron-times.js'

/** What becomes of firings that nobody was there for, or that came too late. */
export type MisfirePolicy = 'skip' | 'once' | 'all'

export interface FiringPolicy {
  readonly misfire: MisfirePolicy
  readonly overlap: 'skip' | 'wait'
  readonly unfinished: 'skip' | 'again'
  /** Milliseconds that a firing may be late and still is on time. */
  readonly grace: number
}

/** Instants that were not fired when they should have been. */
export interface Misfire {
  /**
   * `'missed'`: nobody fired in time. `'overlap'`: the run before was not over. `'unfinished'`: its node died over it, or did not say that it is done.
   */
  readonly reason: 'missed' | 'overlap' | 'unfinished'
  readonly instants: readonly number[]
  /** Whether these are all: of very many, the newest are listed. */
  readonly isAll: boolean
  /** What becomes of them: nothing; one run for all; each is run. */
  readonly then: 'skipped' | 'one run' | 'run'
  /** Of an unfinished one, the node that had it. */
  readonly by?: string
}

export interface FiringPlan {
  /** To be written with the claim. */
  readonly record: CronRecord
  /** Whether `record.at` is to be run. */
  readonly isRun: boolean
  /** How many earlier instants the run stands for. */
  readonly missed: number
  readonly misfires: readonly Misfire[]
  /** The record before, for what lies between. */
  readonly since: number
}

/** How many instants are made up or told, at most. */
const MOST = 100
/** A firing that was begun so often is begun no more: it may be what ends the nodes. */
const MOST_ATTEMPTS = 3

/**
 * What whoever has the key now is to do; undefined where nothing is due.
 *
 * @param before what is written, of a schedule that nobody is at
 * @param node who asks
 */
export function firingPlan(
  before: CronRecord | undefined,
  times: CronTimes,
  { now, node, policy }: { readonly now: number; readonly node: string; readonly policy: FiringPolicy },
): FiringPlan | undefined {
  const schedule = `${times.expression} ${times.zone}`
  const record: CronRecord = { schedule, at: now, state: 'new', by: node, begun: 0, end: 0, attempt: 0 }
  if (before === undefined || before.schedule !== schedule)
    return { record, isRun: false, missed: 0, misfires: [], since: now }
  const left = before.state === 'claimed' ? unfinished(before, policy) : undefined
  if (left?.then === 'run')
    return {
      record: { ...before, by: node, begun: now, attempt: before.attempt + 1 },
      isRun: true,
      missed: 0,
      misfires: [left],
      since: before.at,
    }
  const due = dueOf(before, times, now, policy)
  if (due === undefined && left === undefined) return undefined
  const { at = before.at, isRun = false, missed = 0, misfires = [] } = due ?? {}
  const state = isRun ? 'claimed' : at === before.at ? 'failed' : 'passed'
  return {
    record: { ...record, at, state, begun: isRun ? now : 0, attempt: isRun ? 1 : 0 },
    isRun,
    missed,
    misfires: left === undefined ? misfires : [left, ...misfires],
    since: before.at,
  }
}

function unfinished(before: CronRecord, { unfinished: policy }: FiringPolicy): Misfire {
  const isAgain = policy === 'again' && before.attempt < MOST_ATTEMPTS
  const then = isAgain ? 'run' : 'skipped'
  return { reason: 'unfinished', instants: [before.at], isAll: true, then, by: before.by }
}

interface Due {
  readonly at: number
  readonly isRun: boolean
  readonly missed: number
  readonly misfires: readonly Misfire[]
}

function dueOf(before: CronRecord, times: CronTimes, now: number, policy: FiringPolicy): Due | undefined {
  const { instants, isAll } = times.between(before.at, now, MOST)
  const newest = instants.at(-1)
  if (newest === undefined) return undefined
  const overlapped = instants.filter((at) => at > before.begun && at <= before.end)
  const others = instants.filter((at) => at <= before.begun || at > before.end)
  const newestOther = others.at(-1)
  if (newestOther === undefined) {
    const isRun = policy.overlap === 'wait'
    const misfires = told('overlap', isRun ? overlapped.slice(0, -1) : overlapped, isAll, 'skipped')
    return { at: newest, isRun, missed: 0, misfires }
  }
  const overlaps = told('overlap', overlapped, isAll, 'skipped')
  const isOnTime = now - newestOther <= policy.grace
  const late = isOnTime ? others.slice(0, -1) : others
  const missedOnes = (then: Misfire['then'], list = late) =>
    told('missed', list, isAll || overlapped.length > 0, then)
  const [oldest] = late
  if (policy.misfire === 'all' && oldest !== undefined)
    return { at: oldest, isRun: true, missed: 0, misfires: [...overlaps, ...missedOnes('run', [oldest])] }
  const isRun = isOnTime || policy.misfire === 'once'
  const then = isRun && policy.misfire === 'once' ? 'one run' : 'skipped'
  const missed = isRun && policy.misfire === 'once' ? others.length - 1 : 0
  return { at: newestOther, isRun, missed, misfires: [...overlaps, ...missedOnes(then)] }
}

function told(
  reason: 'missed' | 'overlap',
  instants: readonly number[],
  isAll: boolean,
  then: Misfire['then'],
): readonly Misfire[] {
  return instants.length === 0 ? [] : [{ reason, instants, isAll, then }]
}
