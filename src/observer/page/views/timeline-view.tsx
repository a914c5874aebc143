/** Crashes and restarts in the order they happened, with their reports. */
import { useState } from 'preact/hooks'
import type { TimelineEvent } from '../data/api.ts'
import { useKnown } from '../data/store.ts'
import { count } from '../parts/format.ts'
import { Mark } from '../parts/mark.tsx'
import { Event } from './event-story.tsx'

/** Minutes that the strip shows, and its bars. */
const SPAN = 10 * 60_000
const BARS = 60

const KINDS = ['crash', 'exit', 'restart', 'report', 'refused'] as const

export function TimelineView({ open }: { open: (pid: string) => void }) {
  const { events, vitals } = useKnown()
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const [text, setText] = useState('')
  const wanted = text.toLowerCase()
  const shown = events.filter(
    (event) =>
      !hidden.has(event.kind) &&
      (wanted === '' ||
        `${event.message} ${event.name ?? ''} ${event.child ?? ''} ${event.pid ?? ''}`
          .toLowerCase()
          .includes(wanted)),
  )
  const toggle = (kind: string): void =>
    setHidden((now) => new Set(now.has(kind) ? [...now].filter((each) => each !== kind) : [...now, kind]))
  const now = Math.max(vitals.at(-1)?.at ?? 0, events[0]?.at ?? 0)
  return (
    <section class="timeline" aria-label="Timeline">
      <div class="tools">
        <input
          id="search"
          type="search"
          placeholder="Search the events"
          aria-label="Search the events"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <div class="group" role="group" aria-label="Kinds">
          {KINDS.map((kind) => (
            <button type="button" key={kind} aria-pressed={!hidden.has(kind)} onClick={() => toggle(kind)}>
              <Mark look={kind} />
              <span class="word">{kind}</span>{' '}
              <span class="muted">{count(events.filter((each) => each.kind === kind).length)}</span>
            </button>
          ))}
        </div>
      </div>
      <Strip events={events} now={now} />
      <ol class="events">
        {shown.length === 0 && <li class="empty">Nothing has crashed while somebody looked. Good.</li>}
        {shown.slice(0, 300).map((event) => (
          <Event key={event.seq} event={event} open={open} below={1} />
        ))}
      </ol>
    </section>
  )
}

/** How much happened when, in the last minutes. */
function Strip({ events, now }: { events: readonly TimelineEvent[]; now: number }) {
  const crashes = new Array<number>(BARS).fill(0)
  const restarts = new Array<number>(BARS).fill(0)
  for (const { at, kind } of events) {
    const bar = BARS - 1 - Math.floor(((now - at) / SPAN) * BARS)
    if (bar < 0 || bar >= BARS) continue
    const into = kind === 'restart' ? restarts : kind === 'crash' ? crashes : undefined
    if (into === undefined) continue
    into[bar] = (into[bar] ?? 0) + 1
  }
  const top = Math.max(4, ...crashes, ...restarts)
  return (
    <figure class="strip">
      <svg viewBox={`0 0 ${BARS * 10} 80`} preserveAspectRatio="none" aria-hidden="true">
        <line x1="0" x2={BARS * 10} y1="40" y2="40" />
        {crashes.map(
          (n, at) =>
            n > 0 && (
              <rect
                key={at}
                class="crash"
                x={at * 10 + 1}
                width="8"
                y={39 - (n / top) * 36}
                height={(n / top) * 36}
              />
            ),
        )}
        {restarts.map(
          (n, at) =>
            n > 0 && (
              <rect key={at} class="restart" x={at * 10 + 1} width="8" y="41" height={(n / top) * 36} />
            ),
        )}
      </svg>
      <figcaption>
        <span>10 minutes ago</span>
        <span>crashes above, restarts below</span>
        <span>now</span>
      </figcaption>
    </figure>
  )
}
