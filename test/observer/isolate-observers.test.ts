/** What the observer asks of the threads and programs of isolated servers. */
import { Kernel, start } from 'heartwood'
import { VirtualClock } from 'heartwood/testing'
import { expect, it } from 'vitest'
import { isolateBegins } from '../../src/isolation/running-isolates.js'
import { IsolateObservers } from '../../src/observer/isolated/isolate-observers.js'

it('asks one that does not answer no more than eight times', async () => {
  const clock = new VirtualClock()
  const kernel = new Kernel({ clock, report: () => {} })
  let asked = 0
  const silent = {
    init: () => ({ state: 0 }),
    handleCall: () => {
      asked++
      return { state: 0 }
    },
  }
  const server = await kernel.run(() => start(silent))
  const extensions = { post: (extension: { heard(news: unknown): void }) => extension.heard(server) }
  isolateBegins(kernel, { name: 'Silent', node: 'there', server, extensions } as never)
  const observers = new IsolateObservers(kernel)
  for (let look = 0; look < 20; look++) {
    const answer = observers.ask('there', '1', () => 'tree')
    await kernel.settled()
    await clock.jump()
    expect(await answer).toBeUndefined()
  }
  expect(asked).toBe(8)
})
