import { once } from 'node:events'
import Koa from 'koa'
import { ask } from '../ask.js'
import { lost } from '../lost.js'
import { Routes } from '../routes.js'

export const open = async () => {
  const app = new Koa()
  const routes = new Routes()
  app.use((context, next) => routes.handle(context.path, context, next))
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { app, routes, server, port: server.address().port }
}
const route = (thing, path, handler) => {
  thing.routes.set(path, handler)
  return ask(thing.port, path)
}
export const use = (thing) =>
  route(thing, '/use', async (context, next) => {
    await next()
    context.body = 'here'
  })
export const close = ({ server }) => server.close()
const failing = (handler) => (thing) => void route(thing, '/fail', handler).catch(() => {})
export const failures = {
  callback: failing((context) => {
    context.body = 'x'
    setImmediate(lost)
  }),
  listener: failing((context) => {
    context.body = 'x'
    context.res.on('finish', lost)
  }),
  'listener of the application': (thing) => {
    thing.app.once('error', lost)
    void route(thing, '/fail', (context) => context.throw(500)).catch(() => {})
  },
  rejection: failing((context) => {
    context.body = 'x'
    void Promise.resolve().then(lost)
  }),
}
