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

/** The tables of a cluster, as one node has them. */
export class PostgresStore implements EngineStore {
  readonly #pool: pg.Pool
  readonly #sql: Statements
  readonly #opening: Opening & { readonly poll: number }
  #polling: PostgresPolling | undefined

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
    const [row] = await this.#rows<{ gone: number; there: number }>(this.#sql.void, [id])
    return row !== undefined && (row.gone > 0 || row.there === 0) ? 'void' : 'alive'
  }

  async endLease(id: string): Promise<void> {
    await this.#rows(this.#sql.end, [id])
  }

  async claim(key: string): Promise<ClaimRecord | undefined> {
    const [row] = await this.#rows<ClaimRow>(this.#sql.claims, [key])
    return row && claimOf(row)
  }

  async claims(): Promise<readonly ClaimRecord[]> {
    return (await this.#rows<ClaimRow>(this.#sql.claims, [null])).map(claimOf)
  }

  async writeClaim({ key, expected, lease, node, note }: ClaimWrite): Promise<number | 'refused'> {
    const values = [key, lease ?? null, node, note ?? null]
    const [row] =
      expected === 0
        ? await this.#rows<ClaimRow>(this.#sql.claim, values)
        : await this.#rows<ClaimRow>(this.#sql.replace, [...values, expected])
    return row === undefined ? 'refused' : Number(row.token)
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
