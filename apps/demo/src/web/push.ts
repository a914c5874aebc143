import type { FastifyInstance } from 'fastify'
import type { WebPorts } from './ports.js'

/** The longest message that a target may send of itself. */
const MESSAGE_LIMIT = 200

type Given = string | readonly string[]

/** Where targets tell that they are well. A word counts whatever body comes with it, of whatever kind: nothing of it is read. */
export function servePush(app: FastifyInstance, ports: Pick<WebPorts, 'beat'>): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, payload, done) => {
      payload.resume()
      done(null)
    })
    scope.route<{ Params: { token: string }; Querystring: { status?: Given; message?: Given } }>({
      method: ['GET', 'POST'],
      url: '/api/push/:token',
      handler: async ({ params: { token }, query }, reply) => {
        const [said = 'up', message] = [first(query.status), first(query.message)]
        if (said !== 'up' && said !== 'down') {
          return reply.code(400).send({ error: `status is "${said}"; expected "up" or "down"` })
        }
        if (ports.beat(token, said === 'up', message?.slice(0, MESSAGE_LIMIT))) return { ok: true }
        return reply.code(404).send({ error: 'no target has this token' })
      },
    })
  })
}

const first = (given: Given | undefined): string | undefined =>
  given === undefined || typeof given === 'string' ? given : given[0]
