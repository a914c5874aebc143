import type { FastifyInstance } from 'fastify'
import { createObserver, type Observer } from 'heartwood/observer'
import type { OperatorAccess, OperatorGate } from './access.js'

/** Where Pulse can be looked into. */
const PREFIX = '/observer'

/** The observer for whoever is the operator; none where the operator's view is closed. */
export function observerFor(operator: OperatorAccess): Observer | undefined {
  if (operator === 'closed') return undefined
  return createObserver({ prefix: PREFIX, reading: 'token', token: operator.token })
}

/** What an observer has of Pulse's web server: the gate that its API stands behind, and the token for whoever passed it. */
export interface ObserverGuard {
  readonly gate: OperatorGate
  readonly token: string
}

/** Has the observer answer all below its prefix. Its page is open, and asks for the token itself. */
export function serveObserver(
  app: FastifyInstance,
  observer: Observer,
  { gate, token }: ObserverGuard,
): void {
  for (const path of [PREFIX, `${PREFIX}/*`]) {
    app.all(path, async (request, reply) => {
      // Whoever gives no token is asked for it by the observer's own page.
      if (request.headers.authorization !== undefined) {
        if (await gate.refuse(request, reply)) return reply
        // Whoever has given it as a password to the operator's view is not asked for it again.
        request.raw.headers.authorization = `Bearer ${token}`
      }
      reply.hijack()
      observer.handle(request.raw, reply.raw, request.body)
      return reply
    })
  }
}
