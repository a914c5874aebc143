/** From a run that fails to one that fails with smaller draws: nearer to the front of the lists that `sim.pick` was given. */
import type { Run } from '../run/run.js'
import { sameFailure } from './same-failure.js'
import type { Deviation, Draws } from './schedule.js'

/** Other draws make other steps, so that the order which failed may not fit: so many random ones are tried. */
const ORDERS = 8

type Attempt = (order: readonly Deviation[] | number, draws: Draws) => Promise<Run>

/**
 * Takes the draws one after the other: the front of the list first, then ever smaller halves of the way back, as fast-check
 * does with numbers; until none can be made smaller.
 *
 * @param most how many runs there may be
 */
export async function shrinkDraws(
  failed: Run,
  attempt: Attempt,
  most: number,
): Promise<{ readonly run: Run; readonly tries: number }> {
  let run = failed
  let tries = 0
  const fails = async (key: string, index: number): Promise<boolean> => {
    const draws = new Map([...run.draws, [key, index]])
    const orders = [run.deviations, [], ...Array.from({ length: ORDERS }, (_, at) => at + 1)]
    for (const order of orders) {
      if (tries >= most) return false
      if (typeof order !== 'number' && order.length === 0 && order !== orders[1]) continue
      tries++
      const other = await attempt(order, draws)
      if (!sameFailure(failed, other, 'but numbers')) continue
      run = other
      return true
    }
    return false
  }
  const drawnAs = (key: string): number => run.drawn.find(([each]) => each === key)?.[1] ?? 0
  for (let before: Run | undefined; before !== run && tries < most; ) {
    before = run
    for (const [key] of before.drawn) {
      // What is known not to fail: all below this one, as far as one can tell.
      let least = 0
      if (drawnAs(key) > 0 && !(await fails(key, 0))) least = 1
      while (tries < most && least < drawnAs(key)) {
        const middle = least + ((drawnAs(key) - least) >> 1)
        if (!(await fails(key, middle))) least = middle + 1
      }
    }
  }
  return { run, tries }
}
