/** Steps of others where the code of a step awaits what is settled already, as a plain kernel may have them. */
import type { NextStep, SteppedKernel } from '../../../kernel/index.js'
import type { Chooser } from '../search/search.js'

/** After so many microtasks in which its code has touched nothing, a step is taken to be at its end. */
const IDLE = 12

/**
 * Lets the microtasks of a step run one after the other. When it begins, after the first of them, and wherever its code has touched
 * something and may go on, the chooser is asked whether another step comes first.
 *
 * @param make makes one that was chosen
 */
export async function stepsBetween(
  kernel: SteppedKernel,
  chooser: Chooser,
  make: (step: NextStep, choice: number, between: number) => void,
): Promise<void> {
  let seen = 0
  let asked = false
  let between = 0
  let since = 0
  for (let idle = 0; idle < IDLE; idle++, since++) {
    if (since > 0) await undefined
    const hasTouched = kernel.touched !== seen
    if (!hasTouched && since > 1) continue
    seen = kernel.touched
    if (hasTouched) idle = 0
    if (asked && hasTouched) chooser.wentOn?.()
    // No timer goes off between two microtasks.
    const steps = kernel.choices().filter((step) => !('timer' in step))
    asked = steps.length > 0
    if (!asked) continue
    between++
    const choice = chooser.interrupt?.(steps, kernel.stepNumber + 1, between)
    const step = choice === undefined ? undefined : steps[choice]
    if (step === undefined) continue
    make(step, choice as number, between)
    ;[seen, between, since, idle, asked] = [0, 0, -1, 0, false]
  }
}
