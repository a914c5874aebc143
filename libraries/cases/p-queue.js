import PQueue from 'p-queue'
import { lost } from '../lost.js'

export const open = () => new PQueue({ concurrency: 1 })
export const use = (queue) => queue.add(async () => new Promise((resolve) => setImmediate(resolve)))
export const failures = {
  callback: (queue) => void queue.add(() => void setImmediate(lost)),
  listener: (queue) => {
    queue.once('idle', lost)
    void queue.add(() => {})
  },
  'rejection, of a task': (queue) => void queue.add(async () => lost()),
  'death with the queue full': (queue) => {
    for (let at = 0; at < 10; at++) queue.add(() => new Promise(() => {})).catch(() => {})
    setImmediate(lost)
  },
}
