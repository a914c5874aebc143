import { Server, type Socket } from 'node:net'
import { kernelError, printed } from './errors.js'
import type { Process } from './process.js'
import { unclosedReport } from './report.js'

type Close = () => unknown

/** The ways a resource can be ended, the best first. */
const WAYS = [Symbol.asyncDispose, Symbol.dispose, 'destroy', 'close', 'kill', 'end', 'abort'] as const

/** How a resource is closed; found when it is handed over, so that a wrong one is refused there. */
export function closerOf(resource: unknown): Close {
  if ((typeof resource !== 'object' && typeof resource !== 'function') || resource === null) {
    throw kernelError('NOT_OWNABLE', { value: resource })
  }
  if (resource instanceof Server) return serverCloser(resource)
  const held = resource as Record<PropertyKey, unknown>
  for (const way of WAYS) {
    const close = held[way]
    if (typeof close === 'function') return () => close.call(held)
  }
  throw kernelError('NOT_OWNABLE', { value: resource })
}

/**
 * A server's own dispose waits for its clients, which would hold the port for as long as they like. Ours ends them.
 */
function serverCloser(server: Server): Close {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return () =>
    new Promise<void>((resolve) => {
      // An error says that it was not listening, which is what we want.
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })
}

/** How long the resources of a dying process may take to close, in milliseconds. */
const CLOSING_TIME = 5_000

/** What one process owns: the signal that fires at its death, and resources closed then, last first. */
export class Owned {
  readonly #closers = new Map<unknown, Close>()
  #abort: AbortController | undefined

  get signal(): AbortSignal {
    this.#abort ??= new AbortController()
    return this.#abort.signal
  }

  get size(): number {
    return this.#closers.size
  }

  add(resource: unknown): void {
    if (!this.#closers.has(resource)) this.#closers.set(resource, closerOf(resource))
  }

  delete(resource: unknown): boolean {
    return this.#closers.delete(resource)
  }

  /**
   * Aborts what is in flight and closes everything, one after the other, past those that fail. It runs as the
   * process, fenced by now. Undefined when nothing had to be waited for; never rejects.
   */
  release(process: Process): Promise<void> | undefined {
    return process.within(() => {
      this.#abort?.abort(process.quietFence())
      const entries = [...this.#closers].reverse()
      this.#closers.clear()
      const closing = closeFrom(entries, 0, process)
      return closing === undefined ? undefined : process.kernel.atMost(closing, CLOSING_TIME, process)
    })
  }
}

type Entry = readonly [resource: unknown, close: Close]

function closeFrom(entries: readonly Entry[], from: number, process: Process): Promise<void> | undefined {
  for (let at = from; at < entries.length; at++) {
    const [resource, close] = entries[at] as Entry
    try {
      const closing = close()
      if (typeof (closing as PromiseLike<unknown> | undefined)?.then !== 'function') continue
      return Promise.resolve(closing).then(
        () => closeFrom(entries, at + 1, process),
        (error: unknown) => {
          failed(process, resource, error)
          return closeFrom(entries, at + 1, process)
        },
      )
    } catch (error) {
      failed(process, resource, error)
    }
  }
  return undefined
}

function failed(process: Process, resource: unknown, error: unknown): void {
  process.kernel.report(unclosedReport(process, printed(resource), error))
}
