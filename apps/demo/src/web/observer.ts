import type { FastifyInstance } from 'fastify'
import { createObserver, type Observer } from 'heartwood/observer'
import type { OperatorAccess } from './access.js'

/** Where Pulse can be looked into. */
const PREFIX = '/observer'

/** The observer for whoever is the operator; none where the operator's view is closed. */
export function observerFor(operator: OperatorAccess): Observer | undefined {
  if (operator === 'closed') return undefined
  return createObserver({
    prefix: PREFIX,
    ...(operator === 'open' ? { reading: 'open' } : { reading: 'token', token: operator.token }),
  })
}

/** Has the observer answer all below its prefix. */
export function serveObserver(app: FastifyInstance, observer: Observer): void {
  for (const path of [PREFIX, `${PREFIX}/*`]) {
    app.all(path, (request, reply) => {
      reply.hijack()
      observer.handle(request.raw, reply.raw, request.body)
    })
  }
}
