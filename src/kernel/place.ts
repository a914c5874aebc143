/** Where in the user's code something was done, by a stack. */
import { relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { codeAddress } from './installation.js'

/** `at name (file:///path:1:2)`, `at async name (/path:1:2)`, `at file:///path:1:2`. */
const FRAME = /^\s*at (?:async )?(?:(.*?) \()?((?:file:\/\/|\/|[A-Za-z]:\\).*?):(\d+):\d+\)?$/

/** What a stack tells. */
export interface Place {
  /** `file:line`. */
  readonly at: string
  /** The function of Heartwood's that was called there; undefined where the stack does not begin in Heartwood. */
  readonly called: string | undefined
}

/** The first line outside Node and Heartwood; outside packages, where there is one. */
export function placeOf(stack: string): Place | undefined {
  // Frames in Heartwood are never the place. In a bundle they cannot be told from others.
  const ours = codeAddress()
  let called: string | undefined
  let inPackage: Place | undefined
  for (const line of stack.split('\n')) {
    const [, name, path, row] = FRAME.exec(line) ?? []
    if (path === undefined) continue
    const href = path.startsWith('file:') ? path : pathToFileURL(path).href
    if (ours !== undefined && href.startsWith(ours)) {
      if (inPackage === undefined) called = name ?? called
      continue
    }
    const place = { at: `${shortPath(href)}:${row}`, called: called?.split('.').at(-1) }
    if (!href.includes('/node_modules/')) return place
    inPackage ??= place
  }
  return inPackage
}

/** The path of a file's address, from the current folder where it is in there. */
export function shortPath(href: string): string {
  const file = fileURLToPath(href)
  const short = relative('', file)
  return short.startsWith('..') ? file : short
}
