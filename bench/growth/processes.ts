/** Messages, timers, links, monitors and names. */
import {
  cancelTimer,
  currentKernel,
  demonitor,
  exit,
  link,
  monitor,
  own,
  type Pid,
  processes,
  receive,
  register,
  self,
  send,
  sendAfter,
  sleep,
  spawn,
  trapExit,
  unlink,
  unregister,
  whereis,
} from 'heartwood'
import { range, type Situation } from './situation.js'

const child = (): Pid => currentKernel().spawnBehaviour({ handle() {} })
const settled = (): Promise<void> => currentKernel().settled()

export const PROCESSES: readonly Situation[] = [
  {
    name: 'messages in one mailbox',
    of: ['send', 'receive'],
    run: (count, timed) =>
      timed(async () => {
        for (const index of range(count)) send(self(), index)
        for (const _ of range(count)) await receive()
      }),
  },
  {
    name: 'messages that a receive passes over, once',
    of: ['receive'],
    async run(count, timed) {
      for (const index of range(count)) send(self(), index)
      send(self(), 'wanted')
      await timed(() => receive('wanted'))
    },
  },
  {
    name: 'receives of one process at once',
    of: ['receive'],
    run: (count, timed) =>
      timed(async () => {
        const all = range(count).map((index) => receive({ index }))
        for (const index of range(count)) send(self(), { index })
        await Promise.all(all)
      }),
  },
  {
    name: 'sleeps of one process at once',
    of: ['sleep'],
    run: (count, timed) => timed(() => Promise.all(range(count).map(() => sleep(1)))).then(() => {}),
  },
  {
    name: 'messages while a process sleeps many times at once',
    of: ['receive', 'sleep'],
    async run(count, timed) {
      const sleeps = range(count).map(() => sleep(60_000).catch(() => {}))
      await timed(async () => {
        for (const index of range(count)) {
          send(self(), index)
          await receive()
        }
      })
      void sleeps
    },
  },
  {
    name: 'timers, set and cancelled',
    of: ['sendAfter', 'startTimer', 'cancelTimer'],
    run: (count, timed) =>
      timed(() => {
        const timers = range(count).map((index) => sendAfter(1_000 + index, self(), index))
        for (const timer of timers) cancelTimer(timer)
      }),
  },
  {
    name: 'timers that go off at one time',
    of: ['sendAfter'],
    run: (count, timed) =>
      timed(async () => {
        for (const index of range(count)) sendAfter(1, self(), index)
        for (const _ of range(count)) await receive()
      }),
  },
  {
    name: 'monitors made and ended, among as many messages',
    of: ['monitor', 'demonitor'],
    async run(count, timed) {
      const watched = child()
      for (const index of range(count)) send(self(), index)
      await timed(() => {
        for (const _ of range(count)) demonitor(monitor(watched), { flush: true })
      })
    },
  },
  {
    name: 'monitors of a process that ends',
    of: ['exit', 'monitor'],
    async run(count, timed) {
      const watched = child()
      for (const _ of range(count)) monitor(watched)
      await timed(async () => {
        exit(watched, 'boom')
        for (const _ of range(count)) await receive()
      })
    },
  },
  {
    name: 'links made and taken back',
    of: ['link', 'unlink'],
    async run(count, timed) {
      const others = range(count).map(child)
      await timed(() => {
        for (const other of others) link(other)
        for (const other of others) unlink(other)
      })
    },
  },
  {
    name: 'processes linked to one that ends',
    of: ['exit', 'link'],
    async run(count, timed) {
      const hub = spawn(async () => {
        for (const _ of range(count)) currentKernel().spawnBehaviour({ handle() {} }, { link: true })
        await receive()
      })
      await settled()
      await timed(async () => {
        exit(hub, 'boom')
        await settled()
      })
    },
  },
  {
    name: 'scripts, started and ended',
    of: ['spawn', 'exit'],
    run: (count, timed) =>
      timed(async () => {
        for (const _ of range(count)) spawn(() => receive())
        await settled()
        for (const pid of processes()) if (pid !== self()) exit(pid, 'kill')
        await settled()
      }),
  },
  {
    name: 'names',
    of: ['register', 'whereis', 'unregister'],
    async run(count, timed) {
      const pids = range(count).map(child)
      await timed(() => {
        for (const [index, pid] of pids.entries()) register(`n${index}`, pid)
        for (const index of range(count)) whereis(`n${index}`)
        for (const index of range(count)) unregister(`n${index}`)
      })
    },
  },
  {
    name: 'resources of a process that ends',
    of: ['own'],
    async run(count, timed) {
      const owner = spawn(async () => {
        for (const _ of range(count)) own({ close() {} })
        await receive()
      })
      await settled()
      await timed(async () => {
        exit(owner, 'kill')
        await settled()
      })
    },
  },
  {
    name: 'messages that overflow a mailbox of what must not be dropped',
    of: ['spawn', 'send'],
    async run(count, timed) {
      const full = spawn(
        async () => {
          trapExit(true)
          await receive('never')
        },
        { mailbox: { limit: count, policy: 'drop_oldest' } },
      )
      await settled()
      for (const _ of range(count - 1)) exit(full, 'told')
      await timed(() => {
        for (const index of range(count)) send(full, index)
      })
    },
  },
]
