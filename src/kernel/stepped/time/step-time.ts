import { nodeTick } from '../../clock.js'
import { runOutside } from '../../context/no-process.js'
import type { Timer } from '../../schedule/timer-wheel.js'
import type { NotedTimers } from '../notes/noted-timers.js'
import type { Accesses } from '../notes/step-accesses.js'
import type { SteppedProcess, StepsOfKernel } from '../stepped-process.js'
import type { StepClock } from './step-clock.js'

/** The kernel whose time passes. */
interface TimedKernel extends StepsOfKernel {
  readonly clock: StepClock
  readonly timers: NotedTimers
  readonly accesses: Accesses
  readonly causes: number[]
  begin(actor: SteppedProcess | undefined): void
}

/** Moves time in a stepped kernel. */
export class StepTime {
  constructor(private readonly kernel: TimedKernel) {}

  /**
   * Moves time to the next timer. Sleeps then end; which of several other due timers fires first may be a choice of the next steps. Returns
   * false if no timer is set.
   */
  pass(): boolean {
    const { kernel } = this
    const { timers, clock } = kernel
    if (!timers.areDue && clock.next === undefined) return false
    kernel.begin(undefined)
    if (!timers.areDue) {
      const before = kernel.now()
      clock.jump(() => {
        timers.possible += kernel.now() - before
        kernel.listener?.timePassed()
      })
    }
    this.arrived()
    return true
  }

  /** Called when time has passed because no process had anything else to do. */
  arrived(): void {
    const [first, another] = this.wake() ? [] : this.kernel.timers.next
    if (first !== undefined && another === undefined) this.fire(first)
  }

  /**
   * Ends the sleeps that are due.
   *
   * @returns whether there were any
   */
  wake(): boolean {
    const { timers } = this.kernel
    timers.waited = this.kernel.now()
    return timers.endSleeps()
  }

  /**
   * Fires the first timer although processes have something to do, for fairness. Returns false if no timer is set for which any process
   * waits.
   */
  force(): boolean {
    const { timers } = this.kernel
    const timer = timers.firstWaitedFor
    if (timer === undefined) return false
    this.#passTo(timer.deadline)
    timers.cancel(timer)
    goOff(timer)
    return true
  }

  /** Fires a time-out while other processes have something to do. What they do next, and the time that they see, may depend on it. */
  out(timer: Timer): void {
    const { timers } = this.kernel
    this.#passTo(timer.deadline)
    timers.ring()
    const [first] = timers.endSleeps() ? [] : timers.next
    if (first !== undefined) this.fire(first)
  }

  fire(timer: Timer): void {
    this.kernel.causes.push(...this.kernel.timers.take(timer))
    goOff(timer)
  }

  #passTo(time: number): void {
    const { kernel } = this
    kernel.begin(undefined)
    kernel.accesses.noteEverything()
    kernel.clock.advance(time)
    kernel.listener?.timePassed()
  }
}

/** Fires a timer from a tick, as Node does: what its code defers to the next tick comes before its promises. */
function goOff({ target }: Timer): void {
  nodeTick(() => runOutside(() => target?.expired()))
}
