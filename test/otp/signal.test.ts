import { describe, expect, it } from 'vitest'
import {
  alias,
  type DownMessage,
  exit,
  isDown,
  isExit,
  link,
  monitor,
  on,
  receive,
  register,
  self,
  send,
  spawn,
  spawnLink,
  spawnMonitor,
  trapExit,
} from '../../src/kernel/index.js'
import { codeOf, downOf, drain, exitOf, idle, inWorld, Puppet } from '../kernel/world.js'

describe('signal_SUITE', () => {
  it(
    'xm_sig_order: what one sender sends arrives in order, and nothing after its exit signal',
    inWorld(async ({ kernel }) => {
      for (let round = 0; round < 50; round++) {
        const got: unknown[] = []
        const { pid, ref } = spawnMonitor(async () => {
          for (;;) got.push(await receive())
        })
        if (round % 2 === 0) await kernel.settled()
        for (let i = 0; i < round; i++) send(pid, i)
        await kernel.settled()
        exit(pid, 'stop')
        send(pid, 'after')
        expect((await receive(downOf(ref))).reason).toBe('stop')
        expect(got).toEqual(Array.from({ length: round }, (_, i) => i))
      }
      // A trapping receiver sees messages and exit signals of one sender in the order sent.
      const sink = new Puppet()
      await sink.does(kernel, () => trapExit(true))
      const sender = new Puppet()
      await sender.does(kernel, () => {
        send(sink.pid, 'm1')
        exit(sink.pid, 'a')
        send(sink.pid, 'm2')
        exit(sink.pid, 'b')
      })
      const seen = await sink.does(kernel, drain)
      expect(seen.map((it) => (isExit(it) ? it.reason : it))).toEqual(['m1', 'a', 'm2', 'b'])
    }),
  )

  it(
    'kill2killed: kill as a signal shows as killed over links; exit("kill") stays kill and can be trapped',
    inWorld(async ({ kernel }) => {
      trapExit(true)
      const killed = spawnLink(async () => {
        trapExit(true)
        await idle()
      })
      await kernel.settled()
      exit(killed, 'kill')
      expect((await receive(exitOf(killed))).reason).toBe('killed')
      const itself = spawnLink(() => exit('kill'))
      expect((await receive(exitOf(itself))).reason).toBe('kill')
      // One that does not trap dies of it under the same name, and can pass it on.
      const middle = new Puppet()
      const ref = monitor(middle.pid)
      link(middle.pid)
      await middle.does(kernel, () => spawnLink(() => exit('kill')))
      expect((await receive(downOf(ref))).reason).toBe('kill')
      expect((await receive(exitOf(middle.pid))).reason).toBe('kill')
    }),
  )

  it(
    'unlink_exit: link to one that is dying gives noproc or the real reason, never silence',
    inWorld(async ({ kernel }) => {
      for (let round = 0; round < 60; round++) {
        const dying = spawn(async () => {
          await receive('die')
          exit('real')
        })
        const watcher = new Puppet()
        const trapping = round % 2 === 0
        if (trapping) await watcher.does(kernel, () => trapExit(true))
        const ref = monitor(watcher.pid)
        if (round % 3 !== 0) send(dying, 'die')
        if (round % 3 === 1) await kernel.settled()
        const code = await codeOf(() => watcher.does(kernel, () => link(dying)))
        if (round % 3 === 0) send(dying, 'die')
        await kernel.settled()
        if (trapping) {
          const [message, ...rest] = (await watcher.does(kernel, drain)).filter(isExit)
          expect(rest).toEqual([])
          expect(['noproc', 'real']).toContain(message?.reason)
        } else if (code === undefined) expect((await receive(downOf(ref))).reason).toBe('real')
        else expect(code).toBe('NO_PROCESS')
      }
    }),
  )

  it(
    'monitor_order: messages sent before exiting arrive before the DOWN',
    inWorld(async () => {
      const main = self()
      for (let i = 0; i < 100; i++) {
        const { ref } = spawnMonitor(() => {
          send(main, 1)
          send(main, 2)
        })
        expect(await receive()).toBe(1)
        expect(await receive()).toBe(2)
        expect(((await receive()) as DownMessage).ref).toBe(ref)
      }
    }),
  )

  it(
    'monitor_named_order_local: and so they do through pid, name, alias and alias-monitor mixed',
    inWorld(async () => {
      const main = self()
      register('main', main)
      const byAlias = alias()
      for (let i = 0; i < 50; i++) {
        const { pid, ref } = spawnMonitor(
          async () => {
            const own = await receive()
            const ways = [main, 'main', byAlias, own as typeof byAlias]
            for (let n = 0; n < 8; n++) send(ways[(n + i) % 4] as string, n)
          },
          { monitor: { alias: 'demonitor' } },
        )
        send(pid, ref)
        for (let n = 0; n < 8; n++) expect(await receive()).toBe(n)
        expect(((await receive()) as DownMessage).ref).toBe(ref)
      }
    }),
  )

  /** Senders that each send their numbers by every way there is; returns the senders' pids. */
  function flood(to: ReturnType<typeof self>, name: string, senders: number, each: number) {
    const byAlias = alias()
    return Array.from({ length: senders }, (_, from) =>
      spawn(async () => {
        for (let n = 0; n < each; n++) {
          send(n % 3 === 0 ? to : n % 3 === 1 ? name : byAlias, { from, n })
          if (n % 10 === 0) await receive({ timeout: 0 })
        }
      }),
    )
  }

  function expectComplete(messages: readonly unknown[], senders: number, each: number): void {
    const last = new Map<number, number>()
    for (const message of messages) {
      const { from, n } = message as { from: number; n: number }
      expect(n).toBe((last.get(from) ?? -1) + 1)
      last.set(from, n)
    }
    expect([...last.values()]).toEqual(Array.from({ length: senders }, () => each - 1))
  }

  it(
    'simultaneous_signals_basic: a flood from many senders loses nothing and keeps the order of each',
    inWorld(async ({ kernel }) => {
      register('sink', self())
      flood(self(), 'sink', 20, 200)
      await kernel.settled()
      expectComplete(await drain(), 20, 200)
    }),
  )

  it(
    'simultaneous_signals_recv: the same while the receiver selects',
    inWorld(async () => {
      register('sink', self())
      flood(self(), 'sink', 20, 200)
      const got: unknown[] = []
      for (let from = 0; from < 20; from++) for (let n = 0; n < 200; n++) got.push(await receive({ from, n }))
      expectComplete(got, 20, 200)
    }),
  )

  it(
    'simultaneous_signals_exit: each of many processes that are ended amid a flood ends once',
    inWorld(async ({ kernel }) => {
      const sinks = Array.from({ length: 20 }, () => spawnMonitor(idle))
      for (let n = 0; n < 50; n++) for (const { pid } of sinks) send(pid, n)
      for (const { pid } of sinks) spawn(() => exit(pid, 'flooded'))
      for (const { pid } of sinks) spawn(() => send(pid, 'late'))
      await kernel.settled()
      const downs = await drain()
      expect(downs.every((it) => isDown(it) && it.reason === 'flooded')).toBe(true)
      expect(downs.length).toBe(20)
    }),
  )

  it(
    'simultaneous_signals_recv_exit: and so does each that is receiving meanwhile',
    inWorld(async ({ kernel }) => {
      const sinks = Array.from({ length: 20 }, () =>
        spawnMonitor(async () => {
          for (;;) await receive([on({ wanted: true }, () => undefined)])
        }),
      )
      for (let n = 0; n < 50; n++)
        for (const { pid } of sinks) spawn(() => send(pid, { wanted: n % 2 === 0, n }))
      for (const { pid } of sinks) spawn(() => exit(pid, 'flooded'))
      await kernel.settled()
      const downs = (await drain()).filter(isDown)
      expect(new Set(downs.map(({ object }) => object)).size).toBe(20)
      expect(downs.length).toBe(20)
    }),
  )
})
