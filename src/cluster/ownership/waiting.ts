/** One who wants a key. It is registered before it looks at the key, so that no hint is missed in between. */
export class Waiter {
  /** Of the owner that it saw. */
  lease: string | undefined
  #isWoken = false
  #wake: (() => void) | undefined

  /** There is a reason to try again. */
  wake(): void {
    this.#isWoken = true
    this.#wake?.()
  }

  /** Resolves when there is a reason to try again; rejects with the reason of the signal. */
  woken(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason)
      if (this.#isWoken) return resolve()
      const aborted = (): void => reject(signal?.reason)
      signal?.addEventListener('abort', aborted)
      this.#wake = () => {
        signal?.removeEventListener('abort', aborted)
        resolve()
      }
    })
  }
}

/** Those who wait until a key may be free: woken by any hint, they try, and wait again. */
export class Waiting {
  readonly #byKey = new Map<string, Set<Waiter>>()

  register(key: string): Waiter {
    const waiters = this.#byKey.get(key) ?? new Set()
    this.#byKey.set(key, waiters)
    const waiter = new Waiter()
    waiters.add(waiter)
    return waiter
  }

  leave(key: string, waiter: Waiter): void {
    const waiters = this.#byKey.get(key)
    waiters?.delete(waiter)
    if (waiters?.size === 0) this.#byKey.delete(key)
  }

  /** A key was written; without one, any may have been. */
  wake(key?: string): void {
    const sets = key === undefined ? this.#byKey.values() : [this.#byKey.get(key) ?? []]
    for (const waiters of sets) for (const waiter of waiters) waiter.wake()
  }

  /** A lease is over. */
  wakeLease(lease: string): void {
    for (const waiter of this.#of(lease)) waiter.wake()
  }

  /** Whether anybody waits for what the lease has. */
  has(lease: string): boolean {
    for (const _ of this.#of(lease)) return true
    return false
  }

  *#of(lease: string): Iterable<Waiter> {
    for (const waiters of this.#byKey.values())
      for (const waiter of waiters) if (waiter.lease === lease) yield waiter
  }
}
