import type { Pid } from 'heartwood'
import { PubSub, receive, self, send, spawn } from 'heartwood'
import type { Bug } from './bug.js'

async function reader(bus: PubSub, ready: Pid | undefined, done: Pid): Promise<void> {
  bus.subscribe('news')
  if (ready !== undefined) send(ready, 'subscribed')
  await receive((message: unknown) => message === 'extra')
  send(done, 'read')
}

export const missedSubscriber: Bug = {
  name: 'published before the subscriber was there',
  story: 'A reader subscribes while the first news goes out; if it comes too late, it waits for ever.',

  async broken() {
    const bus = new PubSub('bus')
    await bus.startLink()
    const main = self()
    spawn(() => reader(bus, undefined, main), { label: 'reader' })
    spawn(() => bus.broadcast('news', 'extra'), { label: 'paper' })
    await receive((message: unknown) => message === 'read')
  },

  async fixed() {
    const bus = new PubSub('bus')
    await bus.startLink()
    const main = self()
    spawn(() => reader(bus, main, main), { label: 'reader' })
    await receive((message: unknown) => message === 'subscribed')
    spawn(() => bus.broadcast('news', 'extra'), { label: 'paper' })
    await receive((message: unknown) => message === 'read')
  },
}
