/**
 * Requests that Node does not list among what is active: the jobs of `node:crypto` and `node:zlib`, and on newer versions reading a file;
 * whether this one hides that is found by trying.
 */
import { createHook } from 'node:async_hooks'
import { readFile } from 'node:fs/promises'
import { devNull } from 'node:os'

const FILE = /^FSREQ/
/** A request of HTTP is none that ends by itself. */
const JOB = /^(?!HTTP).*REQUEST$|^(ZLIB|BROTLI|ZSTD)/
/** Jobs that were done at once are told from others only later: so many may be among them. */
const UNSORTED = 256

const files = new Set<number>()
const jobs = new Map<number, Job>()
let hidesFiles = false
let watching = false

interface Job {
  /** Of crypto, where it is done by a thread. WebCrypto of newer versions has none, and cannot be told. */
  readonly ondone?: unknown
  /** Of zlib, while a thread has it. */
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
    // A stream of zlib goes on with the next chunk.
    if (jobs.get(id)?.buffer !== undefined) return
    files.delete(id)
    jobs.delete(id)
  },
})

/** From now on hidden requests are known. */
export function watchHiddenRequests(): void {
  if (watching) return
  watching = true
  hidesFiles = hidesRequests()
  hook.enable()
}

/** Whether a request that is hidden is on its way. */
export function hasHiddenRequest(): boolean {
  dropDone()
  return files.size > 0 || jobs.size > 0
}

/** `scryptSync` and its like are jobs, too: nothing is called when they are done. */
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
