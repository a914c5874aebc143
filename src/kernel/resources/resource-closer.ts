import type { ChildProcess } from 'node:child_process'
import type { Socket as DatagramSocket } from 'node:dgram'
import type { EventEmitter } from 'node:events'
import type { Server, Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import { turnOfLoop } from '../clock.js'
import { kernelError } from '../errors/errors.js'
import { inherits, isObject, read } from '../show/index.js'
import { AttachedListeners } from './attached-listeners.js'

/** Ends a resource. What it returns is waited for, if it is a promise. */
export interface Closer {
  close(): unknown
  /** The last resort for one that takes too long. */
  force?(): void
  /** Nobody waits for the closing any more. */
  giveUp?(): void
  /** Tells when the resource ended by itself, so that nobody keeps what is gone. */
  onEnd?(gone: () => void): void
  /** Takes off what it attached to the resource, which is closed, or somebody else's now. */
  detach?(): void
}

/** As a closer tells of the end of what says it by an event. */
function endOf(
  emitter: EventEmitter,
  event: string,
  ears = new AttachedListeners(),
): Required<Pick<Closer, 'onEnd' | 'detach'>> {
  return { onEnd: (gone) => ears.on(emitter, event, gone), detach: () => ears.off() }
}

/** The ways a resource can be ended, the best first. */
const WAYS = [
  Symbol.asyncDispose,
  Symbol.dispose,
  'destroy',
  'terminate',
  'close',
  'kill',
  'end',
  'abort',
  'disconnect',
  'cancel',
] as const

/** How a resource is closed; found when it is handed over, so that a wrong one is refused there. */
export function closerOf(resource: unknown): Closer {
  if (!isObject(resource)) {
    throw kernelError('NOT_OWNABLE', { value: resource })
  }
  // Loaded when something is handed over, and not by each program at its start.
  const { Server } = process.getBuiltinModule('node:net')
  const { Readable, Writable } = process.getBuiltinModule('node:stream')
  if (is(resource, Server)) return serverCloser(resource)
  if (is(resource, Readable) || is(resource, Writable)) return streamCloser(resource)
  if (is(resource, process.getBuiltinModule('node:child_process').ChildProcess))
    return programCloser(resource)
  if (is(resource, process.getBuiltinModule('node:dgram').Socket)) return datagramCloser(resource)
  if (is(resource, process.getBuiltinModule('node:worker_threads').Worker)) {
    return { close: () => resource.terminate(), ...endOf(resource, 'exit') }
  }
  for (const way of WAYS) {
    const close = read(resource, way)
    if (typeof close !== 'function') continue
    // Web frameworks close around a server of Node's, and wait for its clients as it does.
    const server = read(resource, 'server')
    if (is(server, Server)) return aroundServer(() => close.call(resource), server)
    return { close: () => close.call(resource) }
  }
  throw kernelError('NOT_OWNABLE', { value: resource })
}

function is<T>(resource: unknown, { prototype }: { readonly prototype: T & object }): resource is T {
  return inherits(resource, prototype)
}

const noError = (): void => {}

/**
 * A server's own dispose waits for its clients, which would hold the port for as long as they like. Ours ends them.
 */
function serverCloser(server: Server): Required<Omit<Closer, 'force' | 'giveUp'>> {
  const sockets = new Set<Socket>()
  function closed(this: Socket): void {
    sockets.delete(this)
  }
  const ears = new AttachedListeners()
  ears.on(server, 'connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', closed)
  })
  const { onEnd } = endOf(server, 'close', ears)
  return {
    close: () =>
      new Promise<void>((resolve) => {
        // An error says that it was not listening, which is what we want.
        server.close(() => resolve())
        endClients(server, sockets)
      }),
    onEnd,
    detach() {
      ears.off()
      for (const socket of sockets) socket.off('close', closed)
    },
  }
}

/** Turns of the event loop that a framework's own closing has before its clients are cut off. */
const TURNS_FOR_HOOKS = 10

function aroundServer(close: () => unknown, server: Server): Closer {
  const { close: closeServer, detach } = serverCloser(server)
  return {
    detach,
    async close() {
      const closing = Promise.resolve(close())
      // Looked at below; till then its failure must not pass for one that nobody handles.
      closing.catch(noError)
      // Begun by the framework, so that its hooks can end what is open in good order; ended by us.
      for (let turn = 0; turn < TURNS_FOR_HOOKS; turn++) await turnOfLoop()
      await Promise.all([closing, closeServer()])
    },
  }
}

function endClients(server: Server, sockets: ReadonlySet<Socket>): void {
  // Connections from before the server was owned are known to an HTTP server alone.
  ;(server as { closeAllConnections?(): void }).closeAllConnections?.()
  for (const socket of sockets) socket.destroy()
}

/** Its own dispose makes an error of an end before its time, and does not wait for the descriptor to be closed. */
function streamCloser(stream: Readable | Writable): Closer {
  return {
    close() {
      if (stream.closed) return undefined
      // Errors of what is thrown away are nobody's concern.
      stream.on('error', noError)
      const closed = new Promise((resolve) => stream.once('close', resolve))
      stream.destroy()
      return emitsClose(stream) ? closed : undefined
    },
    ...endOf(stream, 'close'),
  }
}

function emitsClose(stream: Readable | Writable): boolean {
  const states = stream as {
    _readableState?: { emitClose: boolean }
    _writableState?: { emitClose: boolean }
  }
  return (states._writableState ?? states._readableState)?.emitClose !== false
}

/** One that is being bound is closed once it is bound: never, when the look-up of its address does not end. It holds no port till then. */
function datagramCloser(socket: DatagramSocket): Closer {
  return {
    close() {
      const closed = new Promise((resolve) => socket.once('close', resolve))
      const bound = isBound(socket)
      try {
        socket.close()
      } catch {
        // It says that it is closed already.
        return undefined
      }
      return bound ? closed : undefined
    },
    ...endOf(socket, 'close'),
  }
}

function isBound(socket: DatagramSocket): boolean {
  try {
    socket.address()
    return true
  } catch {
    return false
  }
}

/** Asks a program to end and waits until it has, since it may hold a port or a lock; the last resort is SIGKILL. */
function programCloser(program: ChildProcess): Closer {
  const running = (): boolean => program.exitCode === null && program.signalCode === null
  return {
    close() {
      // A program that outlives its pipes would keep us from ending.
      for (const pipe of program.stdio ?? []) pipe?.destroy()
      if (program.pid === undefined || !running()) return undefined
      const ended = new Promise((resolve) => program.once('exit', resolve))
      program.kill()
      return ended
    },
    force() {
      if (running()) program.kill('SIGKILL')
    },
    ...endOf(program, 'exit'),
  }
}
