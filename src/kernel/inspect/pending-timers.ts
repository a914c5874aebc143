import { CallRequest } from '../calls/pending-call.js'
import type { Kernel } from '../kernel.js'
import { Waiter } from '../mail/receive-waiter.js'
import type { Timer } from '../schedule/timer-wheel.js'
import { ProcessStart } from '../start/process-start.js'
import type { Pid } from '../terms/pid.js'
import { MessageTimer } from '../timers/message-timer.js'
import { OwnedTimer } from '../timers/owned-timeout.js'

/** A timer that is set. */
export interface PendingTimer {
  /** Milliseconds till then. */
  readonly dueIn: number
  /** `'call'`: the time-out of one; `'receive'`: of a receive or a sleep; `'message'`: of `sendAfter`; … */
  readonly kind: string
  /** Whom it concerns: who waits, or who will get the message. */
  readonly concerns: Pid | string | undefined
}

/** The timers of a kernel. */
export interface PendingTimers {
  readonly set: number
  readonly byKind: Readonly<Record<string, number>>
  /** Those that are due next, the soonest first. */
  readonly next: readonly PendingTimer[]
}

/** Looks through all timers of a kernel. @param limit how many of them to tell of */
export function pendingTimers(kernel: Kernel, limit: number): PendingTimers {
  const byKind: Record<string, number> = {}
  let soonest: Timer[] = []
  const trim = (): void => {
    soonest = soonest.sort((a, b) => a.deadline - b.deadline).slice(0, limit)
  }
  for (const timer of kernel.timers) {
    const { kind } = subjectOf(timer)
    byKind[kind] = (byKind[kind] ?? 0) + 1
    soonest.push(timer)
    if (soonest.length > limit * 4 + 64) trim()
  }
  trim()
  const next = soonest.map((timer) => ({ dueIn: kernel.timers.remaining(timer), ...subjectOf(timer) }))
  return { set: kernel.timers.size, byKind, next }
}

function subjectOf({ target }: Timer): Omit<PendingTimer, 'dueIn'> {
  if (CallRequest.is(target)) return { kind: 'call', concerns: target.owner?.pid }
  if (target instanceof Waiter) return { kind: 'receive', concerns: target.process.pid }
  if (target instanceof MessageTimer) {
    const { destination } = target
    return { kind: 'message', concerns: typeof destination === 'string' ? destination : destination.pid }
  }
  if (target instanceof OwnedTimer) return { kind: 'timeout', concerns: target.owner }
  if (target instanceof ProcessStart) return { kind: 'start', concerns: target.caller.pid }
  return { kind: 'other', concerns: undefined }
}
