import type { Settings } from '../settings.js'
import { PostgresStore } from './postgres-store.js'
import { SqliteStore } from './sqlite-store.js'
import type { Store } from './store.js'

export { FolderInUse, FolderLock } from './folder-lock.js'
export { isHeld, OpenedStore } from './opened-store.js'
export { DAY, type Fence, HOUR, type Period, PRUNE_LIMIT, type Span, type Store } from './store.js'
export { PostgresStore, SqliteStore }

/** The injection token under which a worker asks for the {@link Store}. */
export const STORE = Symbol('pulse.store')

/** A new store, not opened yet: PostgreSQL when there is an address of one, else the embedded database. */
export function createStore({
  databaseUrl,
  dataFolder,
}: Pick<Settings, 'databaseUrl' | 'dataFolder'>): Store {
  return databaseUrl === undefined ? new SqliteStore(dataFolder) : new PostgresStore(databaseUrl.reveal())
}
