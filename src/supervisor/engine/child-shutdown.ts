/**
 * Stopping children: by monitor, never by waiting for the EXIT of one that lives, since a naughty child that unlinked itself
 * could hang its supervisor for ever.
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
 * Stops one child and waits until it is over.
 *
 * An EXIT of it that is queued already is consumed: it tells the real reason, and must not count as another crash
 * (semantics S14). EXITs come before DOWNs, so once the DOWN is here the EXIT is too, or never will be.
 *
 * @returns the reason it ended with
 */
export function stopProcess(pid: Pid, shutdown: Shutdown): Awaitable<ExitReason> {
  // However many there are, others have their turns in between.
  return mayGoOn() ? stopNow(pid, shutdown) : sleep(0).then(() => stopNow(pid, shutdown))
}

function stopNow(pid: Pid, shutdown: Shutdown): Awaitable<ExitReason> {
  if (!isLinked(pid)) {
    if (!isOver(pid)) return watched(pid, shutdown, () => exit(pid, orderFor(shutdown)))
    // It was dead before: its EXIT tells of what, if it was not unlinked.
    const last = takeSentExit(pid)
    return last === undefined ? 'noproc' : last.reason
  }
  exit(pid, orderFor(shutdown))
  if (!isOver(pid)) return watched(pid, shutdown)
  // It died of the order at once, as most do, and was linked: there is nothing to watch, and its EXIT tells.
  const last = takeExit(pid)
  if (last !== undefined) return last.reason
  return receiveAfter(endOfMail(), exitOf(pid)).then((exited) => exited?.reason)
}

/** Waits for the end of a child, by a monitor that is there before the order is given if it was not given yet. */
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
 * Stops children all at once and waits until the last is over: the slowest decides, not the sum. One timer serves
 * all children with the same time-out, and each message costs the same however many there are.
 *
 * For a supervisor that is ending: what else is in its mailbox, or comes, is dropped, as its death would.
 *
 * @param onStopped hears of each child and its reason as it ends
 */
export async function stopProcesses(
  children: ReadonlyMap<Pid, CheckedSpec>,
  onStopped: (pid: Pid, reason: ExitReason) => void,
): Promise<void> {
  const timers = new Map<Reference, Pid[]>()
  for (const [ms, pids] of byTimeout(children)) timers.set(startTimer(ms, self(), 'kill'), pids)
  for (const [pid, { shutdown }] of children) {
    monitor(pid)
    exit(pid, orderFor(shutdown))
  }
  const waiting = new Set(children.keys())
  const reasons = new Map<Pid, ExitReason>()
  while (waiting.size > 0) {
    const message = await receive()
    // The EXIT of a linked child tells the real reason also when it was dead before it was monitored; the DOWN that
    // follows tells that it is over, which an EXIT that the child sent by hand would not.
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

/** Whether a child of a static supervisor that was told to stop did so as it should (semantics S31). */
export function isExpectedEnd(spec: CheckedSpec, reason: ExitReason): boolean {
  if (reason === (spec.shutdown === 'brutal_kill' ? 'killed' : 'shutdown')) return true
  return spec.restart !== 'permanent' && isOrderly(reason)
}

/** The same for a dynamic supervisor, which is more lenient with `{ shutdown: x }`, and only then (semantics S34). */
export function isExpectedDynamicEnd(spec: CheckedSpec, reason: ExitReason): boolean {
  if (spec.shutdown === 'brutal_kill') return reason === 'killed'
  if (reason === 'shutdown' || isShutdown(reason)) return true
  return reason === 'normal' && spec.restart !== 'permanent'
}
