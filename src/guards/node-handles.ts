/** Handles that Node makes without a context, or whose context it has dropped when a listener throws. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import type { Worker } from 'node:worker_threads'
import { currentPid } from '../kernel/index.js'
import { claimCallback } from './callback-claims.js'

type Close = () => void

interface Resettable {
  asyncReset?(resource: object): void
}

class GivenHandle {}

/** Gives a handle the context of the current process, as Node's HTTP agent does when a connection changes hands. */
export function resetContext(handle: object | null | undefined): void {
  ;(handle as Resettable | null | undefined)?.asyncReset?.(new GivenHandle())
}

/** Has the sockets that a server accepts belong to the process of the server, until what is returned is called. */
export function guardSockets(): Close {
  const known = new WeakSet<object>()
  return listening<{ socket: Socket & { _handle?: object | null; server?: EventEmitter | null } }>(
    'net.server.socket',
    ({ socket }) => {
      if (currentPid() === undefined) return
      resetContext(socket._handle)
      const { server } = socket
      if (!server || known.has(server) || !('updateSettings' in server)) return
      known.add(server)
      // HTTP/2 makes the handle of a stream outside any context; when the stream is told of, the session's is there.
      server.prependListener('stream', guardEvents)
    },
  )
}

/** A listener of a thread's `exit` has its context, and Node has dropped it when the listener throws. */
export function guardThreads(): Close {
  return listening<{ worker: Worker }>('worker_threads', ({ worker }) => guardEvents(worker))
}

/** Has an emitter tell its events as the current process: an `error` that nobody listens to is its failure. */
function guardEvents(emitter: EventEmitter): void {
  emitter.emit = claimCallback(emitter.emit) as typeof emitter.emit
}

function listening<T>(channel: string, listener: (message: T) => void): Close {
  const ours = (message: unknown): void => listener(message as T)
  subscribe(channel, ours)
  return () => {
    unsubscribe(channel, ours)
  }
}
