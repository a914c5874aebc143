/** The messages of one process as a sequence diagram: it in the middle of its peers, time going down. */
import { useEffect, useRef } from 'preact/hooks'
import { type TraceEvent, titleOf } from '../data/api.ts'
import { clock } from './format.ts'

const COLUMN = 118
/** Between two there is room for longer messages. */
const WIDE_COLUMN = 230
const ROW = 34
const TOP = 44

interface SequenceProps {
  readonly self: string
  readonly events: readonly TraceEvent[]
  /** Whether the stream is open that the events come from. */
  readonly listening: boolean
}

export function Sequence({ self, events, listening }: SequenceProps) {
  const peers = [...new Set(events.map(peerOf))].slice(-6)
  const lanes = [self, ...peers]
  const column = lanes.length > 2 ? COLUMN : WIDE_COLUMN
  const x = (lane: number): number => 64 + lane * column
  const frame = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // The newest is at the end, which is what one waits for.
    if (frame.current !== null) frame.current.scrollTop = frame.current.scrollHeight
  }, [events])
  const laneOf = (event: TraceEvent): number => Math.max(1, peers.indexOf(peerOf(event)) + 1)
  const shown = events.slice(-40)
  const width = Math.max(340, x(lanes.length - 1) + 70)
  const height = TOP + Math.max(1, shown.length) * ROW + 10
  if (shown.length === 0) {
    return <p class="muted">{listening ? 'Waiting for the next message …' : 'Opening the stream …'}</p>
  }
  return (
    <div class="sequence" ref={frame}>
      <svg width={width} height={height} role="img" aria-label={`Messages of ${self}`}>
        <title>Messages of {self}</title>
        {lanes.map((name, lane) => (
          <g key={name}>
            <line x1={x(lane)} x2={x(lane)} y1={TOP - 14} y2={height} class="life" />
            <text x={x(lane)} y={18} class={lane === 0 ? 'lane self' : 'lane'}>
              {cut(name, 16)}
            </text>
          </g>
        ))}
        {shown.map((event, at) => (
          <Arrow key={event.seq} event={event} y={TOP + at * ROW + 14} from={x(laneOf(event))} to={x(0)} />
        ))}
      </svg>
    </div>
  )
}

function Arrow({ event, y, from, to }: { event: TraceEvent; y: number; from: number; to: number }) {
  const out = event.type !== 'in'
  const [start, end] = out ? [to, from] : [from, to]
  const side = end > start ? -6 : 6
  return (
    <g class={`arrow ${event.type}`}>
      <title>
        {clock(event.at)} {event.type} {event.kind} {event.text}
      </title>
      <line x1={start} x2={end} y1={y} y2={y} />
      <path d={`M${end} ${y}l${side} -4v8z`} />
      <text x={(start + end) / 2} y={y - 6}>
        {cut(
          `${event.kind === 'out' ? '' : `${event.kind} `}${event.text}`,
          Math.max(16, Math.abs(end - start) / 6.5),
        )}
      </text>
    </g>
  )
}

function peerOf({ peer, kind }: TraceEvent): string {
  return peer === null ? (kind === 'info' ? 'somebody' : 'unknown') : titleOf(peer)
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(1, length - 1))}…`
}
