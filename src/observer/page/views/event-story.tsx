/** One event of the timeline, and when opened all there is to know of it: what it was doing, its state, the stack, what came of it. */
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { TimelineEvent } from '../data/api.ts'
import { useKnown } from '../data/store.ts'
import { clock } from '../parts/format.ts'
import { Json } from '../parts/json.tsx'
import { Mark } from '../parts/mark.tsx'

interface EventProps {
  readonly event: TimelineEvent
  readonly open: (pid: string) => void
  /** The level of the heading that it stands below. */
  readonly below: 1 | 3
}

export function Event({ event, open, below }: EventProps) {
  const [shown, setShown] = useState(false)
  const { kind, message, reason } = event
  return (
    <li class={`event ${kind}`}>
      <button type="button" class="line" aria-expanded={shown} onClick={() => setShown(!shown)}>
        <Line event={event} what={kind === 'restart' || reason === undefined ? message : reason} />
      </button>
      {shown && <Story event={event} open={open} below={below} />}
    </li>
  )
}

function Line({ event, what }: { event: TimelineEvent; what: string }) {
  const { at, kind, name, child, pid, report } = event
  const { application } = report
  return (
    <>
      <time dateTime={new Date(at).toISOString()}>{clock(at)}</time>
      <Mark look={kind} />
      <b>{name ?? child ?? (typeof application === 'string' ? application : pid) ?? kind}</b>
      <span class="what">{what}</span>
    </>
  )
}

function Story({ event, open, below }: EventProps) {
  const { message, pid, supervisor, child, report } = event
  const { reason: stack, lastMessage, state, ...fields } = report
  return (
    <div class="story">
      <p>{message}</p>
      <p class="muted">
        {pid !== undefined && (
          <button type="button" class="chip" onClick={() => open(pid)}>
            {pid}
          </button>
        )}
        {supervisor !== undefined && ` child ${child ?? '?'} of ${supervisor}`}
      </p>
      {lastMessage !== undefined && (
        <Chapter below={below} title="What it was handling">
          <Json value={lastMessage} />
        </Chapter>
      )}
      {state !== undefined && (
        <Chapter below={below} title="Its state before">
          <Json value={state} />
        </Chapter>
      )}
      {typeof stack === 'string' && (
        <Chapter below={below} title="Where it failed">
          <pre tabIndex={0}>{stack}</pre>
        </Chapter>
      )}
      <Consequences event={event} below={below} />
      {Object.keys(fields).length > 0 && (
        <Chapter below={below} title="What else was reported">
          <Json value={fields} depth={1} />
        </Chapter>
      )}
    </div>
  )
}

/** Who died of it, and what was started again. */
function Consequences({ event: { incident, seq }, below }: Omit<EventProps, 'open'>) {
  const { events } = useKnown()
  if (incident === undefined) return null
  const came = events.filter((each) => each.incident === incident && each.seq !== seq)
  if (came.length === 0) return null
  return (
    <Chapter below={below} title="What came of it">
      <ol class="chain">
        {came.toReversed().map((each) => (
          <li key={each.seq} class={each.kind}>
            <Line event={each} what={each.message} />
          </li>
        ))}
      </ol>
    </Chapter>
  )
}

interface ChapterProps {
  readonly below: 1 | 3
  readonly title: string
  readonly children: ComponentChildren
}

function Chapter({ below, title, children }: ChapterProps) {
  const Heading = below === 1 ? 'h2' : 'h4'
  return (
    <section class="chapter">
      <Heading>{title}</Heading>
      {children}
    </section>
  )
}
