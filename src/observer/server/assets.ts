/** The page, built by Vite: a few files, read once. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { packageFolder } from '../../kernel/index.js'
import { observerError } from '../errors.js'

/** Where the build puts it; undefined in a bundle, which has no page. */
export function pageFolder(): string | undefined {
  const home = packageFolder()
  return home === undefined ? undefined : fileURLToPath(new URL('dist/observer/page/', home))
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

interface Asset {
  readonly type: string
  readonly content: Buffer
  readonly compressed: Buffer
}

/** The files of the page, by their paths below it. */
export class Assets {
  #files: ReadonlyMap<string, Asset> | undefined

  constructor(private readonly folder = pageFolder()) {}

  get areThere(): boolean {
    return this.folder !== undefined && existsSync(this.folder)
  }

  /** @returns false when there is no such file @throws OBSERVER_PAGE_MISSING when there is no page at all */
  serve(path: string, request: IncomingMessage, response: ServerResponse): boolean {
    const file = this.#all().get(path === '' ? 'index.html' : path)
    if (file === undefined && path === '') throw observerError('OBSERVER_PAGE_MISSING')
    if (file === undefined) return false
    const zipped = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
    const body = zipped ? file.compressed : file.content
    response.setHeader('content-type', file.type)
    response.setHeader('content-length', body.length)
    response.setHeader('vary', 'accept-encoding')
    if (zipped) response.setHeader('content-encoding', 'gzip')
    // What the build gives a name with a hash never changes; the page itself names them.
    response.setHeader(
      'cache-control',
      path.startsWith('assets/') ? 'max-age=31536000, immutable' : 'no-cache',
    )
    response.end(request.method === 'HEAD' ? undefined : body)
    return true
  }

  #all(): ReadonlyMap<string, Asset> {
    if (this.#files !== undefined) return this.#files
    const { folder } = this
    if (folder === undefined || !existsSync(folder)) return new Map()
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    const files = names.map((name) => name.replaceAll('\\', '/')).filter((name) => extname(name) in TYPES)
    this.#files = new Map(files.map((name) => [name, assetAt(join(folder, name))]))
    return this.#files
  }
}

function assetAt(file: string): Asset {
  const content = readFileSync(file)
  return { type: TYPES[extname(file)] ?? '', content, compressed: gzipSync(content, { level: 9 }) }
}
