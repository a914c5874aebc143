/** A thread without Heartwood: what the same costs at least. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

const SOURCE = `
const { parentPort } = require('node:worker_threads')
let count = 0
parentPort.on('message', (message) => {
  if (message.batch === undefined) { parentPort.postMessage([message[0], (count += message[3].args[0])]); return }
  for (const each of message.batch) count += each[1].args[0]
  if (count >= message.expected) { parentPort.postMessage(count); count = 0 }
})`

/** The same message as a call of `add` has, there and back. */
export async function bareThread(): Promise<{
  pingPong: (times: number, inFlight: number) => Promise<void>
  batches: (times: number, batch: number) => Promise<void>
  end: () => Promise<unknown>
}> {
  const worker = new Worker(SOURCE, { eval: true })
  await once(worker, 'online')
  return {
    pingPong: (times, inFlight) =>
      new Promise((resolve) => {
        let sent = 0
        let back = 0
        const send = () => worker.postMessage([++sent, 7, 12, { method: 'add', args: [1] }])
        const heard = () => {
          back++
          if (sent < times) send()
          else if (back === times) {
            worker.off('message', heard)
            resolve()
          }
        }
        worker.on('message', heard)
        for (let i = 0; i < inFlight; i++) send()
      }),
    batches: (times, size) => {
      const done = once(worker, 'message')
      for (let sent = 0; sent < times; sent += size) {
        const batch = Array.from({ length: size }, () => [12, { method: 'count', args: [1] }])
        worker.postMessage({ batch, expected: times })
      }
      return done.then(() => {})
    },
    end: () => worker.terminate(),
  }
}
