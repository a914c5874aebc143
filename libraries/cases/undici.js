import { Pool } from 'undici'
import { lost } from '../lost.js'

export const server = 'http'
export const open = (port) => new Pool(`http://127.0.0.1:${port}`, { connections: 1 })
const request = { path: '/', method: 'GET' }
export const use = async (pool) => (await pool.request(request)).body.text()
export const close = (pool) => pool.destroy()
export const failures = {
  callback: (pool) => pool.request(request, lost),
  listener: async (pool) => {
    const { body } = await pool.request(request)
    body.on('data', lost)
  },
  'handler of a class': (pool) => {
    class Handler {
      onRequestStart() {}
      onResponseStart() {}
      onResponseData() {
        setImmediate(lost)
      }
      onResponseEnd() {}
      onResponseError() {}
    }
    pool.dispatch(request, new Handler())
  },
  rejection: async (pool) => {
    await (await pool.request(request)).body.text()
    lost()
  },
}
