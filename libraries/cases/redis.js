import { createClient } from 'redis'
import { lost } from '../lost.js'

export const server = 'redis'
export const open = (port) => createClient({ url: `redis://127.0.0.1:${port}` }).connect()
export const use = (redis) => redis.multi().set('key', '1').get('key').exec()
export const close = (redis) => redis.close()
export const failures = {
  listener: (redis) => {
    redis.on('end', () => {})
    redis.on('asked', lost)
    redis.emit('asked')
  },
  callback: async (redis) => {
    const reader = redis.duplicate()
    await reader.connect()
    await reader.subscribe('news', lost)
    await redis.publish('news', 'x')
  },
  rejection: async (redis) => {
    await redis.get('key')
    lost()
  },
}
