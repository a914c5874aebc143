import http from 'node:http'
import got from 'got'
import { lost } from '../lost.js'

export const server = 'http'
export const open = (port) =>
  got.extend({
    prefixUrl: `http://127.0.0.1:${port}`,
    retry: { limit: 0 },
    agent: { http: new http.Agent({ keepAlive: true, maxSockets: 1 }) },
  })
export const use = (client) => client('').text()
export const failures = {
  callback: (client) => {
    const hook = (response) => {
      setImmediate(lost)
      return response
    }
    void client('', { hooks: { afterResponse: [hook] } }).text()
  },
  listener: (client) => client.stream('').on('data', lost),
  rejection: async (client) => {
    await client('').text()
    lost()
  },
}
