import type pg from 'pg'
import { Deadline } from '../../kernel/index.js'
import type { Hints, Opening } from '../engine/engine.js'
import { Pauses } from '../engine/pauses.js'
import type { Statements } from './tables.js'

/** Milliseconds for which messages are looked for again: one with a smaller number may be committed later. */
const WINDOW = 10_000
/** Times `poll`, the longest pause when the server is out of reach. */
const LONGEST = 20

/** Looks for what changed, since there is no `LISTEN` behind a pooler. What it finds are hints. */
export class PostgresPolling {
  readonly #pauses: Pauses
  #next: Deadline | undefined
  #isStopped = false
  /** The greatest token that was seen. */
  #token: string | undefined
  /** Messages of the last seconds that were delivered. */
  #delivered: ReadonlySet<string> | undefined

  constructor(
    private readonly pool: pg.Pool,
    private readonly sql: Statements,
    private readonly opening: Opening & { readonly poll: number },
    private readonly hints: Hints,
  ) {
    this.#pauses = new Pauses(opening.poll, opening.poll * LONGEST, opening.random)
    void this.#turn()
  }

  stop(): void {
    this.#isStopped = true
    this.#next?.stop()
  }

  async #turn(): Promise<void> {
    let pause = this.opening.poll
    try {
      await this.#lookForChanges()
      await this.#lookForMessages()
      this.#pauses.reset()
    } catch {
      // Out of reach, which whoever keeps the lease tells.
      pause = this.#pauses.next()
    }
    if (!this.#isStopped) this.#next = new Deadline(this.opening.clock, pause, () => void this.#turn())
  }

  async #lookForChanges(): Promise<void> {
    if (this.#token === undefined) {
      const { rows } = await this.pool.query<{ token: string }>(this.sql.last)
      this.#token = rows[0]?.token ?? '0'
      this.hints.changed()
      return
    }
    const { rows } = await this.pool.query<{ key: string; token: string }>(this.sql.changes, [this.#token])
    if (this.#isStopped) return
    for (const { key, token } of rows) {
      this.#token = token
      this.hints.changed(key)
    }
  }

  async #lookForMessages(): Promise<void> {
    const { rows } = await this.pool.query<{ id: string; topic: string; body: string }>(this.sql.messages, [
      WINDOW,
    ])
    if (this.#isStopped) return
    const before = this.#delivered
    this.#delivered = new Set(rows.map(({ id }) => id))
    // What was there before this node listened is not for it.
    if (before === undefined) return
    for (const { id, topic, body } of rows) if (!before.has(id)) this.hints.message(topic, body)
  }
}
