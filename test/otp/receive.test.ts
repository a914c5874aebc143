import { describe, expect, it } from 'vitest'
import {
  CallRequest,
  exit,
  monitor,
  on,
  type Reference,
  receive,
  self,
  send,
  spawn,
  spawnLink,
  spawnMonitor,
  trapExit,
} from '../../src/kernel/index.js'
import { codeOf, downOf, drain, expectNoMessage, idle, inWorld } from '../kernel/world.js'
import { measures } from '../measuring.js'

interface Ask {
  readonly from: ReturnType<typeof self>
  readonly ref: Reference
}

/** Answers every `Ask` with `{ ref }`. */
const answering = async (): Promise<never> => {
  for (;;) {
    const { from, ref } = await receive((it: unknown): it is Ask => typeof it === 'object')
    send(from, { ref })
  }
}

describe('receive_SUITE', () => {
  it(
    'receive_in_between: a receive between the making of a reference and the wait for it loses no reply',
    inWorld(async () => {
      const server = spawn(answering)
      send(self(), 'between')
      const ref = monitor(server)
      send(server, { from: self(), ref })
      expect(await receive()).toBe('between')
      expect(await receive({ ref }, { timeout: 1_000 })).toEqual({ ref })
      await expectNoMessage()
    }),
  )

  it(
    'receive_opt_exception: a failure between asking and receiving leaves the mailbox complete',
    inWorld(async () => {
      const server = spawn(answering)
      for (let i = 0; i < 3; i++) send(self(), i)
      const ref = monitor(server)
      send(server, { from: self(), ref })
      try {
        throw new Error('between')
      } catch {
        expect(await receive({ ref })).toEqual({ ref })
      }
      expect(await drain()).toEqual([0, 1, 2])
    }),
  )

  it(
    'receive_opt_recursion: a selective receive inside another leaves the outer one as it was',
    inWorld(async () => {
      for (const message of ['x', 'inner', 'outer', 'y']) send(self(), message)
      const result = await receive([
        on('outer', async (message) => [message, await receive('inner'), await receive('y')]),
      ])
      expect(result).toEqual(['outer', 'inner', 'y'])
      expect(await drain()).toEqual(['x'])
    }),
  )

  it(
    'receive_opt_deferred_save: messages in the middle of the queue are found, the others keep their order',
    inWorld(async () => {
      for (let i = 0; i < 100; i++) send(self(), i)
      for (const wanted of [50, 99, 0, 49, 51]) expect(await receive(wanted)).toBe(wanted)
      expect(await drain()).toEqual(
        Array.from({ length: 100 }, (_, i) => i).filter((i) => ![50, 99, 0, 49, 51].includes(i)),
      )
    }),
  )

  it(
    'erl_1199: one that selects under a flood of messages and normal exits is answered every time',
    inWorld(async () => {
      trapExit(true)
      const main = self()
      const server = spawnLink(answering)
      let flooding = true
      const flooders = [1, 2].map(() =>
        spawnLink(async () => {
          while (flooding) {
            send(main, 'noise')
            exit(main, 'normal')
            await receive({ timeout: 1 })
          }
        }),
      )
      for (let i = 0; i < 500; i++) {
        const ref = monitor(server)
        send(server, { from: main, ref })
        expect(await receive({ ref }, { timeout: 1_000 })).toEqual({ ref })
      }
      flooding = false
      for (const pid of flooders) exit(pid, 'kill')
    }),
  )

  it(
    'gh_5235_missing_save_reset: a bad timeout in one receive makes the next skip nothing',
    inWorld(async () => {
      send(self(), 'x')
      expect(await codeOf(() => receive('y', { timeout: 'soon' as unknown as number }))).toBe('BAD_TIMEOUT')
      expect(await receive('x', { timeout: 0 })).toBe('x')
      await expectNoMessage()
    }),
  )

  it(
    'gh_5235_recv_mark: nor does it beside an outstanding reference',
    inWorld(async () => {
      const server = spawn(answering)
      send(self(), 'x')
      const ref = monitor(server)
      send(server, { from: self(), ref })
      expect(await codeOf(() => receive({ ref }, { timeout: -1 }))).toBe('BAD_TIMEOUT')
      expect(await receive('x', { timeout: 0 })).toBe('x')
      expect(await receive({ ref })).toEqual({ ref })
      await expectNoMessage()
    }),
  )

  measures(
    'call_with_huge_message_queue: a request costs the same with half a million unrelated messages waiting',
    inWorld(async ({ kernel }) => {
      const server = kernel.spawnBehaviour({
        handle(message) {
          if (message instanceof CallRequest) message.reply('answer')
        },
      })
      const time = async (): Promise<bigint> => {
        const start = process.hrtime.bigint()
        for (let i = 0; i < 2_000; i++) await kernel.request(server, 'question')
        return process.hrtime.bigint() - start
      }
      await time()
      const empty = await time()
      for (let i = 0; i < 500_000; i++) send(self(), i)
      const full = await time()
      // A scan of the queue would cost a thousand times as much.
      expect(Number(full) / Number(empty)).toBeLessThan(20)
    }),
  )

  it(
    'multi_recv_opt: several outstanding references are answered in any order',
    inWorld(async () => {
      const server = spawn(answering)
      for (let i = 0; i < 10_000; i++) send(self(), i)
      const refs = [monitor(server), monitor(server), monitor(server)]
      for (const ref of refs) send(server, { from: self(), ref })
      for (const ref of [...refs].reverse()) expect(await receive({ ref })).toEqual({ ref })
      expect((await drain()).length).toBe(10_000)
    }),
  )

  it(
    'multi_recv_opt_clear: and so they are when others are given up meanwhile',
    inWorld(async () => {
      const server = spawn(answering)
      const { pid: silent, ref: given } = spawnMonitor(idle)
      const refs = [monitor(server), monitor(server)]
      send(server, { from: self(), ref: refs[0] })
      expect(await receive({ ref: given }, { timeout: 0 })).toBeUndefined()
      exit(silent, 'kill')
      send(server, { from: self(), ref: refs[1] })
      expect(await receive({ ref: refs[1] })).toEqual({ ref: refs[1] })
      expect(await receive({ ref: refs[0] })).toEqual({ ref: refs[0] })
      expect((await receive(downOf(given))).reason).toBe('killed')
      await expectNoMessage()
    }),
  )
})
