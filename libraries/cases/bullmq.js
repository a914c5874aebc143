import * as bullmq from 'bullmq'
import { lost } from '../lost.js'

export const server = 'redis'
export const open = (port) => {
  const connection = { host: '127.0.0.1', port }
  return { queue: new bullmq.Queue('work', { connection }), Worker: bullmq.Worker, connection }
}
export const use = async ({ queue }) => (await queue.add('job', {})).id
export const close = async ({ queue }) => {
  await queue.obliterate({ force: true })
  await queue.close()
}
export const failures = {
  listener: async ({ queue }) => {
    queue.once('waiting', lost)
    await queue.add('job', {})
  },
  'callback, of what processes a job': ({ Worker, connection }) => {
    new Worker('work', async () => void setImmediate(lost), { connection })
  },
  rejection: async ({ queue }) => {
    await queue.add('job', {})
    lost()
  },
}
