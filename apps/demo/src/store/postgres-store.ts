import pg from 'pg'
import type { CheckResult } from '../check.js'
import { PRUNE_LIMIT, type ResultRow, type Store, toResult } from './store.js'

/** Each step takes the database from the version of its index to the next; a step that was released never changes. */
const MIGRATIONS = [
  `CREATE TABLE check_results (
     id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     target TEXT NOT NULL,
     at BIGINT NOT NULL,
     up SMALLINT NOT NULL,
     latency DOUBLE PRECISION NOT NULL,
     status INTEGER,
     reason TEXT
   );
   CREATE INDEX check_results_by_target ON check_results (target, id);`,
]

/** Any number that only Pulse uses: two Pulses that start on one database must not both migrate it. */
const MIGRATION_LOCK = 7_085_117

/** Keeps the history on a PostgreSQL server. */
export class PostgresStore implements Store {
  #pool: pg.Pool | undefined

  constructor(readonly url: string) {}

  async migrate(): Promise<void> {
    await this.close()
    const pool = new pg.Pool({ connectionString: this.url, max: 2, connectionTimeoutMillis: 5000 })
    // The pool drops an idle connection that breaks, and the next query opens another or rejects. Without a listener
    // Node would take the event for an uncaught error.
    pool.on('error', (error) => process.emitWarning(`idle PostgreSQL connection lost: ${error.message}`))
    this.#pool = pool
    try {
      await migrate(pool)
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async append(results: readonly CheckResult[]): Promise<void> {
    // One statement is one transaction. A server may be set to acknowledge before it wrote; the options of the
    // connection cannot be trusted to survive a pooler, so the batch asks for durability itself.
    await this.#opened().query(
      `WITH durable AS (SELECT set_config('synchronous_commit', 'on', true))
       INSERT INTO check_results (target, at, up, latency, status, reason)
       SELECT batch.* FROM durable, unnest($1::text[], $2::bigint[], $3::smallint[], $4::float8[], $5::int[], $6::text[])
         AS batch (target, at, up, latency, status, reason)`,
      [
        results.map((result) => result.target),
        results.map((result) => result.at),
        results.map((result) => (result.up ? 1 : 0)),
        results.map((result) => result.latency),
        results.map((result) => result.status ?? null),
        results.map((result) => result.reason ?? null),
      ],
    )
  }

  async recent(target: string, limit: number): Promise<CheckResult[]> {
    const { rows } = await this.#opened().query<ResultRow>(
      // A bigint would come as text; epoch milliseconds fit a double exactly.
      `SELECT target, at::float8 AS at, up, latency, status, reason
       FROM check_results WHERE target = $1 ORDER BY id DESC LIMIT $2`,
      [target, limit],
    )
    return rows.reverse().map(toResult)
  }

  async prune(time: number): Promise<number> {
    const { rowCount } = await this.#opened().query(
      `DELETE FROM check_results
       WHERE id IN (SELECT id FROM check_results ORDER BY id LIMIT ${PRUNE_LIMIT}) AND at < $1`,
      [time],
    )
    return rowCount ?? 0
  }

  async close(): Promise<void> {
    const pool = this.#pool
    this.#pool = undefined
    await pool?.end()
  }

  #opened(): pg.Pool {
    if (this.#pool === undefined) throw new Error('the PostgreSQL store is not open; call migrate() first')
    return this.#pool
  }
}

async function migrate(pool: pg.Pool): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK])
    await client.query('CREATE TABLE IF NOT EXISTS pulse_schema (version INTEGER NOT NULL)')
    const { rows } = await client.query<{ version: number }>('SELECT version FROM pulse_schema')
    const version = rows[0]?.version ?? 0
    if (version > MIGRATIONS.length) {
      throw new Error(
        `the database was written by a newer Pulse (schema ${version}, known up to ${MIGRATIONS.length})`,
      )
    }
    for (const step of MIGRATIONS.slice(version)) await client.query(step)
    await client.query('DELETE FROM pulse_schema')
    await client.query('INSERT INTO pulse_schema (version) VALUES ($1)', [MIGRATIONS.length])
    await client.query('COMMIT')
    client.release()
  } catch (error) {
    // Handing over the error closes the connection, which rolls back.
    client.release(error instanceof Error ? error : true)
    throw error
  }
}
