/** The work of the machine for a test, in real time: files, connections, Node's timers, the work of threads and programs. */
import { type Alarm, MachineClock, ownTurns } from '../../kernel/index.js'
import { hasHiddenRequest } from './file-requests.js'

/** The clock of the machine, which runs even if other code fakes the time. */
export const machine = new MachineClock()

/** Node's name for a started program, which may run as long as the test does. */
export const PROGRAM = 'ProcessWrap'

/** Node's names of requests in progress; open sockets and servers are not among them, since they may stay open without end. */
const REQUEST = /^FSReq|Req$|ReqWrap$|ConnectWrap$|ShutdownWrap$|WriteWrap$|Request$|^Zlib$|^ProcessWrap$/
/** Node's names of what waits for something outside and settles nothing by itself. */
const WAITS = /ServerWrap$|^UDPWrap$|^FSEventWrap$|^StatWatcher$|^SignalWrap$|^TTYWrap$|^Immediate$/

/** Resolves after a number of real milliseconds. */
export function moment(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const alarm: Alarm = { ring: resolve, settled: () => Promise.resolve() }
    machine.setAlarm(alarm, machine.now() + ms)
  })
}

/** Returns Node's work that soon ends by itself: requests, and what is set for the next turn of its loop. */
export function underWay(): string[] {
  const active = process.getActiveResourcesInfo()
  const immediates = active.filter((name) => name === 'Immediate').length - ownTurns.pending
  const names = requestsAmong(active).filter((name) => name !== PROGRAM)
  return immediates > 0 ? [...names, 'Immediate'] : names
}

/** Counts the things that keep Node running, by kind. */
export function activeCounts(): Map<string, number> {
  // The streams are opened at their first use, and as pipes they do not belong to the test.
  void process.stdout
  void process.stderr
  const counts = new Map<string, number>()
  for (const name of process.getActiveResourcesInfo()) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

/** Returns the running child programs. */
export function programs(): string[] {
  return process.getActiveResourcesInfo().filter((name) => name === PROGRAM)
}

/** Returns the names of the requests in progress. */
function requestsAmong(active: readonly string[]): string[] {
  const names = active.filter((name) => REQUEST.test(name))
  return hasHiddenRequest() ? [...names, 'a hidden request'] : names
}

/** Returns what may call back and was not there before: connections, Node's timers, workers. */
export function openedSince(before: ReadonlyMap<string, number>): string[] {
  return [...activeCounts()].flatMap(([name, count]) => {
    if (WAITS.test(name) || REQUEST.test(name)) return []
    // Timers of a test runner are short, and have ended when as many of the test are there.
    return name === 'Timeout' || count > (before.get(name) ?? 0) ? [name] : []
  })
}
