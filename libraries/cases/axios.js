import http from 'node:http'
import axios from 'axios'
import { lost } from '../lost.js'

export const server = 'http'
export const open = (port) =>
  axios.create({
    baseURL: `http://127.0.0.1:${port}`,
    httpAgent: new http.Agent({ keepAlive: true, maxSockets: 1 }),
  })
export const use = async (client) => (await client.get('/')).data
export const failures = {
  callback: (client) => void client.get('/', { transformResponse: [lost] }),
  listener: async (client) => {
    const { data } = await client.get('/', { responseType: 'stream' })
    data.on('data', lost)
  },
  rejection: async (client) => {
    await client('/')
    lost()
  },
}
