import { actor } from '../context/current-kernel.js'
import { noteOwned } from './opened-things.js'

/**
 * Makes the current process the owner of a resource, which is closed when the process ends, for any reason. Resources are closed one after the other, the last
 * first. Only then do links, monitors and the supervisor learn of the end, so the next instance of a worker can use the
 * same port. A resource that ends by itself is removed from the list; a resource that fails to close is reported.
 *
 * | resource | how it is closed |
 * | --- | --- |
 * | a server (`net`, `http`, `https`, `http2`) | it stops listening, and its connections are destroyed |
 * | a framework around a server (`app.server`) | by its own `close`, and as above |
 * | a socket or stream | it is destroyed; its descriptor is closed before the owner's end is reported |
 * | a child process | SIGTERM, and SIGKILL if it still runs after 3 s; it has ended before the owner's end is reported |
 * | a worker thread | it is terminated |
 * | any other object | the first of these methods that it has: `Symbol.asyncDispose`, `Symbol.dispose`, `destroy`, `terminate`, `close`, `kill`, `end`, `abort`, `disconnect`, `cancel` |
 *
 * All resources of a process may take 5 s together. After that, the resource that hangs is reported, the others are closed without waiting, and the exit signals go out.
 *
 * @returns the resource
 * @throws NOT_OWNABLE if the value has none of these methods, PROCESS_DEAD
 * @example
 * ```ts
 * const server = own(createServer(handler))
 * ```
 */
export function own<T>(resource: T): T {
  actor().owned.add(resource)
  noteOwned(resource as object)
  return resource
}

/** Removes a resource from those that the process closes. Returns whether the process owned it. */
export function disown(resource: unknown): boolean {
  return actor().owned.delete(resource)
}

/**
 * A signal that aborts when the current process dies, for `fetch` and other functions that take a signal.
 *
 * @example
 * ```ts
 * const response = await fetch(url, { signal: processSignal() })
 * ```
 */
export function processSignal(): AbortSignal {
  return actor().owned.signal
}
