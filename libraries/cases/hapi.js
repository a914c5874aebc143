import Hapi from '@hapi/hapi'
import { ask } from '../ask.js'
import { lost } from '../lost.js'

export const open = async () => {
  const app = Hapi.server({ port: 0, host: '127.0.0.1' })
  await app.start()
  return { app, routes: 0 }
}
const route = (thing, handler) => {
  const path = `/${++thing.routes}`
  thing.app.route({ method: 'GET', path, handler })
  return ask(thing.app.info.port, path)
}
export const use = (thing) => route(thing, () => 'here')
export const close = ({ app }) => app.stop({ timeout: 100 })
const failing = (handler) => (thing) => void route(thing, handler)
export const failures = {
  callback: failing(() => {
    setImmediate(lost)
    return 'x'
  }),
  listener: (thing) => {
    thing.app.events.once('response', lost)
    void route(thing, () => 'x')
  },
  rejection: failing(() => {
    void Promise.resolve().then(lost)
    return 'x'
  }),
}
