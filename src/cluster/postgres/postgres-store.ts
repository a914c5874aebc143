import type pg from 'pg'
import type {
  ClaimRecord,
  ClaimWrite,
  EngineStore,
  Hints,
  LeaseRecord,
  NodeCard,
  Opening,
  StoreName,
} from '../engine/engine.js'
import { Grouped } from './grouped.js'
import { PostgresPolling } from './postgres-polling.js'
import type { Statements } from './tables.js'

interface ClaimRow {
  readonly key: string
  readonly lease: string | null
  readonly node: string
  /** Numbers of 64 bits come as text. */
  readonly token: string
  readonly note: string | null
}

interface LeaseRow {
  readonly id: string
  readonly revision: string
  readonly card: string
  readonly remaining: string
}

/** Looks at a lease that another node writes at the same moment. */
const ATTEMPTS = 3

/** The tables of a cluster, as one node has them. */
export class PostgresStore implements EngineStore {
  readonly #pool: pg.Pool
  readonly #sql: Statements
  readonly #opening: Opening & { readonly poll: number }
  #polling: PostgresPolling | undefined
  // Many keys are claimed at once when a node starts, and when one has died.
  readonly #reads = new Grouped<string, ClaimRecord | undefined>(
    (key) => key,
    (keys) => this.#read(keys),
    undefined,
  )
  readonly #firsts = new Grouped<ClaimWrite, number | 'refused'>(
    ({ key }) => key,
    (writes) => this.#write(this.#sql.claim, writes),
    'refused',
  )
  readonly #others = new Grouped<ClaimWrite, number | 'refused'>(
    ({ key }) => key,
    (writes) => this.#write(this.#sql.replace, writes),
    'refused',
  )

  constructor(pool: pg.Pool, statements: Statements, opening: Opening & { readonly poll: number }) {
    this.#pool = pool
    this.#sql = statements
    this.#opening = opening
  }

  async name(): Promise<StoreName> {
    const [row] = await this.#rows<{ id: string; taken_over: boolean; age: string }>(this.#sql.name)
    if (row?.taken_over !== true) return { id: row?.id ?? 'none', age: Number(row?.age ?? 0) }
    await this.#pool.query(this.#sql.takenOver)
    return this.name()
  }

  async createLease(id: string, card: NodeCard): Promise<number> {
    const [row] = await this.#rows<LeaseRow>(this.#sql.create, [
      id,
      this.#opening.lease,
      JSON.stringify(card),
    ])
    return Number(row?.revision)
  }

  async renewLease(id: string, revision: number, card: NodeCard): Promise<number | 'refused'> {
    const values = [id, this.#opening.lease, JSON.stringify(card), revision]
    const [row] = await this.#rows<LeaseRow>(this.#sql.renew, values)
    return row === undefined ? 'refused' : Number(row.revision)
  }

  async lease(id: string): Promise<LeaseRecord | undefined> {
    const [row] = await this.#rows<LeaseRow>(this.#sql.leases, [id])
    return row && leaseOf(row)
  }

  async leases(): Promise<readonly LeaseRecord[]> {
    return (await this.#rows<LeaseRow>(this.#sql.leases, [null])).map(leaseOf)
  }

  async voidLease(id: string): Promise<'void' | 'alive'> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const [row] = await this.#rows<{ gone: number; there: number; alive: number }>(this.#sql.void, [id])
      if (row === undefined || row.alive > 0) break
      if (row.gone > 0 || row.there === 0) return 'void'
      // Somebody has renewed it, or voided it, while this statement waited: it is looked again.
    }
    return 'alive'
  }

  async endLease(id: string): Promise<void> {
    await this.#rows(this.#sql.end, [id])
  }

  claim(key: string): Promise<ClaimRecord | undefined> {
    return this.#reads.ask(key)
  }

  async claims(): Promise<readonly ClaimRecord[]> {
    return (await this.#rows<ClaimRow>(this.#sql.claims, [null])).map(claimOf)
  }

  async sweep(age: number): Promise<void> {
    await this.#rows(this.#sql.sweep, [age])
  }

  writeClaim(write: ClaimWrite): Promise<number | 'refused'> {
    return (write.expected === 0 ? this.#firsts : this.#others).ask(write)
  }

  watch(hints: Hints): void {
    this.#polling = new PostgresPolling(this.#pool, this.#sql, this.#opening, hints)
  }

  async publish(topic: string, text: string): Promise<void> {
    await this.#rows(this.#sql.publish, [topic, text])
  }

  async close(): Promise<void> {
    this.#polling?.stop()
    await this.#pool.end()
  }

  async #read(keys: readonly string[]): Promise<ReadonlyMap<string, ClaimRecord>> {
    const rows = await this.#rows<ClaimRow>(this.#sql.claims, [keys])
    return new Map(rows.map((row) => [row.key, claimOf(row)]))
  }

  /** The tokens of what was written; a key that is not among them is refused. */
  async #write(sql: string, writes: readonly ClaimWrite[]): Promise<ReadonlyMap<string, number>> {
    const columns = [
      writes.map(({ key }) => key),
      writes.map(({ lease }) => lease ?? null),
      writes.map(({ node }) => node),
      writes.map(({ note }) => note ?? null),
      writes.map(({ expected }) => expected),
    ]
    const rows = await this.#rows<ClaimRow>(sql, columns)
    return new Map(rows.map(({ key, token }) => [key, Number(token)]))
  }

  async #rows<Row extends object>(sql: string, values: unknown[] = []): Promise<readonly Row[]> {
    return (await this.#pool.query<Row>(sql, values)).rows
  }
}

function leaseOf({ id, revision, card, remaining }: LeaseRow): LeaseRecord {
  return { id, revision: Number(revision), card: JSON.parse(card) as NodeCard, remaining: Number(remaining) }
}

function claimOf({ key, lease, node, token, note }: ClaimRow): ClaimRecord {
  return { key, lease: lease ?? undefined, node, token: Number(token), note: note ?? undefined }
}
