import { Kernel } from 'heartwood'
import { VirtualClock } from 'heartwood/testing'
import { expect, it } from 'vitest'
import { Timeline } from '../../src/observer/timeline.js'

it('a list of large reports has the newest whole, and an end', async () => {
  const clock = new VirtualClock()
  const timeline = new Timeline(new Kernel({ clock }), () => {})
  for (let second = 0; second < 5; second++) {
    for (let nth = 0; nth < 50; nth++) {
      const lines = Array.from({ length: 20 }, () => 'x'.repeat(1_000))
      timeline.note({ level: 'error', kind: 'crash', message: 'crashed', state: lines } as never)
    }
    await clock.advance(1_000)
  }
  const events = timeline.list(1_000)
  expect(events).toHaveLength(250)
  expect(JSON.stringify(events).length).toBeLessThan(1_200_000)
  expect(events[0]?.report).toHaveProperty('state')
  const oldest = events.at(-1)
  expect(oldest?.report).toEqual({ note: expect.stringContaining('ask for this event alone') })
  const [alone] = timeline.list(1, (oldest?.seq ?? 0) + 1)
  expect(alone).toMatchObject({ seq: oldest?.seq, report: { state: expect.anything() } })
})
