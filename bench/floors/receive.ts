import { began, perOperation, type Sample } from '../harness/sample.js'
import { inContext } from './context.js'
import { inTurns, Queue } from './queue.js'

/** A queue whose `receive` returns a promise, and one function that awaits each message. */
export function work(size: number): Promise<Sample> {
  return inContext(async () => {
    const queue = new Queue<number>()
    let waiting: ((message: number) => void) | undefined
    const receive = (): Promise<number> => {
      const message = queue.shift()
      if (message !== undefined) return Promise.resolve(message)
      return new Promise((resolve) => {
        waiting = resolve
      })
    }
    const receiver = async (): Promise<number> => {
      let seen = 0
      for (; seen < size; seen++) await receive()
      return seen
    }
    const start = began()
    const received = receiver()
    await inTurns(size, (at) => {
      if (waiting === undefined) return queue.push(at)
      const wake = waiting
      waiting = undefined
      wake(at)
    })
    return perOperation(start, await received)
  })
}
