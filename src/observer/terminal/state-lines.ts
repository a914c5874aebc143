/** One page of a process's state as lines of a terminal. Pure. */
import { jsonOf, oneLine } from '../../kernel/index.js'
import { cellOf, cellsOf } from './cell-width.js'
import type { Line } from './line.js'
import type { SeenPlace } from './source.js'

/** Of the keys: as wide as the widest, and no wider than this. */
const KEY = 24

/**
 * @param seen undefined before the observer has answered
 * @param cursor the entry that Enter opens
 */
export function stateLines(seen: SeenPlace | undefined, cursor: number, columns: number): readonly Line[] {
  if (seen === undefined) return [[['…', 'grey']]]
  const { place, seen: found } = seen
  if ('busy' in found) return [headOf(place.pid, []), [['it is at work and did not answer in time', 'grey']]]
  if ('none' in found)
    return [headOf(place.pid, []), [['it is no server: there is no state to ask for', 'grey']]]
  if ('error' in found) return [headOf(place.pid, []), ...wrapped(found.error, columns)]
  const { kind, names, size, offset, entries, text, note } = found.page
  const numbered = entries.filter(({ step }) => !step.startsWith('#')).length
  const end = offset + (kind === 'text' ? (text ?? '').length : numbered)
  const part = end > offset ? `${offset + 1} to ${end} of ${size}` : String(size)
  const told = kind === 'value' ? '' : `  ${kind}, ${part}${note === undefined ? '' : `; ${note}`}`
  const widest = Math.min(KEY, Math.max(1, ...entries.map(({ key }) => cellsOf(key))))
  return [
    [...headOf(place.pid, names), [told, 'grey']],
    ...entries.map(({ key, value, opens }, at): Line => {
      const mark = at === cursor ? '›' : ' '
      return [`${opens ? '▸' : ' '}${mark}`, [cellOf(key, widest), 'bold'], ' ', jsonOf(value)]
    }),
    ...(text === undefined ? [] : wrapped(text, columns)),
  ]
}

function headOf(pid: string, names: readonly string[]): Line {
  return [[[pid, 'state', ...names].join(' › '), 'bold']]
}

/** A text in lines that fit, broken where it has line ends of its own, too. */
function wrapped(text: string, columns: number): readonly Line[] {
  const room = Math.max(1, columns)
  return text.split('\n').flatMap((whole) => {
    const line = oneLine(whole)
    // Characters of two cells: half of them fit.
    const step = cellsOf(line) > line.length ? Math.max(1, Math.floor(room / 2)) : room
    const count = Math.max(1, Math.ceil(line.length / step))
    return Array.from({ length: count }, (_, at): Line => [line.slice(at * step, (at + 1) * step)])
  })
}
