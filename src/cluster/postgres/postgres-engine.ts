import pg from 'pg'
import { rules } from '../../kernel/index.js'
import type { Engine, Opening } from '../engine/engine.js'
import { clusterError } from '../errors.js'
import { PostgresStore } from './postgres-store.js'
import { type Statements, statementsOf } from './tables.js'

export interface PostgresOptions {
  /** Of the primary, such as `postgres://user:secret@db/shop`. PgBouncer may stand in between, in transaction mode. */
  readonly url: string
  /** Connections of this node; default 4. */
  readonly connections?: number
  /** Milliseconds between two looks for hints and broadcasts; default 500. */
  readonly poll?: number
}

const URLS = /^(postgres(ql)?:\/\/|socket:|\/)/
const OPTIONS = {
  url: {
    expected: 'the URL of a PostgreSQL server, such as postgres://user:secret@db/shop',
    fits: (value: unknown) =>
      typeof value === 'string' && URLS.test(value) && (value[0] === '/' || URL.canParse(value)),
    secret: true,
  },
  connections: rules.wholeNumber(1, 100),
  poll: rules.finiteMilliseconds(10),
}
const OLDEST = 120_000

/**
 * PostgreSQL as the engine of a cluster, in tables `heartwood_<cluster>_…` that it makes. It uses no session locks, no statements with names and no `LISTEN`.
 *
 * @throws CLUSTER_OPTION_INVALID. When a node joins: ENGINE_UNSUITABLE for a standby, for a server that acknowledges what is not on disk (outside development), for
 *   another time of leases; ENGINE_UNREACHABLE
 * @example
 * ```ts
 * import { postgres } from 'heartwood/cluster/postgres'
 *
 * const engine = postgres({ url: process.env.DATABASE_URL ?? 'postgres://127.0.0.1/shop' })
 * console.log(engine.name)
 * ```
 */
export function postgres(options: PostgresOptions): Engine {
  const mistakes = rules.isRecord(options)
    ? rules.mistakesIn(options, OPTIONS, { required: ['url'] })
    : [{ field: 'what postgres() takes', value: options, expected: 'an object of options' }]
  if (mistakes.length > 0)
    throw clusterError('CLUSTER_OPTION_INVALID', {
      action: 'postgres',
      problems: mistakes.map(rules.mistakeText).join('; '),
    })
  const { url, connections = 4, poll = 500 } = options
  return {
    name: 'postgres',
    async open(opening) {
      const { timeout, onProblem, cluster } = opening
      const pool = new pg.Pool({
        connectionString: url,
        max: connections,
        connectionTimeoutMillis: timeout,
        query_timeout: timeout,
        keepAlive: true,
      })
      // Of a connection that nobody uses at the moment.
      pool.on('error', onProblem)
      const statements = statementsOf(cluster)
      try {
        await prepare(pool, statements, opening)
      } catch (error) {
        await pool.end()
        throw error
      }
      return new PostgresStore(pool, statements, { ...opening, poll })
    },
  }
}

async function prepare(pool: pg.Pool, statements: Statements, opening: Opening): Promise<void> {
  const { lease, development } = opening
  const { rows } = await pool
    .query<{ standby: boolean; commit: string; fsync: string; version: number }>(statements.settings)
    .catch((error: unknown) => {
      const problem = error instanceof Error ? error.message : String(error)
      throw clusterError('ENGINE_UNREACHABLE', { engine: 'postgres', problem }, { cause: error })
    })
  const { standby, commit, fsync, version } = rows[0] ?? {}
  const isSafe = development || (commit !== 'off' && fsync === 'on')
  if (standby !== false)
    throw unsuitable('pg_is_in_recovery()', standby, 'false', 'Give the URL of the primary.')
  if (version === undefined || version < OLDEST)
    throw unsuitable('server_version_num', version, `${OLDEST} or more`, 'Use PostgreSQL 12 or newer.')
  if (!isSafe)
    throw unsuitable(
      'synchronous_commit, fsync',
      `${commit}, ${fsync}`,
      'on, on',
      'A claim that was acknowledged must survive a crash: ALTER ROLE … SET synchronous_commit = on.',
    )
  await pool.query(statements.tables(lease))
  const found = await pool.query<{ lease: number }>(statements.lease)
  const known = found.rows[0]?.lease
  if (known !== lease)
    throw unsuitable(
      'the time of leases',
      known,
      `${lease}, as this node has it`,
      'All nodes of a cluster have the same lease.',
    )
}

function unsuitable(setting: string, found: unknown, expected: string, advice: string): Error {
  return clusterError('ENGINE_UNSUITABLE', { engine: 'postgres', setting, found, expected, advice })
}
