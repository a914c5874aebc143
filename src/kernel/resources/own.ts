import { actor } from '../context/current-kernel.js'
import { noteOwned } from './opened-things.js'

/**
 * Hands a resource to the current process, which closes it when it dies, however it dies. Resources are closed last
 * first, and only then do links, monitors and the supervisor hear of the death, so the next incarnation can have the
 * same port. A resource that ends by itself is off the books; one that fails to close is reported.
 *
 * | resource | how it is closed |
 * | --- | --- |
 * | a server (`net`, `http`, `https`, `http2`) | it stops listening, its connections are destroyed |
 * | a framework around one (`app.server`) | its own close, and as above |
 * | a socket or stream | destroyed; its descriptor is closed when this is done |
 * | a child process | SIGTERM, SIGKILL if it still runs after 3 s; it has ended when this is done |
 * | a worker thread | terminated |
 * | anything else | the first it has of `Symbol.asyncDispose`, `Symbol.dispose`, `destroy`, `terminate`, `close`, `kill`, `end`, `abort`, `disconnect`, `cancel` |
 *
 * All of it has 5 s. What hangs then is reported, the rest is closed without waiting, and the exit signals go out.
 *
 * @returns the resource
 * @throws NOT_OWNABLE when nothing can close it, PROCESS_DEAD
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

/** Takes a resource back that the process shall not close. Returns whether it owned it. */
export function disown(resource: unknown): boolean {
  return actor().owned.delete(resource)
}

/**
 * A signal that aborts when the current process dies, for `fetch` and whatever else takes one.
 *
 * @example
 * ```ts
 * const response = await fetch(url, { signal: processSignal() })
 * ```
 */
export function processSignal(): AbortSignal {
  return actor().owned.signal
}
