/** Finds the place in the user's code in a stack. */
import { relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { codeAddress, sourceAddress } from '../installation.js'

/** `at name (file:///path:1:2)`, `at async name (/path:1:2)`, `at file:///path:1:2`. */
const FRAME = /^\s*at (?:async )?(?:(.*?) \()?((?:file:\/\/|\/|[A-Za-z]:\\).*?):(\d+):\d+\)?$/

/** The number of frames to capture: enough to get past those of Heartwood and of a package. */
const FRAMES = 40

/** A place in the user's code. */
export interface Place {
  /** `file:line`. */
  readonly at: string
  /** The function of Heartwood that was called there; `undefined` if the stack does not begin in Heartwood. */
  readonly called: string | undefined
  /** Whether no package is between the user's code and Heartwood. */
  readonly direct: boolean
}

/** The first frame outside Node and Heartwood, and outside packages if there is one. */
export function placeOf(stack: string): Place | undefined {
  if (stack === '') return undefined
  const ours = ownAddresses()
  let called: string | undefined
  let inPackage: Place | undefined
  for (const line of stack.split('\n')) {
    const [, name, path, row] = FRAME.exec(line) ?? []
    if (path === undefined) continue
    const href = addressOf(path)
    if (ours.some((address) => href.startsWith(address))) {
      if (inPackage === undefined) called = name ?? called
      continue
    }
    const place = { at: `${shortPath(href)}:${row}`, called: called?.split('.').at(-1), direct: false }
    if (!href.includes('/node_modules/')) return { ...place, direct: inPackage === undefined }
    inPackage ??= place
  }
  return inPackage
}

function addressOf(path: string): string {
  return path.startsWith('file:') ? path : pathToFileURL(path).href
}

/** The addresses of Heartwood's code, and of its sources for test runners with source maps. Empty in a bundle. */
function ownAddresses(): string[] {
  return [codeAddress(), sourceAddress()].filter((address) => address !== undefined)
}

/** The stack of the running code. @param above the function above which it begins */
export function stackHere(above: (...args: never[]) => unknown = stackHere): string {
  const limit = Error.stackTraceLimit
  const here: { stack?: unknown } = {}
  Error.stackTraceLimit = FRAMES
  Error.captureStackTrace(here, above)
  Error.stackTraceLimit = limit
  return typeof here.stack === 'string' ? here.stack : ''
}

/** Whether a stack begins in Node itself. */
export function isCalledByNode(stack: string): boolean {
  const [, caller = ''] = stack.split('\n', 2)
  return caller.includes('node:')
}

/** Whether a stack begins in Heartwood. */
export function isCalledByHeartwood(stack: string): boolean {
  const [, caller = ''] = stack.split('\n', 2)
  const [, , path] = FRAME.exec(caller) ?? []
  if (path === undefined) return false
  const href = addressOf(path)
  return ownAddresses().some((address) => href.startsWith(address))
}

/** The path of a file address; relative to the current folder if the file is inside it. */
export function shortPath(href: string): string {
  const file = fileURLToPath(href)
  const short = relative('', file)
  return short.startsWith('..') ? file : short
}
