/** The messages of one process as they came and went: when, with whom, and all that they say. */
import { useEffect, useRef } from 'preact/hooks'
import { type TraceEvent, titleOf } from '../data/api.ts'
import { clock } from './format.ts'

interface SequenceProps {
  readonly self: string
  readonly events: readonly TraceEvent[]
  /** Whether the stream is open that the events come from. */
  readonly listening: boolean
}

export function Sequence({ self, events, listening }: SequenceProps) {
  const frame = useRef<HTMLOListElement>(null)
  useEffect(() => {
    // The newest is at the end, which is what one waits for.
    if (frame.current !== null) frame.current.scrollTop = frame.current.scrollHeight
  }, [events])
  if (events.length === 0) {
    return <p class="muted">{listening ? 'Waiting for the next message …' : 'Opening the stream …'}</p>
  }
  return (
    // It scrolls, so that it can be come to by the keyboard.
    <ol class="sequence" ref={frame} tabIndex={0} aria-label={`Messages of ${self}`}>
      {events.map((event) => (
        <Message key={event.seq} event={event} />
      ))}
    </ol>
  )
}

function Message({ event: { at, type, kind, text, peer } }: { event: TraceEvent }) {
  const isIn = type === 'in'
  return (
    <li class={`message ${type}`}>
      <time dateTime={new Date(at).toISOString()}>
        {clock(at)}
        <small>.{String(at % 1_000).padStart(3, '0')}</small>
      </time>
      <span class="who">
        <span class="way" aria-hidden="true">
          {isIn ? '→' : '←'}
        </span>{' '}
        {isIn ? 'from ' : type === 'out' ? 'to ' : ''}
        <b>{peer === null ? (isIn ? 'an unknown sender' : kind) : titleOf(peer)}</b>
        {isIn && <span class="kind"> {kind}</span>}
      </span>
      <code>{text}</code>
    </li>
  )
}
