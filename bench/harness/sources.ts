/** From a place in a bundled module to the source that it was made of, by the source map beside the module. */
import { existsSync, readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Frame } from './profile-groups.js'

const maps = new Map<string, SourceMap | undefined>()

/** The frame as it stands in its source; the same frame where there is no source map. */
export function inSource(frame: Frame): Frame {
  const { url, lineNumber, columnNumber } = frame
  if (!url.startsWith('file:') || lineNumber === undefined || columnNumber === undefined) return frame
  const entry = mapOf(url)?.findEntry(lineNumber, columnNumber)
  if (entry === undefined || !('originalSource' in entry)) return frame
  return { ...frame, url: new URL(entry.originalSource, url).href }
}

function mapOf(url: string): SourceMap | undefined {
  if (!maps.has(url)) {
    const path = fileURLToPath(`${url}.map`)
    maps.set(url, existsSync(path) ? new SourceMap(JSON.parse(readFileSync(path, 'utf8'))) : undefined)
  }
  return maps.get(url)
}
