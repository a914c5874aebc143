/**
 * Listens to this thread or program, and goes on when code in it takes off all listeners, as libraries do: without its listeners a server would hear
 * nothing any more, and nobody would know.
 */
export function hold(event: string, listener: (...args: unknown[]) => void): void {
  const listen = (): void => {
    if (!process.listeners(event as never).includes(listener as never)) process.on(event, listener)
    if (!process.listeners('removeListener' as never).includes(removed as never))
      process.on('removeListener' as never, removed as never)
  }
  // When the whole removal is over.
  const removed = (name: unknown, what: unknown): void => {
    if (name === event && what === listener) queueMicrotask(listen)
  }
  listen()
}
