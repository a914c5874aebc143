import { type Stats, statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import type { CheckResult } from '../checks/check.js'
import { makeFolder, refuseIfGone } from '../data-folder.js'
import type { Note } from '../journal.js'
import {
  DAY,
  DAYS_KEPT,
  type Fence,
  FORGET_AFTER,
  HOUR,
  HOURS_KEPT,
  type NoteRow,
  type Period,
  PRUNE_LIMIT,
  periodsOf,
  type ResultRow,
  type Span,
  type Store,
  toNote,
  toResult,
} from './store.js'

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
  `DELETE FROM check_results WHERE id NOT IN (SELECT min(id) FROM check_results GROUP BY at, target);
   CREATE UNIQUE INDEX check_results_by_time ON check_results (at, target);
   CREATE TABLE IF NOT EXISTS journal (key TEXT PRIMARY KEY, noted INTEGER NOT NULL, value TEXT);`,
  `ALTER TABLE check_results ADD COLUMN maintenance INTEGER NOT NULL DEFAULT 0;
   CREATE TABLE periods (
     target TEXT NOT NULL,
     span INTEGER NOT NULL,
     start INTEGER NOT NULL,
     checks INTEGER NOT NULL,
     up INTEGER NOT NULL,
     PRIMARY KEY (target, span, start)
   ) WITHOUT ROWID;
   CREATE INDEX periods_by_time ON periods (span, start);
   INSERT INTO periods SELECT target, 3600000, at - at % 3600000, count(*), sum(up) FROM check_results GROUP BY 1, 3;
   INSERT INTO periods SELECT target, 86400000, at - at % 86400000, count(*), sum(up) FROM check_results GROUP BY 1, 3;`,
  `ALTER TABLE journal ADD COLUMN target TEXT;
   UPDATE journal SET target = CASE
     WHEN substr(key, 1, instr(key, '/')) IN ('verdict/', 'told/', 'warned/', 'beat/') THEN substr(key, instr(key, '/') + 1)
     WHEN value IS NULL THEN NULL
     WHEN key LIKE 'change/%' OR key LIKE 'alert/%' THEN json_extract(value, '$.target')
     WHEN key LIKE 'out/%' THEN json_extract(value, '$[1].target') END;
   CREATE INDEX journal_by_target ON journal (target);
   CREATE TABLE fences (target TEXT PRIMARY KEY, fence INTEGER NOT NULL) WITHOUT ROWID;`,
]

/** So many rows are read at once. */
const PAGE = 500

type Row = ResultRow & { readonly id: number }

/**
 * The embedded default: one file in the data folder. Its calls block, but for a batch of rows only a moment: where
 * another program holds the file, they reject at once, and whoever called tries again later.
 */
export class SqliteStore implements Store {
  readonly file: string
  #database: Database.Database | undefined
  #file: Stats | undefined

  constructor(readonly folder: string) {
    this.file = join(folder, 'pulse.sqlite')
  }

  async migrate(): Promise<void> {
    await this.close()
    makeFolder(this.folder)
    const database = new Database(this.file, { timeout: 0 })
    try {
      this.#migrate(database)
      this.#file = statSync(this.file)
      this.#database = database
    } catch (error) {
      // What went wrong first is told, and not that what it left behind cannot be closed.
      quietly(() => database.close())
      throw error
    }
  }

  async append(results: readonly CheckResult[], fences: readonly Fence[] = []): Promise<readonly string[]> {
    const database = this.#opened()
    const insert = database.prepare(
      `INSERT INTO check_results (target, at, up, latency, status, reason, maintenance) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (at, target) DO NOTHING`,
    )
    const count = database.prepare(
      `INSERT INTO periods (target, span, start, checks, up) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (target, span, start) DO UPDATE SET checks = checks + excluded.checks, up = up + excluded.up`,
    )
    let refused: readonly string[] = []
    atOnce(database, () => {
      refused = raise(database, fences)
      // One that was there already has been counted.
      const added = results.filter((result) => {
        if (refused.includes(result.target)) return false
        const { target, at, up, latency, status, reason, maintenance } = result
        const values = [target, at, up ? 1 : 0, latency, status ?? null, reason ?? null, maintenance ? 1 : 0]
        return insert.run(...values).changes === 1
      })
      for (const { target, span, start, checks, up } of periodsOf(added)) {
        count.run(target, span, start, checks, up)
      }
    })
    return refused
  }

  async periods(span: Span, from: number, targets: readonly string[]): Promise<Period[]> {
    const select = this.#opened().prepare(
      `SELECT target, start, checks, up FROM periods WHERE target = ? AND span = ? AND start >= ? ORDER BY start`,
    )
    const found: Period[] = []
    for (const [place, target] of targets.entries()) {
      found.push(...(select.all(target, span, from) as Period[]))
      // Others have their turn in between.
      if (place % PAGE === PAGE - 1) await new Promise((resolve) => setImmediate(resolve))
    }
    return found
  }

  async recent(target: string, limit: number): Promise<CheckResult[]> {
    const found: Row[] = []
    for (let before = Number.MAX_SAFE_INTEGER; found.length < limit; ) {
      const rows = this.#opened()
        .prepare(
          `SELECT id, target, at, up, latency, status, reason, maintenance FROM check_results
           WHERE target = ? AND id < ? ORDER BY id DESC LIMIT ?`,
        )
        .all(target, before, Math.min(PAGE, limit - found.length)) as Row[]
      found.push(...rows)
      before = rows.at(-1)?.id ?? 0
      if (rows.length < PAGE) break
      // Others have their turn in between.
      await new Promise((resolve) => setImmediate(resolve))
    }
    return found.reverse().map(toResult)
  }

  async prune(time: number, now: number): Promise<number> {
    const database = this.#opened()
    const forget = database.prepare('DELETE FROM periods WHERE span = ? AND start < ?')
    forget.run(HOUR, now - HOURS_KEPT)
    forget.run(DAY, now - DAYS_KEPT)
    return database
      .prepare(
        `DELETE FROM check_results
         WHERE id IN (SELECT id FROM check_results WHERE at < ? ORDER BY at LIMIT ${PRUNE_LIMIT})`,
      )
      .run(time).changes
  }

  async remember(notes: readonly Note[], fences: readonly Fence[] = []): Promise<readonly string[]> {
    const database = this.#opened()
    const upsert = database.prepare(
      `INSERT INTO journal (key, noted, value, target) VALUES (?, ?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET noted = excluded.noted, value = excluded.value, target = excluded.target
       WHERE excluded.noted > journal.noted`,
    )
    const forget = database.prepare('DELETE FROM journal WHERE value IS NULL AND noted < ?')
    const latest = Math.max(0, ...notes.map(({ order }) => order))
    let refused: readonly string[] = []
    atOnce(database, () => {
      refused = raise(database, fences)
      for (const { key, order, value, target } of notes) {
        if (target !== undefined && refused.includes(target)) continue
        upsert.run(key, order, value === null ? null : JSON.stringify(value), target ?? null)
      }
      forget.run(latest - FORGET_AFTER)
    })
    return refused
  }

  async take(fence: Fence): Promise<readonly Note[] | undefined> {
    const database = this.#opened()
    let refused: readonly string[] = []
    atOnce(database, () => {
      refused = raise(database, [fence])
    })
    if (refused.length > 0) return undefined
    const select = 'SELECT key, noted, value, target FROM journal WHERE target = ? ORDER BY noted'
    return (database.prepare(select).all(fence.target) as NoteRow[]).map(toNote)
  }

  async recall(): Promise<readonly Note[]> {
    const select = 'SELECT key, noted, value, target FROM journal ORDER BY noted'
    return (this.#opened().prepare(select).all() as NoteRow[]).map(toNote)
  }

  async close(): Promise<void> {
    const database = this.#database
    this.#database = undefined
    if (database === undefined) return
    // The connection lives on in its statements until these are collected, so SQLite would not clean up now. This way
    // the one file is all there is to copy or move.
    quietly(() => database.pragma('wal_checkpoint(TRUNCATE)'))
    database.close()
  }

  #migrate(database: Database.Database): void {
    database.pragma('journal_mode = WAL')
    // In WAL mode NORMAL may lose the last commits when the machine goes down; FULL syncs every one of them.
    database.pragma('synchronous = FULL')
    // Two programs may start on one file: what the version is, is asked with the file held.
    atOnce(database, () => {
      const { user_version: version } = database.prepare('PRAGMA user_version').get() as {
        user_version: number
      }
      if (version > MIGRATIONS.length) {
        throw new Error(
          `${this.file} was written by a newer Pulse (schema ${version}, known up to ${MIGRATIONS.length})`,
        )
      }
      for (const step of MIGRATIONS.slice(version)) database.exec(step)
      if (version < MIGRATIONS.length) database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`)
    })
  }

  #opened(): Database.Database {
    if (this.#database === undefined || this.#file === undefined) {
      throw new Error(`${this.file} is not open; call migrate() first`)
    }
    refuseIfGone(this.file, this.#file)
    return this.#database
  }
}

/** Keeps the greater tokens. @returns the targets that have a greater one */
function raise(database: Database.Database, fences: readonly Fence[]): readonly string[] {
  const upsert = database.prepare(
    `INSERT INTO fences (target, fence) VALUES (?, ?)
     ON CONFLICT (target) DO UPDATE SET fence = excluded.fence WHERE fences.fence <= excluded.fence`,
  )
  return fences
    .filter(({ target, token }) => upsert.run(target, token).changes === 0)
    .map((each) => each.target)
}

/** All of it or nothing; of several faults the first is told. SQLite may have rolled back already, as on a full disk. */
export function atOnce(database: Database.Database, act: () => void): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    act()
    database.exec('COMMIT')
  } catch (error) {
    if (database.inTransaction) quietly(() => database.exec('ROLLBACK'))
    throw error
  }
}

/** For what tidies up: that it cannot is not worth more than why it had to. */
function quietly(act: () => void): void {
  try {
    act()
  } catch {
    // The database is as it was before.
  }
}
