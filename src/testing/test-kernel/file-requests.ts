/**
 * Finds requests that Node does not list as active: the jobs of `node:crypto` and `node:zlib`, and on newer versions also reads of files. A
 * trial shows whether this Node hides those.
 */
import { createHook } from 'node:async_hooks'
import { readFile } from 'node:fs/promises'
import { devNull } from 'node:os'

const FILE = /^FSREQ/
/** A request of HTTP does not end by itself. */
const JOB = /^(?!HTTP).*REQUEST$|^(ZLIB|BROTLI|ZSTD)/
/** The number of jobs that may wait to be sorted: jobs that were done at once are recognized only later. */
const UNSORTED = 256

const files = new Set<number>()
const jobs = new Map<number, Job>()
let hidesFiles = false
let watching = false

interface Job {
  /** A job of crypto, if it is done by a thread. WebCrypto of newer versions has none, and cannot be recognized. */
  readonly ondone?: unknown
  /** A job of zlib, while a thread works on it. */
  readonly buffer?: unknown
}

const hook = createHook({
  // Hooks on promises would make all of them slower. Not in the types of the oldest Node, which ignores it, and where a hook
  // on the end of resources would make each promise wait for its collection: there is none.
  ...{ trackPromises: false },
  init(id, type, _trigger, resource) {
    if (hidesFiles && FILE.test(type)) files.add(id)
    if (!JOB.test(type)) return
    if (jobs.size >= UNSORTED) dropDone()
    jobs.set(id, resource as Job)
  },
  before: (id) => {
    // A stream of zlib continues with the next chunk.
    if (jobs.get(id)?.buffer !== undefined) return
    files.delete(id)
    jobs.delete(id)
  },
})

/** Starts to watch hidden requests. */
export function watchHiddenRequests(): void {
  if (watching) return
  watching = true
  hidesFiles = hidesRequests()
  hook.enable()
}

/** Whether a hidden request is in progress. */
export function hasHiddenRequest(): boolean {
  dropDone()
  return files.size > 0 || jobs.size > 0
}

/** Drops finished jobs. `scryptSync` and similar functions are jobs, too: nothing is called when they are done. */
function dropDone(): void {
  for (const [id, job] of jobs) if (!isUnderWay(job)) jobs.delete(id)
}

function isUnderWay({ ondone, buffer }: Job): boolean {
  return typeof ondone === 'function' || (typeof buffer === 'object' && buffer !== null)
}

function hidesRequests(): boolean {
  const count = (): number =>
    process.getActiveResourcesInfo().filter((name) => name.startsWith('FSReq')).length
  const before = count()
  readFile(devNull).catch(() => {})
  return count() === before
}
