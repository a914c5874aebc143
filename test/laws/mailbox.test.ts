import fc from 'fast-check'
import { TestKernel } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'
import {
  type Callbacks,
  call,
  cast,
  receiveResponse,
  sendRequest,
  start,
  Task,
} from '../../src/genserver/index.js'
import {
  alias,
  cancelTimer,
  type MailboxPolicy,
  monitor,
  processInfo,
  receive,
  self,
  send,
  sendAfter,
  sendNosuspend,
  sleep,
  spawn,
  startTimer,
} from '../../src/kernel/index.js'
import { ProcessGroups, UniqueRegistry } from '../../src/registry/index.js'

/** What a process can ask for, or set itself; each of them brings exactly one message that carries its number, or no message. */
type Asked =
  | 'timer'
  | 'timer by name'
  | 'tagged timer'
  | 'cancelled timer'
  | 'task'
  | 'completed task'
  | 'request'
  | 'alias'
  | 'alias of a monitor'
  | 'monitor'
  | 'group'
  | 'listener'
  | 'late server'

const asked = fc.constantFrom<Asked>(
  'timer',
  'timer by name',
  'tagged timer',
  'cancelled timer',
  'task',
  'completed task',
  'request',
  'alias',
  'alias of a monitor',
  'monitor',
  'group',
  'listener',
  'late server',
)

/** One step in the life of the process: it asks for something, is sent something, takes a message, or lets time pass. */
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ ask: asked, after: fc.nat(5) }) },
  { weight: 4, arbitrary: fc.record({ flood: fc.nat(4) }) },
  { weight: 2, arbitrary: fc.record({ wait: fc.nat(4) }) },
  { weight: 1, arbitrary: fc.constant({ take: true as const }) },
)
type Step = { ask: Asked; after: number } | { flood: number } | { wait: number } | { take: true }

const answering: Callbacks<undefined> = {
  init: () => ({ state: undefined }),
  handleCall: (request, _from, state) => ({ reply: request, state }),
}

/** Lives through the steps in a process with such a mailbox. @returns what it asked for and what it got, both sorted */
async function live(limit: number, policy: MailboxPolicy, steps: readonly Step[]) {
  const kernel = new TestKernel()
  try {
    return await kernel.run(async () => {
      const server = await start(answering)
      const registry = new UniqueRegistry('registry', { listeners: ['asker'] })
      const groups = new ProcessGroups('groups')
      await registry.start()
      await groups.start()
      const expected: string[] = []
      const got: string[] = []
      const take = (message: unknown): void => {
        const key = message === undefined ? undefined : keyOf(message)
        if (key !== undefined && key !== 'other') got.push(key)
      }
      const keys = new Map<unknown, string>()
      const keyOf = (message: unknown): string | undefined => {
        if (typeof message === 'string') return message
        const { ref, tag, key } = message as { ref?: unknown; tag?: unknown; key?: unknown }
        if (typeof key === 'string') return `${String(tag ?? 'register')} ${key}`
        // The DOWN of a task or a server is told apart from the reply with the same reference.
        const kept = keys.get(ref)
        if (kept === undefined) return undefined
        return tag === 'DOWN' || kept.startsWith('task') ? `${kept} ${String(tag ?? 'reply')}` : kept
      }
      const ask = (what: Asked, n: number, after: number): void => {
        const key = `${what} ${n}`
        const brings = (...messages: string[]) => expected.push(...messages)
        const refers = (ref: unknown) => keys.set(ref, key)
        if (what === 'timer') {
          sendAfter(after, self(), key)
          brings(key)
        } else if (what === 'timer by name') {
          sendAfter(after, 'asker', key)
          brings(key)
        } else if (what === 'tagged timer') {
          refers(startTimer(after, self(), 'tick'))
          brings(key)
        } else if (what === 'cancelled timer') {
          cancelTimer(sendAfter(after + 1, self(), key))
        } else if (what === 'task') {
          refers(Task.async(() => sleep(after)).ref)
          brings(`${key} reply`, `${key} DOWN`)
        } else if (what === 'completed task') {
          refers(Task.completed(1).ref)
          brings(key)
        } else if (what === 'request') {
          refers(sendRequest(server, n))
          brings(key)
        } else if (what === 'alias') {
          const to = alias()
          spawn(() => sleep(after).then(() => send(to, key)))
          brings(key)
        } else if (what === 'alias of a monitor') {
          const to = monitor(server, { alias: 'reply_demonitor' })
          spawn(() => sleep(after).then(() => sendNosuspend(to, key)))
          brings(key)
        } else if (what === 'monitor') {
          refers(monitor(spawn(() => sleep(after))))
          brings(`${key} DOWN`)
        } else if (what === 'group') {
          refers(groups.monitor(key).ref)
          spawn(() => sleep(after).then(() => groups.join(key)))
          // Joining, and leaving by its end.
          brings(key, key)
        } else if (what === 'listener') {
          spawn(() => sleep(after).then(() => registry.register(key)))
          brings(`register ${key}`)
        } else {
          spawn(() =>
            sleep(after).then(async () => {
              await start(answering, undefined, { name: key })
            }),
          )
          brings(key)
          void call(key, key, { waitForRestart: 1_000 }).then((reply) => got.push(String(reply)))
        }
      }
      const asker = spawn(
        async () => {
          for (const [n, step] of steps.entries()) {
            if ('ask' in step) ask(step.ask, n, step.after)
            else if ('flood' in step) send(flooder, step.flood)
            else if ('wait' in step) await sleep(step.wait)
            else take(await receive({ timeout: 0, onTimeout: () => undefined }))
          }
          await sleep(100)
          send(flooder, 'stop')
          for (let m = await receive({ timeout: 0 }); m !== undefined; m = await receive({ timeout: 0 }))
            take(m)
        },
        { name: 'asker', mailbox: { limit, policy } },
      )
      const flooder = spawn(async () => {
        for (let n = await receive(); n !== 'stop'; n = await receive()) {
          for (let sent = 0; sent < Number(n); sent++) {
            sendNosuspend(asker, 'other')
            cast(asker, 'other')
          }
        }
      })
      await kernel.clock.advance(10_000)
      return { expected: expected.sort(), got: got.sort() }
    })
  } finally {
    await kernel.close()
  }
}

describe('a limited mailbox', () => {
  it.each([
    'reject',
    'drop_oldest',
  ] as const)('loses nothing that its process has asked for, or set itself (%s)', async (policy) => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(step, { minLength: 1, maxLength: 30 }),
        async (limit, steps) => {
          const { expected, got } = await live(limit, policy, steps)
          expect(got).toEqual(expected)
        },
      ),
      { numRuns: 150 },
    )
  })

  it('whose senders wait has all that is awaited, in the order of each sender, and never more than its limit', async () => {
    const errand = fc.record({
      how: fc.constantFrom('call', 'cast', 'both', 'request' as const),
      pause: fc.nat(2),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.array(fc.array(errand, { maxLength: 12 }), { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat(3), { minLength: 1, maxLength: 5 }),
        async (limit, senders, pace) => {
          const kernel = new TestKernel()
          try {
            await kernel.run(async () => {
              const seen: string[] = []
              let longest = 0
              const handle = async (request: unknown): Promise<void> => {
                longest = Math.max(longest, processInfo(self(), 'messageQueueLength') ?? 0)
                seen.push(String(request))
                await sleep(pace[seen.length % pace.length] ?? 0)
              }
              const slow: Callbacks<undefined> = {
                init: () => ({ state: undefined }),
                handleCall: async (request, _from, state) => {
                  await handle(request)
                  return { reply: request, state }
                },
                handleCast: async (request, state) => {
                  await handle(request)
                  return { state }
                },
              }
              const server = await start(slow, undefined, { mailbox: { limit, policy: 'wait' } })
              const sent: string[][] = senders.map(() => [])
              for (const [who, errands] of senders.entries()) {
                spawn(async () => {
                  for (const [n, { how, pause }] of errands.entries()) {
                    const [first, second] = [`${who}.${n}a`, `${who}.${n}b`]
                    sent[who]?.push(first, ...(how === 'both' ? [second] : []))
                    if (how === 'call') await call(server, first, Number.POSITIVE_INFINITY)
                    else if (how === 'cast') await cast(server, first)
                    else if (how === 'request') await receiveResponse(sendRequest(server, first))
                    else await Promise.all([cast(server, first), call(server, second)])
                    if (pause > 0) await sleep(pause)
                  }
                })
              }
              await kernel.clock.advance(10_000)
              for (const [who, requests] of sent.entries()) {
                expect(seen.filter((it) => it.startsWith(`${who}.`))).toEqual(requests)
              }
              expect(longest).toBeLessThanOrEqual(limit)
              expect(processInfo(server, 'mailbox')).toMatchObject({ rejected: 0, waiting: 0 })
            })
          } finally {
            await kernel.close()
          }
        },
      ),
      { numRuns: 100 },
    )
  })

  it('that crashes does so for what others send, and for nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          step.filter((it) => !('flood' in it)),
          { minLength: 1, maxLength: 30 },
        ),
        async (steps) => {
          const { expected, got } = await live(1, 'crash', steps)
          expect(got).toEqual(expected)
        },
      ),
      { numRuns: 100 },
    )
  })
})
