/**
 * Adds a listener to this thread or program that stays when code removes all listeners, as libraries do: without its listeners a server
 * would get nothing any more, and nobody would know.
 */
export function hold(event: string, listener: (...args: unknown[]) => void): void {
  const listen = (): void => {
    if (!process.listeners(event as never).includes(listener as never)) process.on(event, listener)
    if (!process.listeners('removeListener' as never).includes(removed as never))
      process.on('removeListener' as never, removed as never)
  }
  // It is added again when the whole removal is over.
  const removed = (name: unknown, what: unknown): void => {
    if (name === event && what === listener) queueMicrotask(listen)
  }
  listen()
}
