import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Secret } from 'heartwood'
import Database from 'libsql'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CheckResult } from '../src/check.js'
import { createStore, PostgresStore, SqliteStore, type Store } from '../src/store/index.js'
import { findPostgres, type PostgresCluster, startPostgres } from './postgres-cluster.js'

const up = (target: string, at: number): CheckResult => ({ target, at, up: true, latency: 1.5, status: 200 })
const down = (target: string, at: number): CheckResult => ({
  target,
  at,
  up: false,
  latency: 3,
  reason: "it's 'down'",
})

/** What any store must do; `open` gives another store on the same database. */
function behavesAsStore(open: () => Store): void {
  let store: Store
  beforeEach(async () => {
    store = open()
    await store.migrate()
  })
  afterEach(() => store.close())

  it('gives back what was appended, oldest first', async () => {
    const results = [up('a', 1_700_000_000_001), down('a', 1_700_000_000_002), up('a', 1_700_000_000_003)]
    await store.append(results)
    expect(await store.recent('a', 10)).toEqual(results)
    expect(await store.recent('a', 2)).toEqual(results.slice(1))
  })

  it('keeps targets apart', async () => {
    await store.append([up('b', 1), up('c', 2)])
    expect(await store.recent('b', 10)).toEqual([up('b', 1)])
    expect(await store.recent('nobody', 10)).toEqual([])
  })

  it('deletes what is older than asked, and says how much', async () => {
    await store.append([up('old', 10), up('old', 20), up('old', 30)])
    expect(await store.prune(30)).toBeGreaterThanOrEqual(2)
    expect(await store.recent('old', 10)).toEqual([up('old', 30)])
    expect(await store.prune(30)).toBe(0)
  })

  it('takes an empty batch', async () => {
    await store.append([])
  })

  it('takes all of a batch or nothing', async () => {
    const broken = { ...up('d', 2), latency: null as unknown as number }
    await expect(store.append([up('d', 1), broken])).rejects.toThrow()
    expect(await store.recent('d', 10)).toEqual([])
    await store.append([up('d', 3)])
    expect(await store.recent('d', 10)).toEqual([up('d', 3)])
  })

  it('has its history after it was opened again', async () => {
    await store.append([up('e', 1)])
    await store.close()
    const again = open()
    await again.migrate()
    expect(await again.recent('e', 10)).toEqual([up('e', 1)])
    await again.close()
  })

  it('may be closed twice, and refuses work afterwards', async () => {
    await store.close()
    await store.close()
    await expect(store.append([up('f', 1)])).rejects.toThrow(/is not open/)
  })
}

describe('the SQLite store', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pulse-store-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  behavesAsStore(() => new SqliteStore(join(folder, 'data')))

  it('of a file that is no database is refused, and can be tried again', async () => {
    const store = new SqliteStore(join(folder, 'broken'))
    mkdirSync(store.folder)
    writeFileSync(store.file, 'this is no database, but a text of some length')
    await expect(store.migrate()).rejects.toThrow(/not a database/)
    rmSync(store.file)
    await store.migrate()
    await store.append([up('a', 1)])
    await store.close()
  })

  it('is in WAL mode', async () => {
    const store = new SqliteStore(join(folder, 'wal'))
    await store.migrate()
    await store.close()
    const database = new Database(store.file)
    expect(database.prepare('PRAGMA journal_mode').get()).toMatchObject({ journal_mode: 'wal' })
    database.close()
  })

  it('leaves a file of a newer Pulse alone', async () => {
    const store = new SqliteStore(join(folder, 'newer'))
    await store.migrate()
    await store.close()
    const database = new Database(store.file)
    database.exec('PRAGMA user_version = 99')
    database.close()
    await expect(store.migrate()).rejects.toThrow(/written by a newer Pulse \(schema 99/)
    await store.close()
  })

  it('is chosen unless there is an address of a PostgreSQL server', () => {
    expect(createStore({ dataFolder: folder })).toBeInstanceOf(SqliteStore)
    expect(createStore({ dataFolder: folder, databaseUrl: new Secret('postgres://db/x') })).toBeInstanceOf(
      PostgresStore,
    )
  })
})

const binaries = findPostgres()
describe.skipIf(binaries === undefined)('the PostgreSQL store', () => {
  let cluster: PostgresCluster
  beforeAll(async () => {
    cluster = await startPostgres(binaries ?? '')
  })
  afterAll(() => cluster.stop())

  behavesAsStore(() => new PostgresStore(cluster.url))

  it('migrates once, also when two start together', async () => {
    await cluster.query('DROP TABLE check_results, pulse_schema')
    const stores = [new PostgresStore(cluster.url), new PostgresStore(cluster.url)]
    await Promise.all(stores.map((store) => store.migrate()))
    expect((await cluster.query('SELECT version FROM pulse_schema')).rows).toEqual([{ version: 1 }])
    await Promise.all(stores.map((store) => store.close()))
  })

  it('loses nothing that was acknowledged, also on a server that acknowledges before it wrote', async () => {
    const store = new PostgresStore(cluster.url)
    await store.migrate()
    const { rows } = await cluster.query('SHOW synchronous_commit')
    expect(rows).toEqual([{ synchronous_commit: 'off' }])
    await store.append([up('durable', 1)])
    cluster.crash()
    await expect(store.append([up('lost', 1)])).rejects.toThrow()
    await store.close()
    cluster.revive()
    const again = new PostgresStore(cluster.url)
    await again.migrate()
    expect(await again.recent('durable', 1)).toEqual([up('durable', 1)])
    await again.close()
  })
})

it('an unreachable PostgreSQL server is an error, not a wait', async () => {
  const store = new PostgresStore('postgres://127.0.0.1:1/none')
  await expect(store.migrate()).rejects.toThrow(/ECONNREFUSED/)
  await store.close()
})
