import { MongoClient } from 'mongodb'
import { lost } from '../lost.js'

export const server = 'mongodb'
export const open = (port) =>
  new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
    serverApi: '1',
    monitorCommands: true,
    maxPoolSize: 1,
  })
const rows = (client) => client.db('shop').collection('orders').find({})
export const use = (client) => rows(client).toArray()
export const close = (client) => client.close()
export const failures = {
  callback: (client) => void rows(client).map(lost).toArray(),
  listener: async (client) => {
    client.once('commandSucceeded', lost)
    await rows(client).toArray()
  },
  'listener of a stream': (client) => rows(client).stream().on('data', lost),
  rejection: async (client) => {
    for await (const _ of rows(client)) lost()
  },
}
