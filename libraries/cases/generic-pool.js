import { EventEmitter } from 'node:events'
import { createPool } from 'generic-pool'
import { lost } from '../lost.js'

class Connection extends EventEmitter {
  ask(answer) {
    setImmediate(answer)
  }
}
export const open = () =>
  createPool(
    { create: async () => new Connection(), destroy: async () => {} },
    { max: 1, acquireTimeoutMillis: 2_000 },
  )
export const use = (pool) => pool.use((connection) => new Promise((resolve) => connection.ask(resolve)))
export const close = (pool) => pool.drain()
export const failures = {
  callback: (pool) => void pool.use(async (connection) => connection.ask(lost)),
  listener: (pool) =>
    void pool.use(async (connection) => {
      connection.once('asked', lost)
      connection.emit('asked')
    }),
  rejection: (pool) => void pool.use(async () => lost()),
  'death with the connection taken': (pool) => {
    pool.use(() => new Promise(() => {})).catch(() => {})
    setImmediate(lost)
  },
}
