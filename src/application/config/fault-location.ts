/** Where in the user's code something went wrong, for messages. */
import { codeAddress, errorText, isError, printed, shortPath } from '../../kernel/index.js'

/** Errors that come from a slip in the code more often than from a check in it. */
const PLAIN_ERRORS: ReadonlySet<string> = new Set(['Error', 'TypeError', 'ReferenceError', 'RangeError'])

/** What was thrown, with its place where that helps. */
export function faultText(thrown: unknown): string {
  if (!isError(thrown)) return `it threw ${printed(thrown)}`
  // An error with a name of its own was thrown on purpose, and says itself what is wrong.
  const place = PLAIN_ERRORS.has(errorText(thrown, 'name') ?? '')
    ? placeIn(errorText(thrown, 'stack', 8_000) ?? '')
    : undefined
  return `${errorText(thrown, 'message') ?? ''}${place === undefined ? '' : ` (${place})`}`
}

/** The first `file:line` outside Node, packages and Heartwood. */
export function placeIn(trace: string): string | undefined {
  // Frames in Heartwood itself are never the place. In a bundle it is one file with everything else.
  const ours = codeAddress()
  for (const [, href, line] of trace.matchAll(/(file:\/\/[^\s:()]+):(\d+)/g)) {
    if (
      href === undefined ||
      href.includes('/node_modules/') ||
      (ours !== undefined && href.startsWith(ours))
    )
      continue
    return `${shortPath(href)}:${line}`
  }
  return undefined
}
