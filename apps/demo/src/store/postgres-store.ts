import pg from 'pg'
import type { CheckResult } from '../checks/check.js'
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
  type ResultRow,
  type Span,
  type Store,
  toNote,
  toResult,
} from './store.js'

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
  `DELETE FROM check_results later USING check_results earlier
     WHERE later.at = earlier.at AND later.target = earlier.target AND later.id > earlier.id;
   CREATE UNIQUE INDEX check_results_by_time ON check_results (at, target);
   CREATE TABLE IF NOT EXISTS pulse_journal (key TEXT PRIMARY KEY, noted BIGINT NOT NULL, value TEXT);`,
  `ALTER TABLE check_results ADD COLUMN maintenance SMALLINT NOT NULL DEFAULT 0;
   CREATE TABLE check_periods (
     target TEXT NOT NULL,
     span BIGINT NOT NULL,
     start BIGINT NOT NULL,
     checks BIGINT NOT NULL,
     up BIGINT NOT NULL,
     PRIMARY KEY (target, span, start)
   );
   CREATE INDEX check_periods_by_time ON check_periods (span, start);
   INSERT INTO check_periods
     SELECT target, span, at - at % span, count(*), sum(up)
     FROM check_results, unnest(ARRAY[3600000, 86400000]::bigint[]) AS span GROUP BY 1, 2, 3;`,
  `ALTER TABLE pulse_journal ADD COLUMN IF NOT EXISTS target TEXT;
   UPDATE pulse_journal SET target = CASE
     WHEN key ~ '^(verdict|told|warned|beat)/' THEN substr(key, strpos(key, '/') + 1)
     WHEN value IS NULL THEN NULL
     WHEN key ~ '^(change|alert)/' THEN value::json ->> 'target'
     WHEN key ~ '^out/' THEN value::json -> 1 ->> 'target' END;
   CREATE INDEX IF NOT EXISTS pulse_journal_by_target ON pulse_journal (target);
   CREATE TABLE IF NOT EXISTS pulse_fences (target TEXT PRIMARY KEY, fence BIGINT NOT NULL);`,
]

/** One statement is one transaction. What it acknowledges is on disk, whatever the server is set to: the options of a connection cannot be trusted to survive a pooler. */
const DURABLE = `durable AS (SELECT set_config('synchronous_commit', 'on', true))`

/** Keeps the greater tokens, and holds their rows until the end of the statement: nobody else writes of those targets meanwhile. */
const raised = (targets: number, tokens: number): string => `raised AS (
  INSERT INTO pulse_fences (target, fence)
  SELECT given.* FROM durable, unnest($${targets}::text[], $${tokens}::bigint[]) AS given (target, fence) ORDER BY 1
  ON CONFLICT (target) DO UPDATE SET fence = excluded.fence WHERE pulse_fences.fence <= excluded.fence
  RETURNING target)`

/** Whether what is of this target is written: under the greatest token, or under none. */
const isCurrent = (column: string, targets: number): string =>
  `(${column} IS NULL OR ${column} <> ALL ($${targets}) OR ${column} IN (SELECT target FROM raised))`

const RAISED = 'SELECT target FROM raised'
// A bigint would come as text; epoch milliseconds fit a double exactly.
const NOTES = 'SELECT key, noted::float8 AS noted, value, target FROM pulse_journal'

const columnsOf = (fences: readonly Fence[]): [targets: string[], tokens: number[]] => [
  fences.map(({ target }) => target),
  fences.map(({ token }) => token),
]

function refusedOf(
  fences: readonly Fence[],
  raised: readonly { readonly target: string }[],
): readonly string[] {
  if (raised.length === fences.length) return []
  const current = new Set(raised.map(({ target }) => target))
  return fences.map(({ target }) => target).filter((target) => !current.has(target))
}

/** Any number that only Pulse uses: two Pulses that start on one database must not both migrate it. */
const MIGRATION_LOCK = 7_085_117

/** How long, in ms, a connection may take, and any query: a server may take it and then be silent for ever. */
const CONNECT = 5_000
const QUERY = 5_000
/** The same of a migration, which may have to go through all there is, or to wait for another Pulse that does. */
const MIGRATION = 600_000

/** How long the good-bye to the server may take, in ms. */
const GOODBYE = 500

/** Keeps the history on a PostgreSQL server. */
export class PostgresStore implements Store {
  #pool: pg.Pool | undefined
  /** All connections, so that those which a silent server leaves open can be cut. */
  readonly #clients = new Set<pg.PoolClient>()

  constructor(
    readonly url: string,
    private readonly patience: number = QUERY,
  ) {}

  async migrate(): Promise<void> {
    await this.close()
    const pool = new pg.Pool({
      connectionString: this.url,
      max: 3,
      connectionTimeoutMillis: CONNECT,
      // Both sides: a server that wakes up again should not do what was given up.
      query_timeout: this.patience,
      statement_timeout: this.patience,
      keepAlive: true,
    })
    // The pool drops an idle connection that breaks, and the next query opens another or rejects, and so tells of it.
    // Without a listener Node would take the event for an uncaught error.
    pool.on('error', () => {})
    pool.on('connect', (client) => this.#clients.add(client))
    pool.on('remove', (client) => {
      cut(client)
      this.#clients.delete(client)
    })
    this.#pool = pool
    try {
      await migrate(pool)
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async append(results: readonly CheckResult[], fences: readonly Fence[] = []): Promise<readonly string[]> {
    const { rows } = await this.#opened().query<{ target: string }>(
      `WITH ${DURABLE}, ${raised(8, 9)},
       added AS (
         INSERT INTO check_results (target, at, up, latency, status, reason, maintenance)
         SELECT batch.* FROM durable,
           unnest($1::text[], $2::bigint[], $3::smallint[], $4::float8[], $5::int[], $6::text[], $7::smallint[])
             AS batch (target, at, up, latency, status, reason, maintenance)
         WHERE ${isCurrent('batch.target', 8)}
         ON CONFLICT (at, target) DO NOTHING RETURNING target, at, up, maintenance
       ),
       counted AS (
         INSERT INTO check_periods (target, span, start, checks, up)
         SELECT target, span, at - at % span, count(*), sum(up)
           FROM added, unnest(ARRAY[3600000, 86400000]::bigint[]) AS span
           WHERE maintenance = 0 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
         ON CONFLICT (target, span, start) DO UPDATE
           SET checks = check_periods.checks + excluded.checks, up = check_periods.up + excluded.up
       )
       ${RAISED}`,
      [
        results.map((result) => result.target),
        results.map((result) => result.at),
        results.map((result) => (result.up ? 1 : 0)),
        results.map((result) => result.latency),
        results.map((result) => result.status ?? null),
        results.map((result) => result.reason ?? null),
        results.map((result) => (result.maintenance ? 1 : 0)),
        ...columnsOf(fences),
      ],
    )
    return refusedOf(fences, rows)
  }

  async periods(span: Span, from: number, targets: readonly string[]): Promise<Period[]> {
    const { rows } = await this.#opened().query<Period>(
      `SELECT target, start::float8 AS start, checks::float8 AS checks, up::float8 AS up FROM check_periods
       WHERE target = ANY($1) AND span = $2 AND start >= $3 ORDER BY target, start`,
      [targets, span, from],
    )
    return rows
  }

  async recent(target: string, limit: number): Promise<CheckResult[]> {
    const { rows } = await this.#opened().query<ResultRow>(
      // A bigint would come as text; epoch milliseconds fit a double exactly.
      `SELECT target, at::float8 AS at, up, latency, status, reason, maintenance
       FROM check_results WHERE target = $1 ORDER BY id DESC LIMIT $2`,
      [target, limit],
    )
    return rows.reverse().map(toResult)
  }

  async prune(time: number, now: number): Promise<number> {
    await this.#opened().query(
      `DELETE FROM check_periods WHERE span = ${HOUR} AND start < $1 OR span = ${DAY} AND start < $2`,
      [now - HOURS_KEPT, now - DAYS_KEPT],
    )
    const { rowCount } = await this.#opened().query(
      `DELETE FROM check_results
       WHERE id IN (SELECT id FROM check_results WHERE at < $1 ORDER BY at LIMIT ${PRUNE_LIMIT})`,
      [time],
    )
    return rowCount ?? 0
  }

  async remember(notes: readonly Note[], fences: readonly Fence[] = []): Promise<readonly string[]> {
    const latest = notes.reduce((last, { order }) => Math.max(last, order), 0)
    const { rows } = await this.#opened().query<{ target: string }>(
      `WITH ${DURABLE}, ${raised(6, 7)},
       forgotten AS (DELETE FROM pulse_journal WHERE value IS NULL AND noted < $5),
       noted AS (
         INSERT INTO pulse_journal (key, noted, value, target)
         SELECT given.* FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[]) AS given (key, noted, value, target)
         WHERE ${isCurrent('given.target', 6)}
         ON CONFLICT (key) DO UPDATE SET noted = excluded.noted, value = excluded.value, target = excluded.target
           WHERE excluded.noted > pulse_journal.noted
       )
       ${RAISED}`,
      [
        notes.map(({ key }) => key),
        notes.map(({ order }) => order),
        notes.map(({ value }) => (value === null ? null : JSON.stringify(value))),
        notes.map(({ target }) => target ?? null),
        latest - FORGET_AFTER,
        ...columnsOf(fences),
      ],
    )
    return refusedOf(fences, rows)
  }

  async take(fence: Fence): Promise<readonly Note[] | undefined> {
    const { rows } = await this.#opened().query(
      `WITH ${DURABLE}, ${raised(1, 2)} ${RAISED}`,
      columnsOf([fence]),
    )
    if (rows.length === 0) return undefined
    // A statement of its own: it sees what was written while the other waited for its turn.
    const { rows: notes } = await this.#opened().query<NoteRow>(`${NOTES} WHERE target = $1 ORDER BY noted`, [
      fence.target,
    ])
    return notes.map(toNote)
  }

  async recall(): Promise<readonly Note[]> {
    const { rows } = await this.#opened().query<NoteRow>(`${NOTES} ORDER BY noted`)
    return rows.map(toNote)
  }

  async close(): Promise<void> {
    const pool = this.#pool
    this.#pool = undefined
    if (pool === undefined) return
    // A server that is silent would have the good-bye wait for ever.
    const late = AbortSignal.timeout(GOODBYE)
    const cutAll = (): void => this.#clients.forEach(cut)
    late.addEventListener('abort', cutAll)
    try {
      await pool.end()
    } finally {
      late.removeEventListener('abort', cutAll)
    }
  }

  #opened(): pg.Pool {
    if (this.#pool === undefined) throw new Error('the PostgreSQL store is not open; call migrate() first')
    return this.#pool
  }
}

/** Ends a connection without a word to the server. */
function cut(client: pg.PoolClient): void {
  const { connection } = client as unknown as {
    readonly connection: { readonly stream: { destroy(): void } }
  }
  connection.stream.destroy()
}

async function migrate(pool: pg.Pool): Promise<void> {
  const client = await pool.connect()
  const run = (text: string, values: unknown[] = []) =>
    client.query<{ version: number }>({ text, values, query_timeout: MIGRATION } as pg.QueryConfig)
  try {
    await run('BEGIN')
    await run(`SELECT set_config('statement_timeout', $1, true)`, [String(MIGRATION)])
    await run('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK])
    await run('CREATE TABLE IF NOT EXISTS pulse_schema (version INTEGER NOT NULL)')
    const { rows } = await run('SELECT version FROM pulse_schema')
    const version = rows[0]?.version ?? 0
    if (version > MIGRATIONS.length) {
      throw new Error(
        `the database was written by a newer Pulse (schema ${version}, known up to ${MIGRATIONS.length})`,
      )
    }
    for (const step of MIGRATIONS.slice(version)) await run(step)
    if (version < MIGRATIONS.length) {
      await run('DELETE FROM pulse_schema')
      await run('INSERT INTO pulse_schema (version) VALUES ($1)', [MIGRATIONS.length])
    }
    await run('COMMIT')
    client.release()
  } catch (error) {
    // Handing over the error closes the connection, which rolls back.
    client.release(error instanceof Error ? error : true)
    throw error
  }
}
