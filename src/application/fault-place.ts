/** Where in the user's code something went wrong, for messages. */
import { shortPath } from '../kernel/index.js'

/** Errors that come from a slip in the code more often than from a check in it. */
const PLAIN_ERRORS: ReadonlySet<string> = new Set(['Error', 'TypeError', 'ReferenceError', 'RangeError'])

/** Where Heartwood itself is: frames in here are never the place. */
const OURS = new URL('..', import.meta.url).href

/** What was thrown, with its place where that helps. */
export function faultText(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `it threw ${String(thrown)}`
  // An error with a name of its own was thrown on purpose, and says itself what is wrong.
  const place = PLAIN_ERRORS.has(thrown.name) ? placeIn(thrown.stack ?? '') : undefined
  return `${thrown.message}${place === undefined ? '' : ` (${place})`}`
}

/** The first `file:line` outside Node, packages and Heartwood. */
export function placeIn(trace: string): string | undefined {
  for (const [, href, line] of trace.matchAll(/(file:\/\/[^\s:()]+):(\d+)/g)) {
    if (href === undefined || href.includes('/node_modules/') || href.startsWith(OURS)) continue
    return `${shortPath(href)}:${line}`
  }
  return undefined
}
