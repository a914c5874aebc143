import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Journal, Note } from './journal.js'
import { onlyKeysOf } from './known-keys.js'

const TITLE = 'a text of 1 to 120 characters'
const TEXT = 'a text of 1 to 2000 characters'

const title = z.string(TITLE).trim().min(1, TITLE).max(120, TITLE)
const text = z.string(TEXT).trim().min(1, TEXT).max(2_000, TEXT)
const opening = { title, text }
const update = { text, over: z.boolean('true or false').default(false) }

/** What an operator writes to begin an incident, and to go on with it or end it. */
export const openingSchema = z.strictObject(opening, onlyKeysOf(opening))
export const updateSchema = z.strictObject(update, onlyKeysOf(update))

/** One word of the operator's about an incident. */
export interface IncidentUpdate {
  /** Epoch milliseconds. */
  readonly at: number
  readonly text: string
}

/** What the operator tells the readers of the page. */
export interface Incident {
  readonly id: string
  readonly title: string
  /** Oldest first. */
  readonly updates: readonly IncidentUpdate[]
  /** Since when it is over, in epoch milliseconds. */
  readonly overAt?: number
}

/** So many incidents are kept, and one that is over is shown for so long, in ms. */
const KEPT = 50
const SHOWN_FOR = 3 * 86_400_000
/** The most words about one incident. */
const UPDATES = 50

/** The incidents that operators write about, kept in the journal: also when any worker, or Pulse, dies. */
export class Incidents {
  constructor(
    private readonly journal: Journal,
    private readonly wallTime: () => number,
    /** Told of each that is noted. */
    private readonly noted: (note: Note) => void = () => {},
  ) {}

  /** Newest first. */
  get all(): readonly Incident[] {
    return this.journal
      .keys('incident/')
      .map((key) => this.journal.get(key) as Incident)
      .sort((a, b) => begunAt(b) - begunAt(a))
  }

  /** Those that last, and those that were over not long ago. */
  get shown(): readonly Incident[] {
    const now = this.wallTime()
    return this.all.filter(({ overAt }) => overAt === undefined || now - overAt < SHOWN_FOR)
  }

  begin({ title, text }: z.output<typeof openingSchema>): Incident {
    const incident = { id: randomUUID(), title, updates: [{ at: this.wallTime(), text }] }
    this.#keep(incident)
    for (const { id } of this.all.slice(KEPT)) this.#note(id, undefined)
    return incident
  }

  /** Undefined where there is no incident of this id. The oldest word goes when there are too many. */
  goOn(id: string, { text, over }: z.output<typeof updateSchema>): Incident | undefined {
    const known = this.journal.get(`incident/${id}`) as Incident | undefined
    if (known === undefined) return undefined
    const at = this.wallTime()
    const updates = [...known.updates, { at, text }].slice(-UPDATES)
    const incident = { id, title: known.title, updates, ...(over && { overAt: at }) }
    this.#keep(incident)
    return incident
  }

  #note(id: string, incident: Incident | undefined): void {
    this.noted(this.journal.set(`incident/${id}`, incident))
  }

  /** On the disk before anybody is told that it is known. Where the disk fails, it says so once: then it goes on in memory. */
  #keep(incident: Incident): void {
    this.#note(incident.id, incident)
    const error = this.journal.commit()
    if (error !== undefined) throw error
  }
}

const begunAt = ({ updates: [first] }: Incident): number => first?.at ?? 0
