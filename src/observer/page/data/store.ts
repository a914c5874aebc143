/** What the page knows of the program: kept from the event stream, shared by its views. */
import { useEffect, useState } from 'preact/hooks'
import { ApiError, follow, get, type Overview, type TimelineEvent, type Vitals } from './api.ts'

/** Seconds of vitals that are kept. */
const SECONDS = 180
const EVENTS = 1_000
/** What the stream tells that the timeline has. */
const HAPPENINGS = new Set(['crash', 'restart', 'exit', 'report', 'refused'])

export interface Known {
  readonly overview: Overview | undefined
  readonly vitals: readonly Vitals[]
  readonly events: readonly TimelineEvent[]
  readonly online: boolean
  /** Grows when the tree has changed. */
  readonly changes: number
  /** The observer wants its token before it shows anything. */
  readonly locked: boolean
}

let known: Known = { overview: undefined, vitals: [], events: [], online: false, changes: 0, locked: false }
const listeners = new Set<() => void>()
let stream: AbortController | undefined

function change(more: Partial<Known>): void {
  known = { ...known, ...more }
  for (const listener of listeners) listener()
}

/** What is known, now and whenever it changes. */
export function useKnown(): Known {
  const [, turn] = useState(0)
  useEffect(() => {
    const listener = (): void => turn((n) => n + 1)
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }, [])
  return known
}

/** Begins to follow the program, or begins anew, as with another token. */
export function connect(): void {
  stream?.abort()
  stream = new AbortController()
  change({ locked: false })
  get<{ events: TimelineEvent[] }>('timeline', { limit: EVENTS }).then(
    ({ events }) => change({ events }),
    () => {},
  )
  void follow(undefined, stream.signal, heard)
}

function heard(event: string, data: unknown): void {
  if (event === 'hello') change({ overview: data as Overview, online: true, changes: known.changes + 1 })
  else if (event === 'vitals')
    change({ vitals: [...known.vitals, data as Vitals].slice(-SECONDS), online: true })
  else if (event === 'tree') change({ changes: known.changes + 1 })
  else if (event === 'lost') change({ online: false })
  else if (event === 'failed')
    change({ online: false, locked: data instanceof ApiError && data.status === 401 })
  else if (HAPPENINGS.has(event)) note(data as TimelineEvent)
}

/** The newest first; an event is told again when there is more to say of it. */
function note(event: TimelineEvent): void {
  const at = known.events.findIndex(({ seq }) => seq === event.seq)
  const events = at < 0 ? [event, ...known.events] : known.events.with(at, event)
  change({ events: events.slice(0, EVENTS), changes: known.changes + 1 })
}
