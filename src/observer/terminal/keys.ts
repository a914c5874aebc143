/** What the keys do. Pure. */
import { lineCount, roomIn, type Showing, seenAt } from './screen.js'
import { type Look, PAGE, TABLE_SORTS } from './source.js'

const VIEWS: Readonly<Record<string, Showing['view']>> = { t: 'tree', p: 'processes', e: 'events' }
const [CTRL_C, CTRL_D, CTRL_H, CTRL_Z, ESCAPE, BACKSPACE] = [
  '\u0003',
  '\u0004',
  '\b',
  '\u001a',
  '\u001b',
  '\u007f',
]

/** Characters of a text that the observer shows at once. */
const TEXT = 4_000
const ENTER = new Set(['\r', '\n'])
const BACK = new Set(['\u001b[D', 'h', BACKSPACE, CTRL_H])

/**
 * What a key makes of what is shown; `'quit'` and `'suspend'` are for whoever has the terminal.
 *
 * @param last the furthest that can be scrolled to
 * @param look what is seen, of which Enter opens something
 */
export function afterKey(
  key: string,
  showing: Showing,
  rows: number,
  last: number,
  look?: Look,
): Showing | 'quit' | 'suspend' {
  if (key === CTRL_C || key === CTRL_D) return 'quit'
  if (key === CTRL_Z) return 'suspend'
  if (showing.typing) return afterTyping(key, showing)
  if (key === 'q') return 'quit'
  if (look !== undefined) {
    const opened = showing.view === 'state' ? inState(key, showing, look) : opening(key, showing, look)
    if (opened !== undefined) return opened
  }
  if (key === '/') return { ...showing, typing: true }
  if (key === ESCAPE) return showing.search === '' ? showing : { ...showing, search: '', top: 0, cursor: 0 }
  const view = VIEWS[key]
  if (view !== undefined) return { ...showing, view, top: 0, cursor: 0 }
  if (key === 's') {
    const at = (TABLE_SORTS.indexOf(showing.sort) + 1) % TABLE_SORTS.length
    return { ...showing, view: 'processes', sort: TABLE_SORTS[at] ?? 'queue', top: 0, cursor: 0 }
  }
  const page = Math.max(1, rows - 4)
  const steps: Record<string, number> = {
    '\u001b[A': -1,
    k: -1,
    '\u001b[B': 1,
    j: 1,
    '\u001b[5~': -page,
    b: -page,
    '\u001b[6~': page,
    ' ': page,
    g: Number.NEGATIVE_INFINITY,
    '\u001b[H': Number.NEGATIVE_INFINITY,
    G: Number.POSITIVE_INFINITY,
    '\u001b[F': Number.POSITIVE_INFINITY,
  }
  const step = Object.hasOwn(steps, key) ? (steps[key] ?? 0) : 0
  if (step === 0) return showing
  const lines = look === undefined ? 0 : lineCount(look, showing)
  if (lines === 0) return { ...showing, top: Math.max(0, Math.min(last, showing.top + step)) }
  const cursor = Math.max(0, Math.min(lines - 1, showing.cursor + step))
  return { ...showing, cursor, top: topFor(cursor, showing.top, rows, last) }
}

/** Scrolls no further than it takes to see the line, which has one above it that is no entry. */
function topFor(cursor: number, top: number, rows: number, last: number): number {
  const room = roomIn({ rows, columns: 0 })
  const least = cursor + 2 - room
  return Math.max(0, Math.min(last, Math.max(least, Math.min(top, cursor))))
}

/** Enter on a process opens its state. */
function opening(key: string, showing: Showing, { rows, offset }: Look): Showing | undefined {
  if (showing.view !== 'processes' || !ENTER.has(key)) return undefined
  const row = rows[showing.cursor - offset]
  if (row === undefined || 'gone' in row) return showing
  return { ...showing, view: 'state', state: { pid: row.pid, steps: [], from: 0 }, top: 0, cursor: 0 }
}

/** Deeper, back, to another part of a long value, and out. */
function inState(key: string, showing: Showing, look: Look): Showing | undefined {
  const { state, cursor } = showing
  if (state === undefined) return undefined
  const at = (steps: readonly string[], from = 0): Showing => ({
    ...showing,
    state: { ...state, steps, from },
    top: 0,
    cursor: 0,
  })
  if (key === ESCAPE) return { ...showing, view: 'processes', top: 0, cursor: 0, state: undefined }
  if (BACK.has(key)) return state.steps.length === 0 ? showing : at(state.steps.slice(0, -1))
  const seen = seenAt(look, state)?.seen
  if (seen === undefined || !('page' in seen)) return undefined
  const { kind, size, offset, entries, text = '' } = seen.page
  if (ENTER.has(key)) {
    const entry = entries[cursor]
    return entry?.opens === true ? at([...state.steps, entry.step]) : showing
  }
  const shown = kind === 'text' ? text.length : entries.filter(({ step }) => !step.startsWith('#')).length
  if (key === ']') return shown > 0 && offset + shown < size ? at(state.steps, offset + shown) : showing
  if (key === '[')
    return offset === 0 ? showing : at(state.steps, Math.max(0, offset - (kind === 'text' ? TEXT : PAGE)))
  return undefined
}

/** Until Enter, keys are text to search for. What is found changes with every one of them. */
function afterTyping(key: string, showing: Showing): Showing {
  if (key === '\r' || key === '\n') return { ...showing, typing: false }
  if (key === ESCAPE) return { ...showing, typing: false, search: '', top: 0, cursor: 0 }
  if (key === BACKSPACE || key === CTRL_H) {
    return { ...showing, search: [...showing.search].slice(0, -1).join(''), top: 0, cursor: 0 }
  }
  // A key that is none of a letter, such as an arrow, begins with a control character.
  if (/\p{Cc}/u.test(key)) return showing
  return { ...showing, search: (showing.search + key).slice(0, 100), top: 0, cursor: 0 }
}
