/** The database of the examples: an SQLite file, or PostgreSQL when DATABASE_URL is set. */
import { join } from 'node:path'
import Database from 'libsql'
import pg from 'pg'

export interface ResultDatabase {
  save(worker: number, result: number): Promise<void>
  count(): Promise<number>
  close(): Promise<void>
}

const TABLE = 'CREATE TABLE IF NOT EXISTS results (worker INTEGER NOT NULL, result BIGINT NOT NULL)'

export async function openDatabase(folder: string, url = process.env.DATABASE_URL): Promise<ResultDatabase> {
  return url === undefined ? openSqlite(join(folder, 'results.sqlite')) : openPostgres(url)
}

function openSqlite(file: string): ResultDatabase {
  const database = new Database(file)
  database.exec(`PRAGMA journal_mode = WAL; ${TABLE}`)
  const insert = database.prepare('INSERT INTO results (worker, result) VALUES (?, ?)')
  return {
    save: async (worker, result) => void insert.run(worker, result),
    count: async () =>
      (database.prepare('SELECT count(*) AS rows FROM results').get() as { rows: number }).rows,
    close: async () => void database.close(),
  }
}

async function openPostgres(url: string): Promise<ResultDatabase> {
  const pool = new pg.Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 5_000 })
  await pool.query(TABLE)
  return {
    save: async (worker, result) => {
      await pool.query('INSERT INTO results (worker, result) VALUES ($1, $2)', [worker, result])
    },
    count: async () => Number((await pool.query('SELECT count(*) AS rows FROM results')).rows[0].rows),
    close: () => pool.end(),
  }
}
