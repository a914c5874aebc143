import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Secret } from 'heartwood'
import Database from 'libsql'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CheckResult } from '../src/checks/check.js'
import {
  createStore,
  DAY,
  HOUR,
  isHeld,
  PostgresStore,
  PRUNE_LIMIT,
  SqliteStore,
  type Store,
} from '../src/store/index.js'
import { atOnce } from '../src/store/sqlite-store.js'
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

  it('counts the checks of each hour and each day, but those in maintenance', async () => {
    const at = Date.UTC(2027, 0, 31, 22, 59)
    const found: CheckResult[] = [
      up('counted', at),
      { ...up('counted', at + 1), up: false, reason: 'refused' },
      { ...up('counted', at + 2), up: false, maintenance: true },
      up('counted', at + HOUR),
      up('counted', at + 2 * HOUR),
    ]
    await store.append(found)
    // A batch whose answer did not arrive comes again.
    await store.append(found)
    const hour = Date.UTC(2027, 0, 31, 22)
    const period = (start: number, checks: number, well: number) => ({
      target: 'counted',
      start,
      checks,
      up: well,
    })
    expect(await store.periods(HOUR, hour, ['counted', 'nobody'])).toEqual([
      period(hour, 2, 1),
      period(hour + HOUR, 1, 1),
      period(hour + 2 * HOUR, 1, 1),
    ])
    const day = Date.UTC(2027, 0, 31)
    expect(await store.periods(DAY, day, ['counted'])).toEqual([period(day, 3, 2), period(day + DAY, 1, 1)])
    expect(await store.periods(DAY, day + DAY, ['counted'])).toHaveLength(1)
    expect(await store.recent('counted', 10)).toEqual(found)
    await store.prune(0, day + 4 * DAY)
    expect(await store.periods(HOUR, 0, ['counted'])).toEqual([])
    expect(await store.periods(DAY, 0, ['counted'])).toHaveLength(2)
  })

  it('deletes what is older than asked, and says how much', async () => {
    await store.append([up('old', 10), up('old', 20), up('old', 30)])
    expect(await store.prune(30, 30)).toBeGreaterThanOrEqual(2)
    expect(await store.recent('old', 10)).toEqual([up('old', 30)])
    expect(await store.prune(30, 30)).toBe(0)
  })

  it('deletes what is old also behind results of a clock that ran ahead', async () => {
    await store.append(Array.from({ length: PRUNE_LIMIT + 1 }, (_, n) => up('ahead', 9_000_000_000_000 + n)))
    await store.append([up('behind', 10), up('behind', 40)])
    expect(await store.prune(30, 30)).toBe(1)
    expect(await store.recent('behind', 10)).toEqual([up('behind', 40)])
  })

  it('deletes no more at once than a limit', async () => {
    await store.append(Array.from({ length: PRUNE_LIMIT + 5 }, (_, n) => up('many', n)))
    expect([
      await store.prune(30_000, 30_000),
      await store.prune(30_000, 30_000),
      await store.prune(30_000, 30_000),
    ]).toEqual([PRUNE_LIMIT, expect.any(Number), 0])
    expect(await store.recent('many', 10)).toEqual([])
  })

  it('gives back many', async () => {
    const results = Array.from({ length: 1_234 }, (_, n) => up('crowd', 1_600_000_000_000 + n))
    await store.append(results)
    expect(await store.recent('crowd', 2_000)).toEqual(results)
    expect(await store.recent('crowd', 1_100)).toEqual(results.slice(134))
  })

  it('takes a batch that is there already, in whole or in part, as it is', async () => {
    await store.append([up('twice', 1), up('twice', 2)])
    await store.append([up('twice', 1), up('twice', 2), up('twice', 3)])
    expect(await store.recent('twice', 10)).toEqual([up('twice', 1), up('twice', 2), up('twice', 3)])
  })

  it('keeps a copy of notes, the latest of each key', async () => {
    const note = (key: string, order: number, value: unknown) => ({ key, order, value })
    const day = 86_400_000
    await store.remember([note('a', 1, { x: 'ü' }), note('b', 2, [1]), note('old', 3, null)])
    await store.remember([note('a', 30 * day, 'new'), note('b', 1, 'late'), note('c', 30 * day + 1, null)])
    expect(await store.recall()).toEqual([
      note('b', 2, [1]),
      note('a', 30 * day, 'new'),
      note('c', 30 * day + 1, null),
    ])
  })

  it('takes nothing of a target under a smaller token than it has seen, and the rest of the batch', async () => {
    const fence = (target: string, token: number) => ({ target, token })
    const note = (target: string, order: number, value: unknown) => ({
      key: `told/${target}`,
      order,
      value,
      target,
    })
    expect(
      await store.append([up('moved', 1), up('stays', 1)], [fence('moved', 7), fence('stays', 3)]),
    ).toEqual([])
    expect(await store.remember([note('moved', 1, 'down')], [fence('moved', 7)])).toEqual([])
    expect(await store.take(fence('moved', 8))).toEqual([note('moved', 1, 'down')])
    expect(
      await store.append([up('moved', 2), up('stays', 2)], [fence('moved', 7), fence('stays', 3)]),
    ).toEqual(['moved'])
    const late = [note('moved', 2, 'up'), note('stays', 2, 'up')]
    expect(await store.remember(late, [fence('moved', 7), fence('stays', 3)])).toEqual(['moved'])
    expect(await store.take(fence('moved', 7))).toBeUndefined()
    expect(await store.append([up('moved', 3)], [fence('moved', 8)])).toEqual([])
    expect(await store.recent('moved', 10)).toEqual([up('moved', 1), up('moved', 3)])
    expect(await store.recent('stays', 10)).toEqual([up('stays', 1), up('stays', 2)])
    expect(await store.periods(HOUR, 0, ['moved'])).toEqual([{ target: 'moved', start: 0, checks: 2, up: 2 }])
    expect(await store.take(fence('moved', 8))).toEqual([note('moved', 1, 'down')])
    expect(await store.take(fence('stays', 4))).toEqual([note('stays', 2, 'up')])
    expect(await store.take(fence('nobody had it', 1))).toEqual([])
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

  it('does not wait for another program that holds the file, and says that it is held', async () => {
    const store = new SqliteStore(join(folder, 'held'))
    await store.migrate()
    const other = new Database(store.file)
    other.exec('BEGIN IMMEDIATE')
    const refused = await store.append([up('a', 1)]).catch((error: unknown) => error)
    expect([isHeld(refused), (refused as Error).message]).toEqual([true, 'database is locked'])
    expect(await store.recent('a', 1)).toEqual([])
    other.exec('ROLLBACK')
    await store.append([up('a', 1)])
    other.exec('BEGIN IMMEDIATE')
    // Nor does the end.
    await store.close()
    other.close()
  })

  it('tells what went wrong first, and not that it could not tidy up', async () => {
    const store = new SqliteStore(join(folder, 'foreign'))
    mkdirSync(store.folder)
    const foreign = new Database(store.file)
    foreign.exec('CREATE TABLE check_results (x)')
    foreign.close()
    await expect(store.migrate()).rejects.toThrow(/table check_results already exists/)

    const full = new SqliteStore(join(folder, 'full'))
    await full.migrate()
    await full.close()
    const database = new Database(full.file)
    const { page_count: pages } = database.prepare('PRAGMA page_count').get() as { page_count: number }
    // SQLite has rolled back by itself when this is thrown.
    database.exec(`PRAGMA max_page_count = ${pages}`)
    expect(() =>
      atOnce(database, () => database.exec("INSERT INTO journal VALUES ('x', 1, randomblob(1000000), NULL)")),
    ).toThrow(/database or disk is full/)
    expect(database.inTransaction).toBe(false)
    database.close()
  })

  it('is opened by two that start together on a new file', async () => {
    const stores = Array.from({ length: 2 }, () => new SqliteStore(join(folder, 'fresh')))
    for (const store of stores) await store.migrate()
    for (const store of stores) await store.close()
  })

  it('takes over a database of an earlier version, in which a result may stand twice', async () => {
    const store = new SqliteStore(join(folder, 'earlier'))
    mkdirSync(store.folder)
    const earlier = new Database(store.file)
    earlier.exec(`CREATE TABLE check_results (id INTEGER PRIMARY KEY, target TEXT NOT NULL, at INTEGER NOT NULL,
      up INTEGER NOT NULL, latency REAL NOT NULL, status INTEGER, reason TEXT);
      CREATE INDEX check_results_by_target ON check_results (target, id);
      INSERT INTO check_results (target, at, up, latency, status) VALUES ('a', 1, 1, 1.5, 200), ('a', 1, 1, 1.5, 200);
      PRAGMA user_version = 1`)
    earlier.close()
    await store.migrate()
    expect(await store.recent('a', 10)).toEqual([up('a', 1)])
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
    await cluster.query('DROP TABLE check_results, check_periods, pulse_schema')
    const stores = [new PostgresStore(cluster.url), new PostgresStore(cluster.url)]
    await Promise.all(stores.map((store) => store.migrate()))
    expect((await cluster.query('SELECT version FROM pulse_schema')).rows).toEqual([{ version: 4 }])
    await Promise.all(stores.map((store) => store.close()))
  })

  it('gives up what a server does not answer, closes all the same, and does it once when the server wakes up', async () => {
    const store = new PostgresStore(cluster.url, 300)
    await store.migrate()
    await store.append([up('frozen', 1)])
    cluster.freeze()
    await expect(store.append([up('frozen', 2)])).rejects.toThrow(/timeout/)
    await store.close()
    cluster.thaw()
    const again = new PostgresStore(cluster.url)
    await again.migrate()
    await again.append([up('frozen', 2)])
    expect(await again.recent('frozen', 10)).toEqual([up('frozen', 1), up('frozen', 2)])
    await again.close()
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
