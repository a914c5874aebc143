/**
 * The stop of children. A supervisor waits for the `DOWN` of a monitor, never for the `EXIT` of a link: a child that had unlinked
 * itself would let it wait for ever.
 */
import type { Awaitable } from '../../genserver/index.js'
import {
  cancelTimer,
  DownMessage,
  downOf,
  ExitMessage,
  type ExitReason,
  endOfMail,
  exit,
  exitOf,
  isLinked,
  isOrderly,
  isOver,
  isShutdown,
  mayGoOn,
  monitor,
  type Pid,
  type Reference,
  receive,
  receiveAfter,
  self,
  sleep,
  startTimer,
  TimeoutMessage,
  takeExit,
  takeSentExit,
} from '../../kernel/index.js'
import type { CheckedSpec, Shutdown } from '../child-spec.js'

/**
 * Stops one child and waits until it has ended.
 *
 * An `EXIT` of the child that is in the mailbox already is taken out: it has the real reason, and must not count as another crash
 * (semantics S14). An `EXIT` comes before the `DOWN`. So if it is not there when the `DOWN` arrives, it never comes.
 *
 * @returns the exit reason of the child
 */
export function stopProcess(pid: Pid, shutdown: Shutdown): Awaitable<ExitReason> {
  // After many stops in one turn, other processes run first.
  return mayGoOn() ? stopNow(pid, shutdown) : sleep(0).then(() => stopNow(pid, shutdown))
}

function stopNow(pid: Pid, shutdown: Shutdown): Awaitable<ExitReason> {
  if (!isLinked(pid)) {
    if (!isOver(pid)) return watched(pid, shutdown, () => exit(pid, orderFor(shutdown)))
    // The child was dead before. If it was linked until then, its EXIT has the reason.
    const last = takeSentExit(pid)
    return last === undefined ? 'noproc' : last.reason
  }
  exit(pid, orderFor(shutdown))
  if (!isOver(pid)) return watched(pid, shutdown)
  // Most children die of the signal at once. A linked one needs no monitor then: its EXIT has the reason.
  const last = takeExit(pid)
  if (last !== undefined) return last.reason
  return receiveAfter(endOfMail(), exitOf(pid)).then((exited) => exited?.reason)
}

/** Waits for the end of a child by a monitor. `order` sends the exit signal, if that was not sent yet, after the monitor is set. */
async function watched(pid: Pid, shutdown: Shutdown, order?: () => void): Promise<ExitReason> {
  const before = endOfMail()
  const ref = monitor(pid)
  const isDownOfIt = downOf(ref)
  order?.()
  let down: DownMessage | undefined
  if (shutdown !== 'brutal_kill') {
    down = await receiveAfter(before, isDownOfIt, shutdown)
    if (down === undefined) exit(pid, 'kill')
  }
  down ??= (await receiveAfter(before, isDownOfIt)) as DownMessage
  const last = takeSentExit(pid)
  return last === undefined ? down.reason : last.reason
}

/**
 * Stops all children at the same time and waits until the last one has ended. It takes as long as the slowest child, not the sum.
 * Children with the same time-out share one timer, and the cost of each message does not depend on the number of children.
 *
 * Only for a supervisor that is ending: all other messages in its mailbox are dropped.
 *
 * @param onStopped called with each child and its exit reason when it has ended
 */
export async function stopProcesses(
  children: ReadonlyMap<Pid, CheckedSpec>,
  onStopped: (pid: Pid, reason: ExitReason) => void,
): Promise<void> {
  const timers = new Map<Reference, Pid[]>()
  for (const [ms, pids] of byTimeout(children)) timers.set(startTimer(ms, self(), 'kill'), pids)
  for (const [pid, { shutdown }] of children) {
    if (!mayGoOn()) await sleep(0)
    monitor(pid)
    exit(pid, orderFor(shutdown))
  }
  const waiting = new Set(children.keys())
  const reasons = new Map<Pid, ExitReason>()
  while (waiting.size > 0) {
    const message = await receive()
    // The EXIT of a linked child has the real reason, also when the child was dead before it was monitored. Only the DOWN after it
    // proves that the child has ended: the child itself can send an EXIT with `exit(pid, reason)`.
    if (message instanceof ExitMessage) {
      if (waiting.has(message.from)) reasons.set(message.from, message.reason)
    } else if (message instanceof DownMessage) {
      const pid = message.object as Pid
      if (waiting.delete(pid)) onStopped(pid, reasons.has(pid) ? reasons.get(pid) : message.reason)
    } else if (message instanceof TimeoutMessage) {
      for (const pid of timers.get(message.ref) ?? []) exit(pid, 'kill')
    }
  }
  for (const timer of timers.keys()) cancelTimer(timer)
}

function byTimeout(children: ReadonlyMap<Pid, CheckedSpec>): Map<number, Pid[]> {
  const groups = new Map<number, Pid[]>()
  for (const [pid, { shutdown }] of children) {
    if (shutdown === 'brutal_kill' || shutdown === Number.POSITIVE_INFINITY) continue
    const group = groups.get(shutdown)
    if (group === undefined) groups.set(shutdown, [pid])
    else group.push(pid)
  }
  return groups
}

function orderFor(shutdown: Shutdown): ExitReason {
  return shutdown === 'brutal_kill' ? 'kill' : 'shutdown'
}

/** Whether the exit reason of a stopped child is one that its spec allows; else it is reported. For static supervisors (semantics S31). */
export function isExpectedEnd(spec: CheckedSpec, reason: ExitReason): boolean {
  if (reason === (spec.shutdown === 'brutal_kill' ? 'killed' : 'shutdown')) return true
  return spec.restart !== 'permanent' && isOrderly(reason)
}

/** The same for dynamic supervisors, which also allow `{ shutdown: x }` (semantics S34). */
export function isExpectedDynamicEnd(spec: CheckedSpec, reason: ExitReason): boolean {
  if (spec.shutdown === 'brutal_kill') return reason === 'killed'
  if (reason === 'shutdown' || isShutdown(reason)) return true
  return reason === 'normal' && spec.restart !== 'permanent'
}
