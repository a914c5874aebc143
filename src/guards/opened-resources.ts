/** Notices what a process opens, so that the kernel can tell what it leaves open: see `left-open.ts` there. */
import type { ChildProcess } from 'node:child_process'
import type { Socket as DatagramSocket } from 'node:dgram'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import fs from 'node:fs'
import { Server, Socket } from 'node:net'
import timers from 'node:timers'
import promises from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'
import { announcesTimers, machineNow, type Sort } from '../kernel/index.js'
import { type Callback, claimOpened, claimSource, replaceOnce } from './callback-claims.js'
import { looksLike } from './guard-mark.js'
import {
  brief,
  program as childProgram,
  datagrams,
  fileWatcher,
  interval,
  notePooled,
  server,
  socket,
  statWatcher,
  thread,
  timeout,
} from './resource-kinds.js'

/** A timeout that is shorter is over before it harms: most are what somebody waits for. In milliseconds. */
const LONG = 10_000

export function guardOpenings(): void {
  replaceOnce('openings', () => {
    noteResult(Socket.prototype, 'connect', () => socket)
    noteResult(Server.prototype, 'listen', () => server)
    noteResult(fs, 'watch', () => fileWatcher)
    noteResult(fs, 'watchFile', () => statWatcher)
    // What others have put in place of the globals is theirs.
    if (timers.setTimeout !== globalThis.setTimeout || timers.setInterval !== globalThis.setInterval) return
    noteResult(timers, 'setInterval', () => interval)
    noteResult(timers, 'setTimeout', ([, ms]) => (typeof ms === 'number' && ms >= LONG ? timeout : brief))
    globalThis.setInterval = timers.setInterval
    globalThis.setTimeout = timers.setTimeout
    notePromised(promises, 'setTimeout')
    notePromised(Object.getPrototypeOf(promises.scheduler), 'wait')
    telling.add(globalThis.setTimeout)
  })
  // By whatever copy of Heartwood they were put in.
  if (telling.has(globalThis.setTimeout)) announcesTimers(globalThis.setTimeout)
}

/** Notices what Node tells of in its diagnostics channels, until what is returned is called. */
export function watchOpenings(): () => void {
  const closes = [
    hearing('child_process', ({ process }: { process: ChildProcess }, above) =>
      claimOpened(process, childProgram, above),
    ),
    hearing('worker_threads', ({ worker }: { worker: Worker }, above) => claimOpened(worker, thread, above)),
    hearing('udp.socket', ({ socket }: { socket: DatagramSocket }, above) =>
      claimOpened(socket, datagrams, above),
    ),
    hearing('undici:client:connected', ({ socket }: { socket: object }) => notePooled(socket)),
  ]
  return () => {
    for (const close of closes) close()
  }
}

const TELLING = Symbol.for('heartwood.timers')
const program = globalThis as { [TELLING]?: WeakSet<object> }
program[TELLING] ??= new WeakSet()
/** What tells of the timers that it sets, of all copies of Heartwood in the program. */
const telling = program[TELLING]

/** Has a timer that settles a promise noted. It cannot be asked whether it is over: it is when its time is. */
function notePromised(holder: object, name: string): void {
  const methods = holder as Record<string, Callback>
  const original = methods[name] as Callback
  if (typeof original !== 'function') return
  methods[name] = looksLike(original, function (this: unknown, ...args: never[]): unknown {
    claimSource(() => {
      const due = machineNow() + Number(args[0] ?? 1) + SLACK
      return () => machineNow() < due
    })
    return Reflect.apply(original, this, args)
  })
}

/** By how much a timer may be late, in milliseconds. */
const SLACK = 50

/** Has what a method returns noted as opened. */
function noteResult<T extends object>(
  holder: object,
  name: string,
  sortOf: (args: readonly unknown[]) => Sort<T>,
): void {
  const methods = holder as Record<string, Callback>
  const original = methods[name] as Callback
  function opener(this: unknown, ...args: never[]): unknown {
    const opened = Reflect.apply(original, this, args) as T
    claimOpened(opened, sortOf(args), opener)
    return opened
  }
  // Its name and length, and what `util.promisify` makes of it.
  Object.defineProperties(opener, Object.getOwnPropertyDescriptors(original))
  methods[name] = opener
}

function hearing<T>(channel: string, listener: (message: T, above: Callback) => void): () => void {
  const ours = (message: unknown): void => listener(message as T, ours)
  subscribe(channel, ours)
  return () => {
    unsubscribe(channel, ours)
  }
}
