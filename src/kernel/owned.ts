import { Server, type Socket } from 'node:net'
import { kernelError } from './errors.js'

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

/** The resources of one process, closed last first. */
export class Owned {
  readonly #closers = new Map<unknown, Close>()

  add(resource: unknown): void {
    if (!this.#closers.has(resource)) this.#closers.set(resource, closerOf(resource))
  }

  delete(resource: unknown): boolean {
    return this.#closers.delete(resource)
  }

  get size(): number {
    return this.#closers.size
  }

  get resources(): unknown[] {
    return [...this.#closers.keys()]
  }

  /**
   * Closes everything, one after the other, past those that fail; `failed` is told of each failure. Returns
   * undefined when no closing had to be waited for.
   */
  close(failed: (resource: unknown, error: unknown) => void): Promise<void> | undefined {
    const entries = [...this.#closers].reverse()
    this.#closers.clear()
    return closeFrom(entries, 0, failed)
  }
}

function closeFrom(
  entries: readonly (readonly [unknown, Close])[],
  from: number,
  failed: (resource: unknown, error: unknown) => void,
): Promise<void> | undefined {
  for (let at = from; at < entries.length; at++) {
    const [resource, close] = entries[at] as readonly [unknown, Close]
    try {
      const closing = close()
      if (typeof (closing as PromiseLike<unknown> | undefined)?.then !== 'function') continue
      return Promise.resolve(closing).then(
        () => closeFrom(entries, at + 1, failed),
        (error: unknown) => {
          failed(resource, error)
          return closeFrom(entries, at + 1, failed)
        },
      )
    } catch (error) {
      failed(resource, error)
    }
  }
  return undefined
}
