/** A line of a screen. */
import { oneLine } from '../../kernel/index.js'
import type { Paint, Style } from '../../logging/index.js'
import { cellsOf, cutTo } from './cell-width.js'

/** A line of parts, so that it can be cut where the terminal ends, whatever its colours. */
export type Line = readonly (string | readonly [text: string, style: Style])[]

/** Cut to the columns there are; nothing in its parts acts on the terminal. */
export function drawn(line: Line, columns: number, paint: Paint): string {
  let room = columns
  let text = ''
  for (const part of line) {
    const [raw, style] = typeof part === 'string' ? [part, undefined] : part
    const shown = cutTo(oneLine(raw), room)
    room -= cellsOf(shown)
    text += style === undefined || shown === '' ? shown : paint(shown, style)
  }
  return text
}
