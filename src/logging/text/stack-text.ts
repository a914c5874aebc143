/** The frames of a stack as people read them: from the source, without those of Node and Heartwood. */
import { pathToFileURL } from 'node:url'
import { codeAddress, shortPath } from '../../kernel/index.js'
import { sourceOf } from './source-map.js'

/** `at name (file:///path:1:2)`, `at async name (/path:1:2)`, `at file:///path:1:2`. */
const FRAME = /^(at (?:async )?(?:.*? \()?)((?:file:\/\/|\/|[A-Za-z]:\\).*?):(\d+):(\d+)(\)?)$/

/**
 * Lines for the frames of a stack. Frames of Node and Heartwood are counted, and so are those that the stack above, of the
 * error that this is the cause of, ends with as well.
 *
 * @param frames as V8 writes them, each on one line
 * @param above the frames of the error that this one is behind
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
    // The address of no file here, as `webpack://…`.
    return frame
  }
}

function hrefOf(path: string | undefined): string | undefined {
  if (path === undefined) return undefined
  return path.startsWith('file:') ? path : pathToFileURL(path).href
}
