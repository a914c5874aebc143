/** The place in the user's code where an error happened, for messages. */
import { codeAddress, errorText, isError, printed, shortPath } from '../../kernel/index.js'

/** The error classes that usually come from a mistake in the code, not from a check. */
const PLAIN_ERRORS: ReadonlySet<string> = new Set(['Error', 'TypeError', 'ReferenceError', 'RangeError'])

/** The text of a thrown value, with its place for errors of such a class. */
export function faultText(thrown: unknown): string {
  if (!isError(thrown)) return `it threw ${printed(thrown)}`
  // An error with another name was thrown on purpose, and its message is enough.
  const place = PLAIN_ERRORS.has(errorText(thrown, 'name') ?? '')
    ? placeIn(errorText(thrown, 'stack', 8_000) ?? '')
    : undefined
  return `${errorText(thrown, 'message') ?? ''}${place === undefined ? '' : ` (${place})`}`
}

/** The first `file:line` outside Node, packages and Heartwood. */
export function placeIn(trace: string): string | undefined {
  // Frames in Heartwood are skipped. In a bundle its code is in the same file as all other code, and has no own address.
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
