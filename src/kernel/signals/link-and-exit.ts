import { actor } from '../context/current-kernel.js'
import { currentProcess } from '../context/current-process.js'
import { fence } from '../context/dead-process-error.js'
import { checkPid } from '../errors/argument-checks.js'
import { kernelError } from '../errors/errors.js'
import type { Process } from '../process/process.js'
import { Exit, type ExitReason } from '../terms/exit-reason.js'
import { Pid, routeOf } from '../terms/pid.js'
import { ExitMessage } from '../terms/signal-messages.js'
import { hasLink } from './link-table.js'

/**
 * Links the current process to another. The abnormal end of one ends the other too, or, if that traps exits, it gets an `ExitMessage`.
 * A second link, or a link to itself, changes nothing. Erlang's `link/1`.
 *
 * @throws NO_PROCESS when `pid` is dead and the current process does not trap exits (if it does, an `ExitMessage`
 *   with reason `'noproc'` comes instead); NOT_A_PID
 */
export function link(pid: Pid): true {
  const process = actor()
  checkPid(pid, 'link')
  process.kernel.touches(pid)
  process.kernel.touches(pid, 'linking')
  const other = routeOf<Process>(pid)
  if (other === process) return true
  if (other?.alive !== true) {
    if (!process.trapping) throw kernelError('NO_PROCESS', { pid })
    process.deliver(new ExitMessage(pid, 'noproc'))
  } else if (!hasLink(process, other)) other.linkFrom(process)
  return true
}

/**
 * Removes a link, on both sides. No exit signal comes through it any more; an `ExitMessage` that arrived before stays
 * in the mailbox. Erlang's `unlink/1`.
 *
 * @throws NOT_A_PID
 */
export function unlink(pid: Pid): true {
  const process = actor()
  checkPid(pid, 'unlink')
  process.kernel.touches(pid)
  process.kernel.touches(pid, 'linking')
  const other = routeOf<Process>(pid)
  other?.unlinkFrom(process)
  return true
}

/**
 * Links two living processes; neither needs to be the current one. Registries use it to link processes that are registered by others.
 *
 * @returns false if they were linked before
 */
export function tie(pid: Pid, to: Pid): boolean {
  const { kernel, pid: own } = actor()
  kernel.touches(pid)
  kernel.touches(to)
  kernel.touches(to, pid === own ? 'linking' : 'everything')
  const [process, other] = [routeOf<Process>(pid), routeOf<Process>(to)]
  if (process === undefined || other === undefined || hasLink(process, other)) return false
  if (process.isRemote) process.linkFrom(other)
  else other.linkFrom(process)
  return true
}

/** Removes a link that `tie` made. */
export function untie(pid: Pid, from: Pid): void {
  const { kernel, pid: own } = actor()
  kernel.touches(from)
  kernel.touches(from, pid === own ? 'linking' : 'everything')
  const [process, other] = [routeOf<Process>(pid), routeOf<Process>(from)]
  if (process === undefined || other === undefined) return
  if (process.isRemote) process.unlinkFrom(other)
  else other.unlinkFrom(process)
}

/**
 * Ends the current process with `reason`, or sends another process an exit signal.
 *
 * `exit(reason)` unwinds the code as a throw does. `exit(pid, reason)` ends the other process, or, if that traps exits, it gets an
 * `ExitMessage`. `'normal'` has no effect on it; `'kill'` cannot be trapped and appears as `'killed'`.
 * Erlang's `exit/1` and `exit/2`.
 *
 * @throws NOT_A_PID if the first of two arguments is no pid
 * @example
 * ```ts
 * exit(worker, 'shutdown')
 * exit({ shutdown: 'done' })
 * ```
 */
export function exit(reason: ExitReason): never
export function exit(pid: Pid, reason: ExitReason): true
export function exit(...args: [ExitReason] | [Pid, ExitReason]): true {
  const process = actor()
  if (args.length === 1) throw new Exit(args[0])
  const [pid, reason] = args
  checkPid(pid, 'exit(pid, reason)')
  process.kernel.touches(pid)
  routeOf<Process>(pid)?.exitSignal(process.pid, reason, false, currentProcess<Process>())
  // A signal to oneself ends the process inside the call (semantics K13).
  if (!process.alive) throw fence(process.pid, process.reason)
  return true
}

/**
 * Sets whether the current process traps exits: exit signals then become `ExitMessage`s in its mailbox. `'kill'` always ends it.
 * Erlang's `process_flag(trap_exit, Boolean)`.
 *
 * @returns the value before; initially false
 * @throws BAD_OPTION
 */
export function trapExit(on: boolean): boolean {
  const process = actor()
  if (typeof on !== 'boolean') {
    throw kernelError('BAD_OPTION', {
      action: 'trapExit',
      option: 'on',
      value: on,
      expected: 'true or false',
    })
  }
  // Signals that arrived before are handled under the old flag (semantics K16).
  process.surrender()
  const before = process.trapping
  process.trapping = on
  return before
}
