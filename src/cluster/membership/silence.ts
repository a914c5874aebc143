import type { Clock } from '../../kernel/index.js'

/**
 * Why a node did not renew its lease in time. `'engine'`: the node ran, and the engine did not answer. `'loop'`: the program ran, and its event loop was blocked.
 * `'machine'`: the program did nothing at all: it was stopped, or its machine was, or had no time for it.
 */
export type Silence = 'engine' | 'loop' | 'machine'

/** Of the time of a lease, how late a timer may be that nothing holds up. */
const LATE = 0.02
/** Of the time in which its loop did not turn, what a program that works has of a processor, also on a machine that has much to do. */
const BUSY = 0.1

/** What a node looks at when it was silent. */
export interface Signs {
  /** Milliseconds by which the timer of the deadline was late: for so long the event loop did not turn. */
  readonly late: number
  /** Milliseconds of processor time that the program has used since the last renewal. */
  readonly busy: number
  /** Milliseconds of a lease. */
  readonly time: number
}

export function silenceOf({ late, busy, time }: Signs): Silence {
  if (late < time * LATE) return 'engine'
  return busy < late * BUSY ? 'machine' : 'loop'
}

/** Milliseconds of processor time that this program has used. A clock that is not the machine's has a count of its own. */
export function processorTime(clock: Clock): number {
  if (clock.processorTime !== undefined) return clock.processorTime()
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** For people, of a node. */
export const SILENCES: Readonly<Record<Silence, string>> = {
  engine: 'could not renew its lease in time, since the engine did not answer',
  loop: 'did not renew its lease in time, since its event loop was blocked',
  machine: 'did not renew its lease in time, since the program, or its machine, was stopped',
}
