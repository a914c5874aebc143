import { Call, exit, GenServer, sleep, spawn, start } from 'heartwood'
import { type Coverage, explore } from 'heartwood/testing'
import { expect, it } from 'vitest'
import { failureOf } from './world.js'

@GenServer()
class Desk {
  @Call() open(by: string): string {
    return by
  }
}

async function fire(): Promise<void> {
  const desk = await start(Desk)
  const guests = ['ada', 'bob'].map((name) => spawn(() => desk.call.open(name), { label: 'guest' }))
  for (const guest of guests) spawn(() => exit(guest, 'kill'), { label: 'fire' })
  await sleep(1)
}

it('a search reports what its runs came to, when it is asked to', async () => {
  const { coverage, runs } = await explore({ runs: 100, coverage: true }, fire)
  expect(coverage?.steps.get('Desk starts')).toBe(runs)
  expect(coverage?.steps.get('Desk takes call open')).toBeLessThanOrEqual(runs)
  expect(coverage?.steps.has('guest goes on with an answer of Desk')).toBe(true)
  expect(coverage?.faults.get('guest: killed')).toBeGreaterThan(0)
  expect(coverage?.faults.get('guest: killed')).toBeLessThan(runs)
  expect((await explore({ runs: 1 }, fire)).coverage).toBeUndefined()
})

it('also one that fails', async () => {
  const failing = explore({ coverage: true }, async () => {
    await fire()
    throw new Error('always')
  })
  const { details } = await failureOf(failing)
  expect((details.coverage as Coverage).steps.get('Desk starts')).toBe(1)
})
