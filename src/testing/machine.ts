/** What the machine does for a test in its own time: files, connections, Node's timers, the work of threads and programs. */
import { SystemClock } from '../kernel/index.js'
import { hasHiddenRequest } from './hidden-requests.js'

/** What is about the machine keeps the machine's time. */
export const machine = new SystemClock()

/** Requests on their way, as Node names them; open sockets and servers are none, since they may stay for ever. */
const REQUEST = /^FSReq|Req$|ReqWrap$|ConnectWrap$|ShutdownWrap$|WriteWrap$|Request$|^Zlib$|^ProcessWrap$/
/** What waits for somebody outside, and settles nothing by itself. */
const WAITS = /ServerWrap$|^UDPWrap$|^FSEventWrap$|^StatWatcher$|^SignalWrap$|^TTYWrap$|^Immediate$/

/** One turn of Node's event loop, with all microtasks before and after it. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Whether Node does something that will end by itself. */
export function isWorking(): boolean {
  return requests().length > 0
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

/** The names of the requests that Node works on. */
export function requests(): string[] {
  const names = process.getActiveResourcesInfo().filter((name) => REQUEST.test(name))
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
