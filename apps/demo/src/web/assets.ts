import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'

const FILES: Readonly<Record<string, string>> = {
  'pulse.css': 'text/css; charset=utf-8',
  'pulse.js': 'text/javascript; charset=utf-8',
  'favicon.svg': 'image/svg+xml',
}

/** Serves the page's style, script and icon out of memory. */
export function serveAssets(app: FastifyInstance): void {
  for (const [name, type] of Object.entries(FILES)) {
    // Two folders up from here lies the package, for the sources as for what is built of them.
    const content = readFileSync(new URL(`../../public/${name}`, import.meta.url))
    const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`
    app.get(`/${name}`, (request, reply) => {
      reply.header('etag', etag).header('cache-control', 'no-cache')
      if (request.headers['if-none-match'] === etag) return reply.code(304).send()
      return reply.type(type).send(content)
    })
  }
}
