/**
 * The decisions after the end of a child, as pure functions: whether it is restarted, whether its end is reported, and
 * which siblings are restarted with it. The engines carry them out.
 */
import { type ExitReason, isOrderly } from '../../kernel/index.js'
import type { Restart } from '../child-spec.js'

/** Which siblings are restarted with a child that ended: none, all, or those started after it. */
export type Strategy = 'one_for_one' | 'one_for_all' | 'rest_for_one'

/** When the end of significant children ends the supervisor: never, with the first of them, or with the last. */
export type AutoShutdown = 'never' | 'any_significant' | 'all_significant'

/** Whether a child that ended with this reason is restarted (semantics S10). */
export function isRestarted(restart: Restart, reason: ExitReason): boolean {
  if (restart === 'transient') return !isOrderly(reason)
  return restart === 'permanent'
}

/** Whether the end of a child is reported. A permanent child should run for ever; the others may end in an orderly way (S11). */
export function isReported(restart: Restart, reason: ExitReason): boolean {
  return restart === 'permanent' || !isOrderly(reason)
}

/** The children of a supervisor in the order of their start; `from` gives a child and those started after it. */
export interface InOrder<T> {
  values(): Iterable<T>
  from(child: T): Iterable<T>
}

/** The children to restart: they are stopped in reverse, then started in this order. The time does not depend on the other children. */
export function affected<T>(strategy: Strategy, children: InOrder<T>, failed: T): readonly T[] {
  if (strategy === 'one_for_one') return [failed]
  return [...(strategy === 'one_for_all' ? children.values() : children.from(failed))]
}
