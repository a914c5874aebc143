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

/** How time passes in a stepped kernel. */
export class StepTime {
  constructor(private readonly kernel: TimedKernel) {}

  /**
   * Lets time go on to the next timer. Sleeps are then over; of other timers that are due, which goes off first may be a choice of the
   * next steps. False when there is none.
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

  /** Time has passed, since nobody had anything else to do. */
  arrived(): void {
    const [first, another] = this.wake() ? [] : this.kernel.timers.next
    if (first !== undefined && another === undefined) this.fire(first)
  }

  /** Those whose sleep is over go on. @returns whether there were any */
  wake(): boolean {
    const { timers } = this.kernel
    timers.waited = this.kernel.now()
    return timers.endSleeps()
  }

  /** Fires the first timer though others have something to do, for fairness. False when none is set that anybody waits for. */
  force(): boolean {
    const { timers } = this.kernel
    const timer = timers.firstWaitedFor
    if (timer === undefined) return false
    this.#passTo(timer.deadline)
    timers.cancel(timer)
    goOff(timer)
    return true
  }

  /** Fires a time-out while others have something to do. Whatever they do next, and the time they see, may depend on it. */
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

/** From a tick, as Node's do: what its code puts off to the next tick comes before its promises. */
function goOff({ target }: Timer): void {
  nodeTick(() => runOutside(() => target?.expired()))
}
