import { describe, expect, it } from 'vitest'
import {
  type Callbacks,
  call,
  cast,
  defineServer,
  getState,
  receiveResponse,
  resume,
  sendRequest,
  start,
  startLink,
  stop,
  suspend,
} from '../../src/genserver/index.js'
import {
  exit,
  isDown,
  isExit,
  type MailboxOptions,
  monitor,
  type Pid,
  processInfo,
  receive,
  self,
  send,
  sendAfter,
  sendNosuspend,
  spawn,
  trapExit,
} from '../../src/kernel/index.js'
import { PubSub } from '../../src/registry/index.js'
import { exitReason, failure, world } from './world.js'

const collecting: Callbacks<unknown[]> = {
  init: () => ({ state: [] }),
  handleCall: (request, _from, seen) => ({ reply: request, state: [...seen, request] }),
  handleCast: (request, seen) => ({ state: [...seen, request] }),
  handleInfo: (message, seen) => ({ state: [...seen, message] }),
}

/** A server that takes nothing from its mailbox for now. */
async function held(mailbox: MailboxOptions, name?: string): Promise<Pid> {
  const pid = await start(collecting, undefined, { mailbox, name })
  await suspend(pid)
  return pid
}
const mailboxOf = (pid: Pid) => processInfo(pid, 'mailbox')

describe('a bounded mailbox', () => {
  it('is checked when the process is started', () =>
    world(async () => {
      for (const mailbox of [{ limit: 0, policy: 'reject' }, { limit: 1.5, policy: 'crash' }, { limit: 1 }]) {
        expect(
          await failure(start(collecting, undefined, { mailbox: mailbox as MailboxOptions })),
        ).toMatchObject({
          code: 'BAD_OPTION',
          details: { option: 'mailbox' },
        })
      }
      const pid = await start(collecting)
      expect(mailboxOf(pid)).toBeUndefined()
    }))

  it('that rejects fails calls and sends; casts and timers are dropped; all are counted', () =>
    world(async (kernel) => {
      const pid = await held({ limit: 2, policy: 'reject' }, 'small')
      send(pid, 1)
      send('small', 2)
      expect(await failure(() => send(pid, 3))).toMatchObject({
        code: 'MAILBOX_FULL',
        details: { limit: 2, pid },
      })
      expect(sendNosuspend(pid, 3)).toBe(false)
      expect(sendNosuspend('nobody', 3)).toBe(false)
      expect(await failure(call('small', 'x'))).toMatchObject({
        code: 'MAILBOX_FULL',
        details: { server: 'small', request: 'x', reason: 'overload' },
      })
      expect(await receiveResponse(sendRequest(pid, 'x'))).toMatchObject({ error: { code: 'MAILBOX_FULL' } })
      expect(cast(pid, 'x')).toBeUndefined()
      sendAfter(5, pid, 'x')
      await kernel.clock.advance(5)
      expect(mailboxOf(pid)).toEqual({ limit: 2, policy: 'reject', rejected: 6, dropped: 0 })
      expect(processInfo(pid, 'messageQueueLength')).toBe(2)
      await resume(pid)
      expect(await getState(pid)).toEqual([1, 2])
      expect(await call(pid, 'x')).toBe('x')
      expect(await getState(pid)).toEqual([1, 2, 'x'])
      expect(processInfo(pid, 'monitoredBy')).toEqual([])
      expect(kernel.timers.size).toBe(0)
    }))

  it('that drops the oldest keeps the newest, and tells the caller of a call it dropped', () =>
    world(async () => {
      const pid = await held({ limit: 2, policy: 'drop_oldest' })
      const dropped = failure(call(pid, 'a call'))
      const request = sendRequest(pid, 'a request')
      for (const message of [1, 2, 3]) send(pid, message)
      expect(await dropped).toMatchObject({ code: 'MAILBOX_FULL' })
      expect(await receiveResponse(request)).toMatchObject({ error: { code: 'MAILBOX_FULL' } })
      expect(mailboxOf(pid)).toMatchObject({ rejected: 0, dropped: 3 })
      await resume(pid)
      expect(await getState(pid)).toEqual([2, 3])
    }))

  it('that crashes ends its process, also one that traps exits, and its callers hear why', () =>
    world(async (kernel) => {
      const trapping: Callbacks<unknown[]> = {
        ...collecting,
        init: () => {
          trapExit(true)
          return { state: [] }
        },
      }
      const pid = await start(trapping, undefined, { mailbox: { limit: 1, policy: 'crash' } })
      await suspend(pid)
      const ended = exitReason(pid)
      const waiting = failure(call(pid, 1))
      expect(await failure(call(pid, 2))).toMatchObject({
        code: 'CALL_SERVER_EXITED',
        cause: { code: 'MAILBOX_OVERFLOW', details: { pid, limit: 1 } },
      })
      expect(await waiting).toMatchObject({ code: 'CALL_SERVER_EXITED' })
      expect(await ended).toMatchObject({ code: 'MAILBOX_OVERFLOW' })
      expect(kernel.reports).toMatchObject([{ kind: 'crash', pid, reason: { code: 'MAILBOX_OVERFLOW' } }])
    }))

  it('that crashes by what the process sends itself lets the code on the stack end', () =>
    world(async () => {
      let after = false
      const pid = await start(
        {
          ...collecting,
          handleCast: (_request, seen) => {
            for (let n = 0; n < 3; n++) send(self(), n)
            after = true
            return { state: seen }
          },
        } satisfies Callbacks<unknown[]>,
        undefined,
        { mailbox: { limit: 2, policy: 'crash' } },
      )
      cast(pid, 'x')
      expect(await exitReason(pid)).toMatchObject({ code: 'MAILBOX_OVERFLOW' })
      expect(after).toBe(true)
    }))

  it.each([
    'reject',
    'drop_oldest',
  ] as const)('never drops exits, DOWNs, replies and orders to the engine (%s)', (policy) =>
    world(async () => {
      const got: unknown[] = []
      const seen = new Promise<void>((resolve) => {
        spawn(
          async () => {
            trapExit(true)
            const server = await start(collecting)
            const linked = await startLink(collecting)
            const watched = await start(collecting)
            monitor(watched)
            for (const n of [1, 2, 3]) sendNosuspend(self(), n)
            const request = sendRequest(server, 'reply')
            await stop(linked)
            await stop(watched)
            await getState(server)
            for (const n of [4, 5, 6]) sendNosuspend(self(), n)
            const exits = await receive(isExit, { timeout: 0 })
            const downs = await receive(isDown, { timeout: 0 })
            got.push(exits?.from === linked, downs?.object === watched, await receiveResponse(request, 0))
            resolve()
          },
          { mailbox: { limit: 2, policy } },
        )
      })
      await seen
      expect(got).toEqual([true, true, { reply: 'reply' }])
      const pid = await held({ limit: 1, policy })
      send(pid, 'full')
      expect(await getState(pid)).toEqual([])
      await stop(pid)
    }))

  it('is declared by a class, or given to its start', () =>
    world(async () => {
      class Small {
        add(_n: number): void {}
      }
      defineServer(Small, { casts: ['add'], mailbox: { limit: 3, policy: 'drop_oldest' } })
      class Smaller extends Small {}
      defineServer(Smaller, {})
      const limitOf = async (started: Promise<{ pid: Pid | undefined }>) =>
        mailboxOf((await started).pid as Pid)?.limit
      expect(await limitOf(start(Small))).toBe(3)
      expect(await limitOf(start(Smaller))).toBe(3)
      expect(await limitOf(start(Small, undefined, { mailbox: { limit: 9, policy: 'crash' } }))).toBe(9)
    }))

  it('of one subscriber keeps no message from the others', () =>
    world(async () => {
      const bus = new PubSub<{ news: number }>('bus')
      await bus.start()
      const seen: unknown[] = []
      const subscriber = (mailbox?: MailboxOptions) =>
        spawn(
          async () => {
            bus.subscribe('news')
            await receive('go')
            for (let m = await receive({ timeout: 0 }); m !== undefined; m = await receive({ timeout: 0 }))
              seen.push(m)
          },
          { mailbox },
        )
      const pids = [subscriber({ limit: 1, policy: 'reject' }), subscriber()]
      await getState(bus.name)
      for (const n of [1, 2]) bus.broadcast('news', n)
      const ends = pids.map((pid) => exitReason(pid))
      send(pids[1] as Pid, 'go')
      await ends[1]
      expect(seen).toEqual([1, 2])
      exit(pids[0] as Pid, 'kill')
      await ends[0]
    }))
})
