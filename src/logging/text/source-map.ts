/**
 * Maps a place in compiled code to its place in the source, by the source map beside the file. It is used only for stacks that people
 * read: Node's own mapping (`--enable-source-maps`) makes every access to a stack expensive.
 */
import { readFileSync, statSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

export interface SourcePlace {
  readonly href: string
  readonly line: number
  readonly column: number
}

/** The most files that are read, and the most bytes of each: a stack is a text, and may name any file. */
const MOST_FILES = 500
const LARGEST = 20 * 1024 * 1024

const REFERENCE = /\/\/# sourceMappingURL=([^\s'"]+)\s*$/

const maps = new Map<string, SourceMap | undefined>()

/** The source of a place; the place itself if there is no map. */
export function sourceOf(place: SourcePlace): SourcePlace {
  try {
    const found = mapOf(place.href)?.findEntry(place.line - 1, place.column - 1)
    if (found === undefined || !('originalSource' in found)) return place
    const href = new URL(found.originalSource, place.href).href
    return { href, line: found.originalLine + 1, column: found.originalColumn + 1 }
  } catch {
    // The map cannot be read.
    return place
  }
}

function mapOf(href: string): SourceMap | undefined {
  if (!maps.has(href) && maps.size < MOST_FILES) {
    // Set before the reading, so that a map that cannot be read is not tried again.
    maps.set(href, undefined)
    maps.set(href, readMap(href))
  }
  return maps.get(href)
}

function readMap(href: string): SourceMap | undefined {
  if (!/\.[cm]?js$/.test(href)) return undefined
  const [, reference] = REFERENCE.exec(textOf(href) ?? '') ?? []
  if (reference === undefined) return undefined
  const base = new URL(reference, href)
  const text = base.protocol === 'data:' ? dataOf(base.href) : textOf(base.href)
  if (text === undefined) return undefined
  const map = new SourceMap(JSON.parse(text))
  const { sources, sourceRoot = '' } = map.payload
  // Node leaves the paths as they are written, relative to the map.
  const root = sourceRoot === '' || sourceRoot.endsWith('/') ? sourceRoot : `${sourceRoot}/`
  const from = base.protocol === 'data:' ? href : base.href
  return new SourceMap({
    ...map.payload,
    sourceRoot: '',
    sources: sources.map((source) => new URL(root + source, from).href),
  })
}

/** The text of a regular local file that is not too large. */
function textOf(href: string): string | undefined {
  const path = fileURLToPath(href)
  if (pathToFileURL(path).host !== '') return undefined
  const found = statSync(path, { throwIfNoEntry: false })
  return found?.isFile() === true && found.size <= LARGEST ? readFileSync(path, 'utf8') : undefined
}

function dataOf(href: string): string | undefined {
  const [, kind = '', data = ''] = /^data:([^,]*),(.*)$/s.exec(href) ?? []
  return kind.endsWith(';base64') ? Buffer.from(data, 'base64').toString() : decodeURIComponent(data)
}
