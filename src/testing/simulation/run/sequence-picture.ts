/** A run as a message-sequence picture. An arrow stands where its message arrives, not where it was sent. */
import { plain } from '../../trace/index.js'
import type { SimulationEvent } from './simulation-trace.js'

/** What is drawn: an arrow, or a mark on one lane. */
interface Stroke {
  readonly step: number
  readonly from: string
  readonly to: string
  readonly mark: '●' | '✕'
  readonly text: string
}

function strokesOf(events: readonly SimulationEvent[]): Stroke[] {
  const strokes: Stroke[] = []
  for (const { step, at, kind, from, to, what, place } of events) {
    const stroke = { step, from, to, mark: '●', text: what === '' ? goesOn(place) : what } as const
    if (kind === 'take' || (kind === 'resume' && from !== to)) strokes.push(stroke)
    else if (kind === 'signal') strokes.push({ ...stroke, text: `exit signal ${what}` })
    else if (kind === 'exit') strokes.push({ ...stroke, mark: '✕', text: `ends: ${what}` })
    else if (kind === 'start') strokes.push({ ...stroke, text: 'starts' })
    else if (kind === 'resume') strokes.push({ ...stroke, text: goesOn(place) })
    else if (kind === 'note') strokes.push(stroke)
    else if (kind === 'fault') strokes.push({ ...stroke, text: `goes wrong: ${what}` })
    else if (kind === 'time') strokes.push({ ...stroke, text: `${at} ms` })
  }
  return strokes
}

function goesOn(place: string | undefined): string {
  return place === undefined ? 'goes on' : `goes on at ${place}`
}

/** The lanes from left to right, and the place of each. */
function lanesOf(strokes: readonly Stroke[]): ReadonlyMap<string, number> {
  const lanes = new Set(strokes.flatMap(({ from, to }) => [from, to]))
  return new Map([...lanes].map((lane, at) => [lane, at]))
}

const NARROWEST = 8

/**
 * The picture as text.
 *
 * @param last draws only so many of the last strokes
 */
export function textPicture(events: readonly SimulationEvent[], last = Number.POSITIVE_INFINITY): string {
  const strokes = strokesOf(events).slice(-last)
  const lanes = lanesOf(strokes)
  const width = Math.max(NARROWEST, ...[...lanes.keys()].map((lane) => lane.length + 2))
  const head = [...lanes.keys()].map((lane) => centred(lane, width)).join('')
  const lines = strokes.map((stroke) => {
    const drawn = drawnStroke(stroke, lanes, width)
    return `${String(stroke.step).padStart(4)} ${drawn}  ${stroke.text}`.trimEnd()
  })
  return `${[`step ${head}`.trimEnd(), ...lines].join('\n')}\n`
}

function drawnStroke({ from, to, mark }: Stroke, lanes: ReadonlyMap<string, number>, width: number): string {
  const middle = Math.floor(width / 2)
  const place = (lane: string): number => (lanes.get(lane) ?? 0) * width + middle
  const [start, end] = [place(from), place(to)]
  const signs = Array.from({ length: lanes.size * width }, () => ' ')
  for (const lane of lanes.keys()) signs[place(lane)] = '│'
  for (let at = Math.min(start, end) + 1; at < Math.max(start, end); at++) signs[at] = '─'
  signs[start] = mark
  if (start < end) signs[end - 1] = '▶'
  else if (end < start) signs[end + 1] = '◀'
  return signs.join('')
}

function centred(text: string, width: number): string {
  const left = Math.floor(width / 2) - Math.floor(text.length / 2)
  return text.padStart(left + text.length).padEnd(width)
}

/** The picture as a Mermaid `sequenceDiagram`; `last` as above. */
export function mermaidPicture(events: readonly SimulationEvent[], last = Number.POSITIVE_INFINITY): string {
  const strokes = strokesOf(events).slice(-last)
  const lanes = lanesOf(strokes)
  const id = (lane: string): string => `p${lanes.get(lane)}`
  const lines = strokes.map(({ step, from, to, text }) => {
    const words = plain(text)
    return from === to
      ? `  Note over ${id(to)}: ${step} ${words}`
      : `  ${id(from)}->>${id(to)}: ${step} ${words}`
  })
  const participants = [...lanes.keys()].map((lane) => `  participant ${id(lane)} as ${plain(lane)}`)
  return `${['sequenceDiagram', ...participants, ...lines].join('\n')}\n`
}
