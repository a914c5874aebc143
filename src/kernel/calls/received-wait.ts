/**
 * Receives in which a process waits for the doing of others: the result of a task, the answer to a request, a process that is starting.
 * Like calls they can form a circle. None is refused for that, since nobody knows what else the process waits for in its receives. The
 * circle is named by the time-out of one of its members, or by the log.
 */
import { currentProcess } from '../context/current-process.js'
import type { Process } from '../process/process.js'
import { type Pid, routeOf } from '../terms/pid.js'
import { addReceivedWait, namedCircle, TOO_LONG } from './call-cycle.js'
import type { CallRequest } from './pending-call.js'
import { type Enders, isPlainScript, type Wait } from './wait-graph.js'

/** Returns the processes that it waits for; `undefined` if they are not known. */
type Whom = (endersOf: Enders) => readonly Process[] | undefined

class ReceivedWait implements Wait {
  readonly id = 0
  active = true
  olderWait: Wait | undefined = undefined

  constructor(
    readonly process: Process,
    readonly enders: Whom,
    readonly hasTime: boolean,
  ) {}

  get target(): undefined {
    return undefined
  }

  lookWhoAwaits(): void {}

  over(): void {
    this.active = false
  }

  /** Returns the circle that it is in now, as text. */
  circle(): string | undefined {
    const cycle = namedCircle(this.process, this)
    return cycle === TOO_LONG ? undefined : cycle
  }
}

/** A noted wait: how to end it, and the circle that it is in. */
export type NotedWait = Pick<ReceivedWait, 'over' | 'circle'>

/** The number of processes that are followed, for a wait for many: the first ones. */
const MOST = 256

/** Notes that the handler of the current process, or a script, begins to wait for processes to end. */
export function noteWaitForEnd(
  pids: () => Iterable<Pid | undefined>,
  timeout: number,
): NotedWait | undefined {
  return note(() => {
    const processes: Process[] = []
    for (const pid of pids()) {
      const process = pid === undefined ? undefined : routeOf<Process>(pid)
      if (process?.alive === true && processes.push(process) >= MOST) break
    }
    return processes
  }, timeout)
}

/** Does the same for the first answer to one of the requests. */
export function noteWaitForAnswer(
  requests: () => readonly CallRequest[],
  timeout: number,
): NotedWait | undefined {
  return note((endersOf) => {
    const all: Process[] = []
    for (const request of requests().slice(0, MOST)) {
      const enders = request.active ? endersOf(request) : undefined
      if (enders === undefined) return undefined
      all.push(...enders)
    }
    return all
  }, timeout)
}

/** In milliseconds: a wait for a start that is longer than an hour is treated as one without a time-out. */
const LONG = 3_600_000

/** Does the same for a process to finish its init: the process that has the name by then, or that has the pid. */
export function noteWaitForStart(who: Pid | string, timeout: number): NotedWait | undefined {
  const process = currentProcess<Process>()
  return note(
    () => {
      const starting = typeof who === 'string' ? process?.kernel.names.get(who) : routeOf<Process>(who)
      return starting && [starting]
    },
    timeout <= LONG ? timeout : Number.POSITIVE_INFINITY,
  )
}

/** Notes that the result of a process is awaited, or will be. So its calls may close a circle. */
export function noteAwaited(pid: Pid): void {
  const process = routeOf<Process>(pid)
  if (process !== undefined) process.isAwaited = true
}

function note(whom: Whom, timeout: number): ReceivedWait | undefined {
  const process = currentProcess<Process>()
  // With a time-out of 0 the process only looks, and does not wait.
  if (process === undefined || timeout === 0 || !(isPlainScript(process) || process.inHandler()))
    return undefined
  const wait = new ReceivedWait(process, whom, timeout !== Number.POSITIVE_INFINITY)
  addReceivedWait(process, wait)
  return wait
}
