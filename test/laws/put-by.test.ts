import fc from 'fast-check'
import { TestKernel } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'
import { call, cast, defineServer, start, stateMachine } from '../../src/genserver/index.js'
import {
  HeartwoodError,
  isAlive,
  isDown,
  type MailboxPolicy,
  monitor,
  self,
  sendAfter,
  sendNosuspend,
  sleep,
  spawn,
} from '../../src/kernel/index.js'

/** What happens to a machine that postpones all it gets while it is closed: others send it something, or it asks for it. */
const step = fc.oneof(fc.constantFrom('call', 'cast', 'send', 'timer', 'down', 'open', 'shut'))

/** How its calls ended; undefined when the machine did. */
async function play(
  limit: number,
  policy: MailboxPolicy,
  steps: readonly string[],
): Promise<string[] | undefined> {
  const kernel = new TestKernel()
  const own: string[] = []
  const machine = stateMachine<'closed' | 'open', undefined>({
    init: () => ({ state: 'closed', data: undefined }),
    handleEvent: (event, state) => {
      const { content } = event
      if (content === 'open') return { nextState: 'open' }
      if (content === 'shut') return { nextState: 'closed' }
      const orders = event.type === 'cast' && Array.isArray(content) ? content : undefined
      if (orders !== undefined) {
        const [what, name] = orders as [string, string]
        if (what === 'timer') sendAfter(1, self(), name)
        else
          monitor(
            spawn(() => {}),
            { tag: name },
          )
        return 'keep_state'
      }
      if (state === 'closed') return { actions: 'postpone' }
      if (event.type === 'info') own.push(isDown(content) ? String(content.tag) : String(content))
      return event.type === 'call' ? { actions: { reply: 'answered', to: event.from } } : 'keep_state'
    },
  })
  const seen = await kernel.run(async () => {
    const pid = await start(machine, undefined, { mailbox: { limit, policy } })
    const answers: string[] = []
    const asked: string[] = []
    const others: string[] = []
    for (const [at, what] of steps.entries()) {
      const name = `${what}${at}`
      if (what === 'call') {
        call(pid, name, Number.POSITIVE_INFINITY).then(
          () => answers.push('answered'),
          (error: unknown) => answers.push(HeartwoodError.is(error) ? error.code : String(error)),
        )
      } else if (what === 'cast') cast(pid, name)
      else if (what === 'send') {
        if (sendNosuspend(pid, name)) others.push(name)
      } else if (what === 'open' || what === 'shut') cast(pid, what)
      else {
        cast(pid, [what, name])
        asked.push(name)
      }
      await kernel.clock.advance(5)
      if (!isAlive(pid)) return undefined
    }
    cast(pid, 'open')
    await kernel.clock.advance(5)
    expect(own.filter((name) => !others.includes(name)).sort()).toEqual(asked.sort())
    return answers
  })
  await kernel.close()
  return seen
}

describe('a machine whose mailbox has a limit, and that postpones', () => {
  it.each<MailboxPolicy>([
    'reject',
    'wait',
    'drop_oldest',
    'crash',
  ])('loses nothing that it asked for, and answers or refuses every call: %s', (policy) =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(step, { maxLength: 30 }),
        async (limit, steps) => {
          const seen = await play(limit, policy, steps)
          // Only that policy ends it.
          if (seen === undefined) expect(policy).toBe('crash')
          else {
            expect(seen).toHaveLength(steps.filter((what) => what === 'call').length)
            for (const answer of seen) expect(['answered', 'MAILBOX_FULL']).toContain(answer)
            if (policy === 'wait') expect(seen).not.toContain('MAILBOX_FULL')
          }
        },
      ),
      { numRuns: 100 },
    ))

  it.each<[MailboxPolicy, string[]]>([
    ['reject', ['answered', 'answered', 'MAILBOX_FULL', 'MAILBOX_FULL']],
    ['drop_oldest', ['MAILBOX_FULL', 'MAILBOX_FULL', 'answered', 'answered']],
    ['wait', ['answered', 'answered', 'answered', 'answered']],
  ])('keeps as many calls as the limit says: %s', async (policy, outcomes) => {
    const kernel = new TestKernel()
    await kernel.run(async () => {
      const waiting = stateMachine<'closed' | 'open', number>({
        init: () => ({ state: 'closed', data: 0 }),
        handleEvent: (event, state) => {
          if (event.content === 'open') return { nextState: 'open' }
          if (state === 'closed') return { actions: 'postpone' }
          return event.type === 'call' ? { actions: { reply: 'answered', to: event.from } } : 'keep_state'
        },
      })
      const pid = await start(waiting, undefined, { mailbox: { limit: 2, policy } })
      const code = (error: HeartwoodError) => error.code
      const calls: Promise<unknown>[] = []
      for (let n = 0; n < 4; n++) {
        calls.push(call(pid, n, Number.POSITIVE_INFINITY).catch(code))
        await kernel.settled()
      }
      cast(pid, 'open')
      expect(await Promise.all(calls)).toEqual(outcomes)
    })
    await kernel.close()
  })
})

describe('a server whose mailbox has a limit, and whose concurrent calls wait for their turn', () => {
  it.each<[MailboxPolicy, string[]]>([
    ['reject', ['done', 'done', 'done', 'MAILBOX_FULL', 'MAILBOX_FULL']],
    ['drop_oldest', ['done', 'MAILBOX_FULL', 'MAILBOX_FULL', 'done', 'done']],
    ['wait', ['done', 'done', 'done', 'done', 'done']],
  ])('keeps as many as the limit says: %s', async (policy, outcomes) => {
    const kernel = new TestKernel()
    await kernel.run(async () => {
      class Server {
        async work(): Promise<string> {
          await sleep(10)
          return 'done'
        }
      }
      const concurrent = [{ method: 'work', limit: 1 }] as const
      defineServer(Server, { calls: ['work'], concurrent, mailbox: { limit: 2, policy } })
      const server = await start(Server)
      const code = (error: HeartwoodError) => error.code
      const calls: Promise<unknown>[] = []
      for (let n = 0; n < 5; n++) {
        calls.push(server.call.work().catch(code))
        await kernel.settled()
      }
      await kernel.clock.advance(100)
      expect(await Promise.all(calls)).toEqual(outcomes)
    })
    await kernel.close()
  })
})
