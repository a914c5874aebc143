import type { Store } from './store.js'

/** A store that opens itself when somebody first needs it, once for all who do. */
export class OpenedStore {
  #opening: Promise<void> | undefined

  constructor(private readonly store: Store) {}

  async use<T>(work: (store: Store) => Promise<T>): Promise<T> {
    this.#opening ??= this.store.migrate()
    const opening = this.#opening
    try {
      await opening
    } catch (error) {
      // Whoever comes next tries again.
      if (this.#opening === opening) this.#opening = undefined
      throw error
    }
    return work(this.store)
  }
}

/** Whether a database is well but held by another program, as SQLite's file may be for a moment. */
export function isHeld(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')
}
