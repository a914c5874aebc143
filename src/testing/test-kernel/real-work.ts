/** What the machine does for a test in its own time: files, connections, Node's timers, the work of threads and programs. */
import { type Alarm, MachineClock, ownTurns } from '../../kernel/index.js'
import { hasHiddenRequest } from './file-requests.js'

/** What is about the machine keeps the machine's time, whoever fakes it. */
export const machine = new MachineClock()

/** A program that was started may run as long as the test does. */
export const PROGRAM = 'ProcessWrap'

/** Requests on their way, as Node names them; open sockets and servers are none, since they may stay for ever. */
const REQUEST = /^FSReq|Req$|ReqWrap$|ConnectWrap$|ShutdownWrap$|WriteWrap$|Request$|^Zlib$|^ProcessWrap$/
/** What waits for somebody outside, and settles nothing by itself. */
const WAITS = /ServerWrap$|^UDPWrap$|^FSEventWrap$|^StatWatcher$|^SignalWrap$|^TTYWrap$|^Immediate$/

/** Resolves after so many milliseconds of the machine's time. */
export function moment(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const alarm: Alarm = { ring: resolve, settled: () => Promise.resolve() }
    machine.setAlarm(alarm, machine.now() + ms)
  })
}

/** What Node does that ends by itself, and soon: requests, and what is set for the next turn of its loop. */
export function underWay(): string[] {
  const active = process.getActiveResourcesInfo()
  const immediates = active.filter((name) => name === 'Immediate').length - ownTurns.pending
  const names = requestsAmong(active).filter((name) => name !== PROGRAM)
  return immediates > 0 ? [...names, 'Immediate'] : names
}

/** How many there are of each thing that keeps Node running. */
export function activeCounts(): Map<string, number> {
  // Opened when they are first asked for, and where they are pipes nothing of the test's.
  void process.stdout
  void process.stderr
  const counts = new Map<string, number>()
  for (const name of process.getActiveResourcesInfo()) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

/** A child program that runs. */
export function programs(): string[] {
  return process.getActiveResourcesInfo().filter((name) => name === PROGRAM)
}

/** The names of the requests that Node works on. */
function requestsAmong(active: readonly string[]): string[] {
  const names = active.filter((name) => REQUEST.test(name))
  return hasHiddenRequest() ? [...names, 'a hidden request'] : names
}

/** Connections, Node's timers, workers: all that may call back, and was not there before. */
export function openedSince(before: ReadonlyMap<string, number>): string[] {
  return [...activeCounts()].flatMap(([name, count]) => {
    if (WAITS.test(name) || REQUEST.test(name)) return []
    // Those of a test runner are short, and are gone when as many of the test are there.
    return name === 'Timeout' || count > (before.get(name) ?? 0) ? [name] : []
  })
}
