import { once } from 'node:events'
import { Writable } from 'node:stream'
import express from 'express'
import { ask } from '../ask.js'
import { lost } from '../lost.js'

export const open = async () => {
  const app = express()
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { app, server, port: server.address().port, routes: 0 }
}
export const use = async (thing) => {
  const path = `/use/${++thing.routes}`
  thing.app.get(path, async (_request, response) => response.send('here'))
  return ask(thing.port, path)
}
export const close = ({ server }) => server.close()
const failing = (handler) => (thing) => {
  const path = `/fail/${++thing.routes}`
  thing.app.get(path, handler)
  ask(thing.port, path).catch(() => {})
}
export const failures = {
  callback: failing((_request, response) => response.send('x', setImmediate(lost))),
  listener: failing((_request, response) => {
    response.on('finish', lost)
    response.send('x')
  }),
  'stream that a request is piped into': failing((request, response) => {
    request.pipe(new Writable({ final: () => setImmediate(lost) }))
    response.send('x')
  }),
  rejection: failing((_request, response) => {
    response.send('x')
    void Promise.resolve().then(lost)
  }),
}
