/**
 * What follows from the end of a child, as pure functions: whether it comes back, whether it is worth a report, and
 * which of its siblings go with it. The supervisors perform what is decided here.
 */
import { type ExitReason, isOrderly } from '../../kernel/index.js'
import type { Restart } from '../child-spec.js'

/** Who is stopped and started again with a child that ended: nobody, all its siblings, or those started after it. */
export type Strategy = 'one_for_one' | 'one_for_all' | 'rest_for_one'

/** When a supervisor stops because significant children have ended for good. */
export type AutoShutdown = 'never' | 'any_significant' | 'all_significant'

/** Whether a child that ended for this reason is started again (semantics S10). */
export function isRestarted(restart: Restart, reason: ExitReason): boolean {
  if (restart === 'transient') return !isOrderly(reason)
  return restart === 'permanent'
}

/** Whether its end is reported: a permanent child is expected to run for ever, the others may end orderly (S11). */
export function isReported(restart: Restart, reason: ExitReason): boolean {
  return restart === 'permanent' || !isOrderly(reason)
}

/** A child and those that were started after it, of all the children of a supervisor in the order of their start. */
export interface InOrder<T> {
  values(): Iterable<T>
  from(child: T): Iterable<T>
}

/** The children that are stopped, in reverse, and then started again, in this order. No others are looked at. */
export function affected<T>(strategy: Strategy, children: InOrder<T>, failed: T): readonly T[] {
  if (strategy === 'one_for_one') return [failed]
  return [...(strategy === 'one_for_all' ? children.values() : children.from(failed))]
}
