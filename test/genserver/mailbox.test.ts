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
import { stateMachine } from '../../src/genserver/state-machine/index.js'
import { isTaskReply, Task } from '../../src/genserver/task/index.js'
import {
  alias,
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
  sleep,
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

  it.each([
    'reject',
    'drop_oldest',
  ] as const)('has room for the time-outs of its own state machine, and for its own idle time (%s)', (policy) =>
    world(async (kernel) => {
      const mailbox = { limit: 1, policy }
      const door = stateMachine<string, undefined>({
        init: () => ({
          state: 'open',
          data: undefined,
          actions: [{ stateTimeout: 20 }, { timeout: 30, name: 'alarm' }],
        }),
        handleEvent: async (event, state) => {
          if (event.type === 'state_timeout') return { nextState: 'locked' }
          if (event.type === 'named_timeout') return { nextState: `${state}, loud` }
          if (event.type === 'cast') await sleep(40)
          return 'keep_state'
        },
      })
      const machine = await start(door, undefined, { mailbox })
      const idle = await start(
        {
          ...collecting,
          init: () => ({ state: [], timeout: 20 }),
        } satisfies Callbacks<unknown[]>,
        undefined,
        { mailbox },
      )
      await suspend(idle)
      await resume(idle)
      for (let n = 0; n < 3; n++) {
        cast(machine, 'work')
        await kernel.clock.advance(10)
      }
      await kernel.clock.advance(200)
      expect(await getState(machine)).toMatchObject({ state: 'locked, loud' })
      expect(await getState(idle)).toEqual(['timeout'])
    }))

  it.each([
    'reject',
    'drop_oldest',
  ] as const)('has room for the results of its tasks, and a task that succeeded is none that crashed (%s)', (policy) =>
    world(async (kernel) => {
      const owner: Callbacks<unknown[]> = {
        ...collecting,
        handleCall: async (request, _from, seen) => {
          if (request === 'begin') Task.async(() => sleep(5).then(() => 'the result'))
          else await sleep(40)
          return { reply: request, state: seen }
        },
      }
      const pid = await start(owner, undefined, { mailbox: { limit: 2, policy } })
      await call(pid, 'begin')
      const slow = call(pid, 'slow')
      await kernel.clock.advance(1)
      for (const n of [1, 2, 3]) cast(pid, n)
      await kernel.clock.advance(6)
      for (const n of [4, 5]) cast(pid, n)
      await kernel.clock.advance(100)
      await slow
      const seen = (await getState(pid)) as unknown[]
      expect(seen.filter(isTaskReply)).toMatchObject([{ value: 'the result' }])
      expect(seen.filter(isDown)).toMatchObject([{ reason: 'normal' }])
    }))

  it('has room for the answers that come through an alias, also that of a monitor', () =>
    world(async () => {
      const pid = await held({ limit: 1, policy: 'reject' })
      const got = new Promise<unknown[]>((resolve) => {
        spawn(
          async () => {
            const [plain, watching] = [alias(), monitor(pid, { alias: 'demonitor' })]
            send(self(), 'full')
            send(plain, 1)
            const sent = [sendNosuspend(plain, 2), sendNosuspend(watching, 3), sendNosuspend(self(), 4)]
            resolve([...sent, await receive(), await receive(), await receive(), await receive()])
          },
          { mailbox: { limit: 1, policy: 'reject' } },
        )
      })
      expect(await got).toEqual([true, true, false, 'full', 1, 2, 3])
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
