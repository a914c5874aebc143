/** The frames of a stack for people: mapped to the source, without the frames of Node and Heartwood. */
import { pathToFileURL } from 'node:url'
import { codeAddress, shortPath } from '../../kernel/index.js'
import { sourceOf } from './source-map.js'

/** `at name (file:///path:1:2)`, `at async name (/path:1:2)`, `at file:///path:1:2`. */
const FRAME = /^(at (?:async )?(?:.*? \()?)((?:file:\/\/|\/|[A-Za-z]:\\).*?):(\d+):(\d+)(\)?)$/

/**
 * The lines for the frames of a stack. Frames of Node and Heartwood are only counted. Frames at the end that the stack above has too
 * are left out.
 *
 * @param frames the frames as V8 writes them, one per line
 * @param above the frames of the error whose cause this error is
 */
export function frameLines(frames: readonly string[], above: readonly string[] = []): string[] {
  let own = frames.length
  for (let behind = 1; own > 0 && frames[own - 1] === above.at(-behind); behind++) own--
  const shown: string[] = []
  let folded = 0
  const fold = (): void => {
    if (folded > 0) shown.push(`… ${folded} ${folded === 1 ? 'frame' : 'frames'} of heartwood and node`)
    folded = 0
  }
  for (const frame of frames.slice(0, own)) {
    const text = frame.trim()
    if (isInside(text)) folded++
    else {
      fold()
      shown.push(fromSource(text))
    }
  }
  fold()
  if (own < frames.length) shown.push('… from there on as above')
  return shown
}

function isInside(frame: string): boolean {
  if (frame.includes('node:')) return true
  const href = hrefOf(FRAME.exec(frame)?.[2])
  const ours = codeAddress()
  return href !== undefined && ours !== undefined && href.startsWith(ours)
}

function fromSource(frame: string): string {
  const [, before = '', path, line, column, after = ''] = FRAME.exec(frame) ?? []
  const href = hrefOf(path)
  if (href === undefined) return frame
  const source = sourceOf({ href, line: Number(line), column: Number(column) })
  try {
    return `${before}${shortPath(source.href)}:${source.line}:${source.column}${after}`
  } catch {
    // The address is no file, such as `webpack://…`.
    return frame
  }
}

function hrefOf(path: string | undefined): string | undefined {
  if (path === undefined) return undefined
  return path.startsWith('file:') ? path : pathToFileURL(path).href
}
