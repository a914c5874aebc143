import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cancelTimer, type Reference, readTimer, receive, self, sendAfter } from '../../src/kernel/index.js'
import { drain, world } from '../kernel/world.js'

/** Mostly near, sometimes on the edges of the wheel's levels, sometimes far. */
const distance = fc.oneof(
  fc.nat(40),
  fc.nat(3_000),
  fc.constantFrom(31, 32, 33, 1_023, 1_024, 1_025, 32_767, 32_768, 32_769),
  fc.nat(5_000_000),
)

const act = fc.oneof(
  { weight: 4, arbitrary: fc.record({ set: distance }) },
  { weight: 2, arbitrary: fc.record({ cancel: fc.nat(40) }) },
  { weight: 3, arbitrary: fc.record({ wait: distance }) },
)

describe('timers', () => {
  it('fire once, at their time, earlier ones first and equal ones in the order they were set', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 60 }), async (acts) => {
        const { kernel, clock } = world()
        await kernel.run(async () => {
          const timers: Reference[] = []
          let pending: { at: number; id: number }[] = []
          for (const it of acts) {
            if ('set' in it) {
              const id = timers.length
              timers.push(sendAfter(it.set, self(), id))
              pending.push({ at: kernel.now() + it.set, id })
            } else if ('cancel' in it) {
              const timer = timers[it.cancel]
              if (timer === undefined) continue
              const open = pending.find(({ id, at }) => id === it.cancel && at > kernel.now())
              const left = open === undefined ? false : open.at - kernel.now()
              expect(readTimer(timer)).toBe(left)
              expect(cancelTimer(timer)).toBe(left)
              if (open !== undefined) pending = pending.filter((one) => one !== open)
            } else await clock.advance(it.wait)
            const due = pending.filter(({ at }) => at <= kernel.now())
            pending = pending.filter(({ at }) => at > kernel.now())
            due.sort((a, b) => a.at - b.at || a.id - b.id)
            // Those of 0 ms are here before time moves; the others came in the order of their times.
            const immediate = 'set' in it && it.set === 0
            expect(await drain()).toEqual(immediate ? [timers.length - 1] : due.map(({ id }) => id))
            expect(kernel.timers.size).toBe(pending.length)
          }
        })
      }),
      { numRuns: 300 },
    )
  })

  it('end a receive at its time, and not when a message came first', async () => {
    const waits = fc.array(
      fc.record({ timeout: fc.nat(200), message: fc.option(fc.nat(200), { nil: undefined }) }),
      {
        maxLength: 20,
      },
    )
    await fc.assert(
      fc.asyncProperty(waits, async (rounds) => {
        const { kernel, clock } = world()
        await kernel.run(async () => {
          for (const { timeout, message } of rounds) {
            const start = kernel.now()
            if (message !== undefined) sendAfter(message, self(), 'here')
            const waiting = receive('here', { timeout, onTimeout: () => 'late' as const }).then((it) => [
              it,
              kernel.now() - start,
            ])
            await clock.advance(400)
            // A message of the very millisecond of the timeout was set first, so it fires first.
            const inTime = message !== undefined && message <= timeout
            expect(await waiting).toEqual(inTime ? ['here', message] : ['late', timeout])
            expect(await drain()).toEqual(message !== undefined && !inTime ? ['here'] : [])
          }
        })
      }),
      { numRuns: 100 },
    )
  })
})
