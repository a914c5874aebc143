/** The sorts of things that a process can leave open. What can be known of each only from inside Node is read with care. */
import type { ChildProcess } from 'node:child_process'
import type { Socket as DatagramSocket } from 'node:dgram'
import type { EventEmitter } from 'node:events'
import type { FSWatcher, StatWatcher } from 'node:fs'
import type { Server, Socket } from 'node:net'
import { basename } from 'node:path'
import type { Worker } from 'node:worker_threads'
import type { Sort } from '../kernel/index.js'

/** Sockets of undici and `fetch`: of a pool that is the program's. */
const pooled = new WeakSet<object>()

export function notePooled(socket: object): void {
  pooled.add(socket)
}

/** Servers and watchers that are closed. They say so by an event only. */
const closed = new WeakSet<object>()

function noteClosed(this: object): void {
  closed.add(this)
}

/** Until it is closed again: some are opened anew. */
function hearClose(emitter: EventEmitter): void {
  closed.delete(emitter)
  if (!emitter.listeners('close').includes(noteClosed)) emitter.once('close', noteClosed)
}

const openIf = (open: boolean): 'open' | 'closed' => (open ? 'open' : 'closed')

export const socket: Sort<Socket> = {
  kind: 'socket',
  state(socket) {
    if (socket.destroyed || socket.writableEnded || pooled.has(socket)) return 'closed'
    const { connecting, secureConnecting } = socket as Socket & { secureConnecting?: boolean }
    if (connecting || secureConnecting === true) return 'opening'
    // An HTTP agent listens to this on each of its own, until one is upgraded.
    return openIf(socket.listenerCount('agentRemove') === 0)
  },
  name: ({ remoteAddress, remotePort }) =>
    remoteAddress === undefined ? 'a socket' : `a socket to ${addressed(remoteAddress, remotePort)}`,
  listen: (socket, fired) => listenTo([socket], fired),
}

export const server: Sort<Server> = {
  kind: 'server',
  begin: hearClose,
  state(server) {
    if (server.listening) return 'open'
    return closed.has(server) ? 'closed' : 'opening'
  },
  name(server) {
    const address = server.address()
    if (address === null) return 'a server'
    return `a server on ${typeof address === 'string' ? address : addressed(address.address, address.port)}`
  },
  listen: (server, fired) => listenTo([server], fired),
}

export const program: Sort<ChildProcess> = {
  kind: 'program',
  state(program) {
    const { pid, exitCode, signalCode, killed } = program
    const { _handle: handle } = program as ChildProcess & { _handle?: { hasRef?(): boolean } | null }
    // One that was unreferenced is to go on without us.
    const isWanted = handle?.hasRef?.() === false
    return openIf(pid !== undefined && exitCode === null && signalCode === null && !killed && !isWanted)
  },
  name: ({ spawnfile, pid }) => `the program ${basename(spawnfile)} (pid ${pid})`,
  listen: (program, fired) =>
    listenTo(
      [program, program.stdout, program.stderr].filter((each) => each != null),
      fired,
    ),
}

export const thread: Sort<Worker> = {
  kind: 'thread',
  state: ({ threadId }) => openIf(threadId !== -1),
  name: ({ threadId }) => `thread ${threadId}`,
  listen: (thread, fired) => listenTo([thread], fired),
}

export const datagrams: Sort<DatagramSocket> = {
  kind: 'datagram socket',
  state(socket) {
    try {
      socket.address()
      return 'open'
    } catch (error) {
      // Any other says that it is not bound yet.
      return (error as NodeJS.ErrnoException).code === 'ERR_SOCKET_DGRAM_NOT_RUNNING' ? 'closed' : 'opening'
    }
  },
  name(socket) {
    const { address, port } = socket.address()
    return `a datagram socket on ${addressed(address, port)}`
  },
  listen: (socket, fired) => listenTo([socket], fired),
}

export const fileWatcher: Sort<FSWatcher> = {
  kind: 'watcher',
  by: 'packages',
  begin: hearClose,
  state(watcher) {
    const { _handle: handle } = watcher as FSWatcher & { _handle?: { readonly initialized?: boolean } | null }
    return openIf(!closed.has(watcher) && handle?.initialized !== false)
  },
  name: () => 'a watcher of files',
  listen: (watcher, fired) => listenTo([watcher], fired),
}

export const statWatcher: Sort<StatWatcher & EventEmitter> = {
  kind: 'watcher',
  by: 'packages',
  // Node has one for a file, whoever watches it: with others, it is theirs too.
  state: (watcher) => openIf(watcher.listenerCount('change') === 1),
  name: () => 'a watcher of a file',
  listen: (watcher, fired) => listenTo([watcher], fired),
}

/** What Node has inside a timer. */
interface Inside {
  readonly _destroyed?: boolean
  readonly _idleTimeout?: number
  readonly _repeat?: number | null
  _onTimeout?: ((...args: unknown[]) => unknown) | null
}

type Timeout = NodeJS.Timeout & Inside

const period = (ms: number | null | undefined): string => (typeof ms === 'number' ? ` of ${ms} ms` : '')

export const interval: Sort<Timeout> = {
  kind: 'interval',
  isTimer: true,
  by: 'packages',
  state: (timer, place) =>
    // What a package does beside its work, and would not have the program wait for, is told with what it works on.
    openIf(timer._destroyed === false && (timer.hasRef() || place?.direct === true)),
  name: ({ _repeat: ms }) => `an interval${period(ms)}`,
  listen: listenToTimer,
}

export const timeout: Sort<Timeout> = {
  kind: 'timeout',
  isTimer: true,
  by: 'user',
  state: (timer) => openIf(timer._destroyed === false && timer.hasRef()),
  name: ({ _idleTimeout: ms }) => `a timeout${period(ms)}`,
  listen: listenToTimer,
}

export const brief: Sort<Timeout> = { ...timeout, kind: 'brief timeout', isBrief: true }

function listenToTimer(timer: Timeout, fired: () => boolean): void {
  const { _onTimeout: run } = timer
  if (typeof run !== 'function') return
  timer._onTimeout = (...args) => {
    if (fired()) timer._onTimeout = run
    return run.apply(timer, args)
  }
}

/** What something comes by. Other events tell of a beginning, of an end, or of who listens. */
const COMES = new Set<unknown>(['change', 'connection', 'data', 'message', 'readable', 'timeout'])

/** Has the first event heard by which something comes. */
function listenTo(emitters: readonly EventEmitter[], fired: () => boolean): void {
  for (const emitter of emitters) {
    const { emit } = emitter
    const isOwn = Object.hasOwn(emitter, 'emit')
    const ours = function (this: EventEmitter, ...args: Parameters<typeof emit>): boolean {
      if (isComing(emitter, args[0]) && emitter.emit === ours && fired()) {
        if (isOwn) emitter.emit = emit
        else Reflect.deleteProperty(emitter, 'emit')
      }
      return Reflect.apply(emit, this, args)
    }
    emitter.emit = ours
  }
}

function isComing(emitter: EventEmitter, event: unknown): boolean {
  // That nothing comes any more is told so, too.
  if (event === 'readable') return (emitter as { readableLength?: number }).readableLength !== 0
  return COMES.has(event)
}

function addressed(address: string, port: number | undefined): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
