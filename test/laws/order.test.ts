import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  alias,
  exit,
  isExit,
  on,
  type Pid,
  processInfo,
  receive,
  register,
  self,
  send,
  sleep,
  spawn,
  trapExit,
} from '../../src/kernel/index.js'
import { world } from '../kernel/world.js'
import { ShuffledScheduler } from './shuffled.js'

/** What one sender does, step by step: send to the receiver of that index in that way, or let others run. */
const step = fc.oneof(
  fc.record({ to: fc.nat(2), way: fc.constantFrom('pid', 'name', 'alias', 'exit' as const) }),
  fc.constant('rest' as const),
)
const programs = fc.array(fc.array(step, { maxLength: 20 }), { minLength: 1, maxLength: 5 })

describe('the order of signals', () => {
  it('is first in, first out between any two processes, by every way of sending, in any order of turns', async () => {
    await fc.assert(
      fc.asyncProperty(programs, fc.integer(), async (senders, seed) => {
        const { kernel } = world({ scheduler: new ShuffledScheduler(seed) })
        const sent = new Map<string, number[]>()
        const got = new Map<string, number[]>()
        const note = (log: Map<string, number[]>, from: number, to: number, n: number): void => {
          const key = `${from}→${to}`
          log.set(key, [...(log.get(key) ?? []), n])
        }
        await kernel.run(async () => {
          const addresses: { pid: Pid; name: string; alias: ReturnType<typeof alias> }[] = []
          for (let to = 0; to < 3; to++) {
            const name = `receiver${to}`
            spawn(async () => {
              trapExit(true)
              register(name, self())
              addresses[to] = { pid: self(), name, alias: alias() }
              for (;;) {
                const message = await receive()
                const { from, n } = (isExit(message) ? message.reason : message) as {
                  from: number
                  n: number
                }
                note(got, from, to, n)
              }
            })
          }
          await kernel.settled()
          senders.forEach((steps, from) => {
            spawn(async () => {
              for (const [n, act] of steps.entries()) {
                if (act === 'rest') {
                  await receive({ timeout: 0 })
                  await sleep(0)
                  continue
                }
                const address = addresses[act.to] as (typeof addresses)[number]
                note(sent, from, act.to, n)
                if (act.way === 'exit') exit(address.pid, { from, n })
                else send(address[act.way], { from, n })
              }
            })
          })
          await kernel.settled()
        })
        expect(got).toEqual(sent)
      }),
      { numRuns: 200 },
    )
  })
})

/** One thing done to a mailbox. Messages are small numbers so that patterns often match. */
const act = fc.oneof(
  { weight: 4, arbitrary: fc.record({ send: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ take: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ takeOf: fc.uniqueArray(fc.nat(5), { minLength: 1, maxLength: 3 }) }) },
  { weight: 1, arbitrary: fc.constant({ any: true as const }) },
  { weight: 1, arbitrary: fc.record({ fails: fc.nat(5) }) },
)

describe('a mailbox', () => {
  it('loses and doubles no message, and keeps the order of what a receive skips', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 60 }), fc.integer(), async (acts, seed) => {
        const { kernel } = world({ scheduler: new ShuffledScheduler(seed) })
        const model: { value: number; id: number }[] = []
        const takeFirst = (fits: (value: number) => boolean): number | undefined => {
          const at = model.findIndex(({ value }) => fits(value))
          return at < 0 ? undefined : model.splice(at, 1)[0]?.id
        }
        let id = 0
        const idOf = (message: unknown): number | undefined => (message as { id: number } | undefined)?.id
        await kernel.run(async () => {
          for (const it of acts) {
            if ('send' in it) {
              const message = { value: it.send, id: id++ }
              model.push(message)
              send(self(), message)
            } else if ('take' in it) {
              const taken = await receive({ value: it.take }, { timeout: 0 })
              expect(idOf(taken)).toBe(takeFirst((value) => value === it.take))
            } else if ('takeOf' in it) {
              const clauses = it.takeOf.map((value, clause) =>
                on({ value }, (message) => ({ id: message.id as number, clause })),
              )
              const taken = await receive(clauses, { timeout: 0 })
              expect(taken?.id).toBe(takeFirst((value) => it.takeOf.includes(value)))
            } else if ('any' in it) {
              expect(idOf(await receive({ timeout: 0 }))).toBe(takeFirst(() => true))
            } else {
              const failing = receive(
                (message: { value: number }) => {
                  if (message.value === it.fails) throw new Error('matcher')
                  return false
                },
                { timeout: 0 },
              )
              await (model.some(({ value }) => value === it.fails)
                ? expect(failing).rejects.toThrow('matcher')
                : failing)
            }
            expect(processInfo(self(), 'messages')).toEqual(model)
          }
        })
      }),
      { numRuns: 300 },
    )
  })

  it('gives every message to exactly one of several receives that wait at once', async () => {
    const waits = fc.array(fc.option(fc.nat(3), { nil: undefined }), { minLength: 1, maxLength: 6 })
    const sends = fc.array(fc.nat(3), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(waits, sends, fc.boolean(), fc.integer(), async (patterns, values, early, seed) => {
        const { kernel, clock } = world({ scheduler: new ShuffledScheduler(seed) })
        const messages = values.map((value, n) => ({ value, n }))
        const got: unknown[] = []
        let left: unknown[] = []
        await kernel.run(async () => {
          if (early) for (const message of messages) send(self(), message)
          const waiting = patterns.map((value) =>
            receive(value === undefined ? () => true : { value }, { timeout: 10 }).then((it) => got.push(it)),
          )
          const main = self()
          if (!early)
            spawn(() => {
              for (const message of messages) send(main, message)
            })
          await clock.advance(10)
          await Promise.all(waiting)
          left = processInfo(self(), 'messages') ?? []
        })
        const taken = got.filter((it) => it !== undefined)
        expect(got.length).toBe(patterns.length)
        expect([...taken, ...left].map((it) => (it as { n: number }).n).sort((a, b) => a - b)).toEqual(
          messages.map(({ n }) => n),
        )
      }),
      { numRuns: 200 },
    )
  })
})
