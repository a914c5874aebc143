import { GenServer, type Pid, PubSub, send, sleep, startLink } from 'heartwood'
import { began, perOperation, type Sample } from '../harness/sample.js'
import { counted, counter, pidOf, stopAll } from './servers.js'

const SUBSCRIBERS = 1_000
const bus = new PubSub<{ news: { news: number } }>('bench news')

@GenServer()
class Subscriber {
  #left = 0
  #counter!: Pid

  init({ times, counter }: { times: number; counter: Pid }): void {
    this.#left = times
    this.#counter = counter
    bus.subscribe('news')
  }

  handleInfo(): void {
    this.#left -= 1
    if (this.#left === 0) send(this.#counter, 'heard all')
  }
}

/** A thousand GenServers hear each message; `size` counts deliveries. */
export async function work(size: number): Promise<Sample> {
  const pid = await bus.startLink()
  const subscribers = Math.min(SUBSCRIBERS, size)
  const times = Math.floor(size / subscribers)
  const main = await counter(subscribers)
  const pids: Pid[] = []
  for (let i = 0; i < subscribers; i++)
    pids.push(pidOf(await startLink(Subscriber, { times, counter: main })))
  const start = began()
  for (let news = 0; news < times; news++) {
    bus.broadcast('news', { news })
    await sleep(0)
  }
  const sample = perOperation(start, (await counted()) * times)
  stopAll([...pids, pid])
  return sample
}
