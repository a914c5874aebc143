import { Writable } from 'node:stream'
import { Redis } from 'ioredis'
import { lost } from '../lost.js'

export const server = 'redis'
export const open = (port) => new Redis({ host: '127.0.0.1', port, lazyConnect: true })
export const use = (redis) => redis.multi().set('key', 1).get('key').exec()
export const close = (redis) => redis.disconnect()
export const failures = {
  callback: (redis) => redis.get('key', lost),
  listener: async (redis) => {
    const reader = redis.duplicate()
    reader.on('message', lost)
    await reader.subscribe('news')
    await redis.publish('news', 'x')
  },
  'stream that keys are piped into': (redis) => {
    redis.scanStream().pipe(new Writable({ objectMode: true, write: () => setImmediate(lost) }))
  },
  rejection: async (redis) => {
    await redis.get('key')
    lost()
  },
}
