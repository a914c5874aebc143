import { began, perOperation, type Sample } from '../harness/sample.js'
import { Cell } from './cell.js'
import { inContext } from './context.js'
import { inTurns, Queue } from './queue.js'

interface Message {
  readonly method: 'expect'
  readonly args: [by: number, expected: number, done: (seen: number) => void]
}

/** A message made and queued; a drain in a microtask, which calls the method that each names. */
export function work(size: number): Promise<Sample> {
  return inContext(async () => {
    const cell = new Cell()
    const queue = new Queue<Message>()
    const now = Promise.resolve()
    let scheduled = false
    const drain = (): void => {
      for (let message = queue.shift(); message !== undefined; message = queue.shift())
        cell[message.method](...message.args)
      scheduled = false
    }
    const send = (message: Message): void => {
      queue.push(message)
      if (scheduled) return
      scheduled = true
      void now.then(drain)
    }
    let done: (seen: number) => void = () => {}
    const counted = new Promise<number>((resolve) => {
      done = resolve
    })
    const start = began()
    await inTurns(size, () => send({ method: 'expect', args: [1, size, done] }))
    return perOperation(start, await counted)
  })
}
