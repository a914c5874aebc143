import type { Timer, TimerWheel } from '../schedule/timer-wheel.js'
import type { Arrival, Channel } from './delivery-channel.js'
import type { Readiness } from './step-queue.js'
import type { SteppedProcess, StepsOfKernel } from './stepped-process.js'

/** The key of the sender of timers, which are sent by no process. */
export const CLOCK = 'clock'

/** A step that could come next. */
export interface NextStep {
  /** The key of the step. It is the same in every run in which the steps that it depends on were the same. */
  readonly key: string
  /** The key of the sender of what it takes; `undefined` if the process continues by itself. */
  readonly from: string | undefined
}

/** What the choice of the next step needs of a kernel: what could happen in it. */
export interface ChoosableKernel extends StepsOfKernel {
  readonly stepTime: number
  readonly timers: TimerWheel & {
    readonly firstTimeout: Timer | undefined
    readonly areDue: boolean
    readonly next: readonly Timer[]
    keyOf(timer: Timer): string
  }
}

export class Choice implements NextStep {
  get kernel(): StepsOfKernel {
    return this.actor.kernel
  }

  constructor(
    readonly actor: SteppedProcess,
    readonly channel: Channel | undefined,
    readonly order: number,
  ) {}

  get from(): string | undefined {
    return this.channel?.from
  }

  get key(): string {
    return this.channel === undefined ? this.actor.key : `${this.channel.from}>${this.actor.key}`
  }
}

/** The choice that the first time-out fires although processes have something to do. */
export class TimeoutChoice implements NextStep {
  readonly from = undefined
  readonly key: string

  constructor(
    readonly kernel: StepsOfKernel,
    readonly timer: Timer,
  ) {
    this.key = `${kernel.prefix}${CLOCK}`
  }
}

/** The choice that a due timer fires. */
export class DueChoice implements NextStep {
  readonly from = undefined

  constructor(
    readonly kernel: StepsOfKernel,
    readonly timer: Timer,
    readonly key: string,
  ) {}
}

/** The number of steps that a time-out may be away. A longer one fires only when no process has anything to do. */
const MOST_STEPS = 100

/**
 * Returns the steps that could come next: due timers first, then the step that has been possible for the longest time. A time-out before
 * its time is the last.
 */
export function choicesOf(
  kernel: ChoosableKernel,
  ready: ReadonlyMap<SteppedProcess, Readiness>,
): NextStep[] {
  const { expecting, stepTime, timers } = kernel
  const choices: Choice[] = []
  for (const [process, { order }] of ready)
    if (!process.hangs) choices.push(new Choice(process, undefined, order))
  for (const process of expecting) {
    if (process.hangs) continue
    let left = 0
    const { receptive, mailbox } = process
    const own = mailbox.orderFrom(process.key)
    for (const channel of mailbox.channels.values()) {
      const [head] = channel.parcels
      if (head === undefined) continue
      left++
      // A message that a process sent to itself arrives at once: messages that others send after it cannot arrive before it.
      const isBehind = receptive && head.resume === undefined && head.order > own
      if (receptive ? !isBehind : channel.resumptions > 0)
        choices.push(new Choice(process, channel, head.order))
    }
    if (left === 0) expecting.delete(process)
  }
  choices.sort((a, b) => a.order - b.order)
  const timeout = stepTime > 0 && choices.length > 0 ? timers.firstTimeout : undefined
  const isFar = timeout === undefined || timeout.deadline - kernel.now() > MOST_STEPS * stepTime
  if (isFar && !timers.areDue) return choices
  const due = timers.next.map((timer) => new DueChoice(kernel, timer, timers.keyOf(timer)))
  return isFar ? [...due, ...choices] : [...due, ...choices, new TimeoutChoice(kernel, timeout)]
}

export function receptiveOf(living: Iterable<SteppedProcess>): Set<string> {
  const keys = new Set<string>()
  for (const process of living) if (process.receptive) keys.add(process.key)
  return keys
}

export function pendingOf(living: Iterable<SteppedProcess>): Arrival[] {
  const all: Arrival[] = []
  for (const { key: to, mailbox } of living) {
    for (const { from, parcels } of mailbox.channels.values())
      for (const { step } of parcels) all.push({ key: `${from}>${to}`, to, sent: step })
  }
  return all
}

/** Returns the rank of a step among those of several kernels: due timers come first, time-outs before their time last. */
export function rankOf(step: NextStep): number {
  if (step instanceof DueChoice) return 0
  return step instanceof TimeoutChoice ? Number.POSITIVE_INFINITY : (step as Choice).order
}
