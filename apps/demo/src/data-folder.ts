import { mkdirSync, type Stats, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder and those above it that are missing. Node's own way of doing so never ends where a folder above it is
 * there and yet takes no other, as in `/proc`.
 */
export function makeFolder(path: string): void {
  const missing: string[] = []
  for (let at = path; !isFolder(at); at = dirname(at)) missing.unshift(at)
  for (const folder of missing) mkdirSync(folder)
}

/** @throws when something else is there, or nobody can tell */
function isFolder(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined && path !== dirname(path)) return false
  if (found?.isDirectory()) return true
  throw new Error(`${path} is no folder`)
}

/**
 * What is written to a file that was removed meanwhile is nowhere.
 *
 * @throws when the file at the path is not the one that was opened
 */
export function refuseIfGone(path: string, opened: Stats): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found !== undefined && found.ino === opened.ino && found.dev === opened.dev) return
  throw new Error(
    `${path} was removed or replaced while Pulse runs; restart Pulse to go on with what is there now`,
  )
}
