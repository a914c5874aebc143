import type { FastifyReply } from 'fastify'
import { documentOf } from './document.js'
import { html } from './html.js'

/** What went wrong, for whoever asked: a page for a browser that wants one, JSON for a program. */
export function answerError(reply: FastifyReply, status: number, error: string): FastifyReply {
  reply.code(status)
  if (!reply.request.headers.accept?.includes('text/html')) return reply.send({ error })
  const [title, hint] =
    status === 404
      ? ['There is no such page', html`<a href="/">All targets</a>`]
      : ['Pulse is busy', 'This page looks again in a few seconds.']
  const content = html`<main id="live" data-refresh="5">
<h1>${title}</h1>
<p>${error}</p>
<p>${hint}</p>
</main>`
  return reply.type('text/html; charset=utf-8').send(documentOf({ title, view: 'target', content }).text)
}

/** Too many ask for it: who comes again is served. */
export function answerBusy(reply: FastifyReply, error: string): FastifyReply {
  return answerError(reply.header('retry-after', '2'), 503, error)
}
