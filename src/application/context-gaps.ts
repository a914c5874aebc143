/**
 * The places where Node calls back without the async context of whoever asked to be called, or has dropped it when
 * the call throws. Found by trying every kind of failure on Node 20 and 24 (`test/containment`); each is closed here,
 * while containment is on.
 *
 * | what | where | what is done |
 * | --- | --- | --- |
 * | a promise rejected by somebody else | Node 24 | promises remember who made them |
 * | a `queueMicrotask` callback that throws | Node 20 | it is called inside a guard |
 * | `FinalizationRegistry` callbacks | all | they are called inside a guard |
 * | `dns.resolve…` callbacks that throw | all | they are called inside a guard |
 * | `exit` listeners of a thread that throw | all | its events are emitted inside a guard |
 * | events of a socket that a server accepted | all | the socket gets the context of its server |
 * | `upgrade` and `connect` events of an HTTP server | Node 20 | they are emitted inside a guard |
 * | events of a stream that an HTTP/2 server accepted | all | they are emitted inside a guard |
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import dns from 'node:dns'
import type { EventEmitter } from 'node:events'
import { Server as HttpServer } from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
import type { Socket } from 'node:net'
import { currentKernel, currentPid, rememberPromises } from '../kernel/index.js'

type Callback = (...args: never[]) => unknown
type Close = () => void

const [NODE = 20] = process.versions.node.split('.').map(Number)

/** Closes the gaps until disposed of. Several systems in one program do so one over the other. */
export function closeContextGaps(): Disposable {
  const open = GAPS.map((close) => close()).reverse()
  return {
    [Symbol.dispose]() {
      for (const each of open.splice(0)) each()
    },
  }
}

/** A callback that keeps the context it is made in, also for what it throws. */
function guarded<C extends Callback>(callback: C): C {
  // Whoever belongs to no process has no context to keep.
  if (currentPid() === undefined) return callback
  const inContext = AsyncLocalStorage.snapshot()
  function guard(this: unknown, ...args: never[]): unknown {
    return inContext(() => attempt(() => callback.apply(this, args)))
  }
  return guard as C
}

/** Contains what `callback` throws here and now. */
function attempt(callback: () => unknown): unknown {
  try {
    return callback()
  } catch (error) {
    if (!currentKernel().contain(error)) throw error
    return undefined
  }
}

/** Has an emitter tell `events`, or all of them, inside a guard. */
function guardEvents(emitter: EventEmitter, events?: readonly string[]): void {
  const plain = emitter.emit
  const guard = guarded(plain.bind(emitter) as Callback) as typeof plain
  emitter.emit = (event, ...args) =>
    events === undefined || events.includes(String(event))
      ? guard(event, ...args)
      : plain.call(emitter, event, ...args)
}

function promises(): Close {
  if (NODE < 24) return () => {}
  const remembering = rememberPromises()
  return () => remembering[Symbol.dispose]()
}

function microtasks(): Close {
  if (NODE >= 22) return () => {}
  const original = globalThis.queueMicrotask
  // The context is there while the callback runs, so there is no need to keep it.
  const ours = (callback: () => void): void =>
    original(typeof callback === 'function' ? () => attempt(callback) : callback)
  globalThis.queueMicrotask = ours
  return () => {
    if (globalThis.queueMicrotask === ours) globalThis.queueMicrotask = original
  }
}

function finalizers(): Close {
  const Original = globalThis.FinalizationRegistry
  const Guarded = class<T> extends Original<T> {
    constructor(cleanup: (held: T) => void) {
      super(typeof cleanup === 'function' ? guarded(cleanup) : cleanup)
    }
  }
  Object.defineProperty(Guarded, 'name', { value: Original.name })
  globalThis.FinalizationRegistry = Guarded
  return () => {
    if (globalThis.FinalizationRegistry === Guarded) globalThis.FinalizationRegistry = Original
  }
}

function resolvers(): Close {
  const undo = [dns, dns.Resolver.prototype].flatMap((holder) => {
    const methods = holder as unknown as Record<string, Callback>
    return Object.keys(methods)
      .filter((name) => name.startsWith('resolve') || name === 'reverse')
      .map((name) => guardMethod(methods, name))
  })
  // So that `import { resolve4 } from 'node:dns'` has them too.
  syncBuiltinESMExports()
  return () => {
    for (const each of undo) each()
    syncBuiltinESMExports()
  }
}

/** Guards the callback that a method takes last. */
function guardMethod(methods: Record<string, Callback>, name: string): Close {
  const original = methods[name] as Callback
  function guard(this: unknown, ...args: unknown[]): unknown {
    const last = args.at(-1)
    if (typeof last === 'function') args[args.length - 1] = guarded(last as Callback)
    return original.apply(this, args as never[])
  }
  methods[name] = guard
  return () => {
    if (methods[name] === guard) methods[name] = original
  }
}

function threads(): Close {
  return listening('worker_threads', ({ worker }) => guardEvents(worker as EventEmitter))
}

interface Resettable {
  asyncReset?(resource: object): void
}

class AcceptedSocket {}

function sockets(): Close {
  const known = new WeakSet<object>()
  return listening('net.server.socket', ({ socket }) => {
    if (currentPid() === undefined) return
    const accepted = socket as Socket & { _handle?: Resettable | null; server?: EventEmitter | null }
    // As Node's HTTP agent does when a connection changes hands.
    accepted._handle?.asyncReset?.(new AcceptedSocket())
    const { server } = accepted
    if (!server || known.has(server)) return
    known.add(server)
    if (server instanceof HttpServer) {
      if (NODE < 22) guardEvents(server, ['upgrade', 'connect'])
    } else if ('updateSettings' in server) {
      // HTTP/2 makes the handle of a stream outside any context; when the stream is told of, the session's is there.
      server.prependListener('stream', (stream: EventEmitter) => guardEvents(stream))
    }
  })
}

function listening(channel: string, listener: (message: Record<string, unknown>) => void): Close {
  const ours = (message: unknown): void => listener(message as Record<string, unknown>)
  subscribe(channel, ours)
  return () => {
    unsubscribe(channel, ours)
  }
}

const GAPS: readonly (() => Close)[] = [promises, microtasks, finalizers, resolvers, threads, sockets]
