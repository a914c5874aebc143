/**
 * Requests to the file system that Node does not list among what is active. Newer versions read a file so; whether this one
 * does is found by trying.
 */
import { createHook } from 'node:async_hooks'
import { readFile } from 'node:fs/promises'
import { devNull } from 'node:os'

const REQUEST = /^FSREQ/
const pending = new Set<number>()
let watching = false

const hook = createHook({
  // Hooks on promises would make all of them slower. Not in the types of the oldest Node, which ignores it.
  ...{ trackPromises: false },
  init: (id, type) => {
    if (REQUEST.test(type)) pending.add(id)
  },
  before: (id) => void pending.delete(id),
  destroy: (id) => void pending.delete(id),
})

/** From now on hidden requests are known, where this Node hides any. */
export function watchHiddenRequests(): void {
  if (watching) return
  watching = true
  if (hidesRequests()) hook.enable()
}

/** Whether a request that is hidden is on its way. */
export function hasHiddenRequest(): boolean {
  return pending.size > 0
}

function hidesRequests(): boolean {
  const count = (): number =>
    process.getActiveResourcesInfo().filter((name) => name.startsWith('FSReq')).length
  const before = count()
  readFile(devNull).catch(() => {})
  return count() === before
}
