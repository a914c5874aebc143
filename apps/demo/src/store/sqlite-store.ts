import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import type { CheckResult } from '../check.js'
import { PRUNE_LIMIT, type ResultRow, type Store, toResult } from './store.js'

/** Each step takes the database from the version of its index to the next; a step that was released never changes. */
const MIGRATIONS = [
  `CREATE TABLE check_results (
     id INTEGER PRIMARY KEY,
     target TEXT NOT NULL,
     at INTEGER NOT NULL,
     up INTEGER NOT NULL,
     latency REAL NOT NULL,
     status INTEGER,
     reason TEXT
   );
   CREATE INDEX check_results_by_target ON check_results (target, id);`,
]

/** The embedded default: one file in the data folder. Its calls block, but for a batch of rows only a moment. */
export class SqliteStore implements Store {
  readonly file: string
  #database: Database.Database | undefined

  constructor(readonly folder: string) {
    this.file = join(folder, 'pulse.sqlite')
  }

  async migrate(): Promise<void> {
    await this.close()
    mkdirSync(this.folder, { recursive: true })
    this.#database = new Database(this.file, { timeout: 5000 })
    try {
      this.#migrate(this.#database)
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async append(results: readonly CheckResult[]): Promise<void> {
    const database = this.#opened()
    const insert = database.prepare(
      'INSERT INTO check_results (target, at, up, latency, status, reason) VALUES (?, ?, ?, ?, ?, ?)',
    )
    const insertAll = database.transaction(() => {
      for (const { target, at, up, latency, status, reason } of results) {
        insert.run(target, at, up ? 1 : 0, latency, status ?? null, reason ?? null)
      }
    })
    insertAll.immediate()
  }

  async recent(target: string, limit: number): Promise<CheckResult[]> {
    const rows = this.#opened()
      .prepare(
        'SELECT target, at, up, latency, status, reason FROM check_results WHERE target = ? ORDER BY id DESC LIMIT ?',
      )
      .all(target, limit) as ResultRow[]
    return rows.reverse().map(toResult)
  }

  async prune(time: number): Promise<number> {
    return this.#opened()
      .prepare(
        `DELETE FROM check_results
         WHERE id IN (SELECT id FROM check_results ORDER BY id LIMIT ${PRUNE_LIMIT}) AND at < ?`,
      )
      .run(time).changes
  }

  async close(): Promise<void> {
    const database = this.#database
    this.#database = undefined
    if (database === undefined) return
    // The connection lives on in its statements until these are collected, so SQLite would not clean up now. This way
    // the one file is all there is to copy or move.
    database.pragma('wal_checkpoint(TRUNCATE)')
    database.close()
  }

  #migrate(database: Database.Database): void {
    database.pragma('journal_mode = WAL')
    // In WAL mode NORMAL may lose the last commits when the machine goes down; FULL syncs every one of them.
    database.pragma('synchronous = FULL')
    const { user_version: version } = database.prepare('PRAGMA user_version').get() as {
      user_version: number
    }
    if (version > MIGRATIONS.length) {
      throw new Error(
        `${this.file} was written by a newer Pulse (schema ${version}, known up to ${MIGRATIONS.length})`,
      )
    }
    MIGRATIONS.slice(version).forEach((step, index) => {
      database.exec(`BEGIN IMMEDIATE; ${step} PRAGMA user_version = ${version + index + 1}; COMMIT`)
    })
  }

  #opened(): Database.Database {
    if (this.#database === undefined) throw new Error(`${this.file} is not open; call migrate() first`)
    return this.#database
  }
}
