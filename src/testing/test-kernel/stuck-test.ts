/** Makes the failures of tests that wait in vain, with what they still wait for. */
import type { HeartwoodError } from '../../kernel/index.js'
import { testingError } from '../errors.js'
import { timesOfOthers } from '../time/fake-global-timers.js'
import type { VirtualKernel } from '../watched-kernel.js'
import type { Unrest } from './idle-check.js'
import type { MachineWait } from './real-work-wait.js'

/** The kernel of a test that waits in vain; its faults tell what hangs by them. */
interface StuckKernel extends VirtualKernel {
  readonly faults: { readonly hangs: { readonly told: string } }
}

/**
 * Makes the failure of a test that waits for what cannot happen any more.
 *
 * @param within milliseconds of virtual time
 */
export function isStuck(
  kernel: StuckKernel,
  what: string,
  within: number,
  { unfinished, limit }: MachineWait,
): HeartwoodError {
  const time =
    kernel.clock.next === undefined ? 'no timer is set' : `it did not within ${within} ms of virtual time`
  const rest =
    unfinished.length === 0
      ? 'nothing else was ready to run'
      : `Node is still busy after ${limit} ms of real time (withinReal): ${unfinished.join(', ')}`
  return failure(kernel, what, `${time}, and ${rest}`)
}

/** Makes the failure of a test in which something is always ready to run. */
export function isRestless(kernel: StuckKernel, { waiting, underWay, limit }: Unrest): HeartwoodError {
  const names = waiting.map((pid) => kernel.trace.nameOf(pid)).join(', ')
  const why =
    waiting.length === 0
      ? `processes have kept each other busy for ${limit} ms of real time`
      : `${names} still waits for something that is none of the kernel's, after ${limit} ms of real time in which Node was at work: ${underWay.join(', ')}`
  return failure(kernel, 'quiet', why)
}

/**
 * Makes the failure of a test whose end takes too long.
 *
 * @param limit milliseconds of real time
 */
export function isLate(kernel: StuckKernel, what: string, limit: number): HeartwoodError {
  return failure(kernel, what, `it was not through after ${limit} ms of real time for the end of a test`)
}

/** Makes the failure of a test that ran out of real time while virtual time stood still before a timer; `undefined` without a timer. */
export function stoodStill(kernel: StuckKernel): HeartwoodError | undefined {
  const { next } = kernel.clock
  if (next === undefined) return undefined
  const ms = Math.max(0, next - kernel.clock.now())
  const why = `time stands still until the test moves it, and the next timer is due in ${ms} ms: clock().advance(${ms}), or testKernel().runUntil(promise)`
  return failure(kernel, 'the end of the test', why)
}

function failure(kernel: StuckKernel, what: string, reason: string): HeartwoodError {
  const hung = kernel.faults.hangs.told
  const reasonWithHangs = hung === '' ? reason : `${reason}. By a fault of the test ${hung}`
  const others = timesOfOthers()
  const held = `. The time of ${others.join(', ')} is held by another library (vi.useFakeTimers() or the like), which alone can move it: this kernel moves its own timers`
  const why = others.length === 0 ? reasonWithHangs : reasonWithHangs + held
  return testingError('TEST_STUCK', { what, why, tree: kernel.tree(), timeline: kernel.timeline() })
}
