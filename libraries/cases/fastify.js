import Fastify from 'fastify'
import { ask } from '../ask.js'
import { lost } from '../lost.js'
import { Routes } from '../routes.js'

export const open = async () => {
  const app = Fastify()
  const routes = new Routes()
  app.get('/:key', (request, reply) => routes.handle(request.params.key, request, reply))
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { app, routes, port: app.server.address().port }
}
const route = (thing, key, handler) => {
  thing.routes.set(key, handler)
  return ask(thing.port, `/${key}`)
}
export const use = (thing) => route(thing, 'use', async () => 'here')
export const close = ({ app }) => app.close()
const failing = (handler) => (thing) => void route(thing, 'fail', handler).catch(() => {})
export const failures = {
  callback: failing((_request, reply) => {
    reply.send('x')
    setImmediate(lost)
  }),
  listener: failing((_request, reply) => {
    reply.raw.on('finish', lost)
    reply.send('x')
  }),
  rejection: failing(async () => {
    void Promise.resolve().then(lost)
    return 'x'
  }),
}
