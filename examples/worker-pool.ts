/** Ten workers and a queue: whoever is free asks for the next job. */
import { type Pid, receive, self, send, sleep, spawn } from 'heartwood'

async function worker(queue: Pid): Promise<void> {
  send(queue, { type: 'free', worker: self() })
  for (;;) {
    const { job } = await receive((message: { job: number }) => message.job !== undefined)
    await sleep(1 + (job % 5))
    send(queue, { type: 'done', job, result: job * job })
    send(queue, { type: 'free', worker: self() })
  }
}

const queue = self()
const workers = Array.from({ length: 10 }, () => spawn(() => worker(queue)))

for (let job = 1; job <= 100; job++) {
  const free = await receive((message: { type: string; worker: Pid }) => message.type === 'free')
  send(free.worker, { job })
}
let sum = 0
for (let done = 0; done < 100; done++) {
  sum += (await receive((message: { type: string; result: number }) => message.type === 'done')).result
}
console.log(`${workers.length} workers did 100 jobs; the sum of their results is ${sum}`)
