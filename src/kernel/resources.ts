import { actor } from './current.js'

/**
 * Hands a resource to the current process, which closes it when it dies, however it dies: server, socket, stream,
 * timer, child process, file handle, or anything with `Symbol.asyncDispose` or `Symbol.dispose`. Resources are closed
 * last first, and only then do links, monitors and the supervisor hear of the death, so the next incarnation can have
 * the same port.
 *
 * @returns the resource
 * @throws NOT_OWNABLE when nothing can close it
 * @example
 * ```ts
 * const server = own(createServer(handler))
 * ```
 */
export function own<T>(resource: T): T {
  actor().owned.add(resource)
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
