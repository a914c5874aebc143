/** What the keys do. Pure. */
import type { Showing } from './screen.js'
import { TABLE_SORTS } from './source.js'

const VIEWS: Readonly<Record<string, Showing['view']>> = { t: 'tree', p: 'processes', e: 'events' }
const [CTRL_C, CTRL_D, CTRL_H, CTRL_Z, ESCAPE, BACKSPACE] = [
  '\u0003',
  '\u0004',
  '\b',
  '\u001a',
  '\u001b',
  '\u007f',
]

/**
 * What a key makes of what is shown; `'quit'` and `'suspend'` are for whoever has the terminal.
 *
 * @param last the furthest that can be scrolled to
 */
export function afterKey(
  key: string,
  showing: Showing,
  rows: number,
  last: number,
): Showing | 'quit' | 'suspend' {
  if (key === CTRL_C || key === CTRL_D) return 'quit'
  if (key === CTRL_Z) return 'suspend'
  if (showing.typing) return afterTyping(key, showing)
  if (key === 'q') return 'quit'
  if (key === '/') return { ...showing, typing: true }
  if (key === ESCAPE) return showing.search === '' ? showing : { ...showing, search: '', top: 0 }
  const view = VIEWS[key]
  if (view !== undefined) return { ...showing, view, top: 0 }
  if (key === 's') {
    const at = (TABLE_SORTS.indexOf(showing.sort) + 1) % TABLE_SORTS.length
    return { ...showing, view: 'processes', sort: TABLE_SORTS[at] ?? 'queue', top: 0 }
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
  return step === 0 ? showing : { ...showing, top: Math.max(0, Math.min(last, showing.top + step)) }
}

/** Until Enter, keys are text to search for. What is found changes with every one of them. */
function afterTyping(key: string, showing: Showing): Showing {
  if (key === '\r' || key === '\n') return { ...showing, typing: false }
  if (key === ESCAPE) return { ...showing, typing: false, search: '', top: 0 }
  if (key === BACKSPACE || key === CTRL_H) {
    return { ...showing, search: [...showing.search].slice(0, -1).join(''), top: 0 }
  }
  // A key that is none of a letter, such as an arrow, begins with a control character.
  if (/\p{Cc}/u.test(key)) return showing
  return { ...showing, search: (showing.search + key).slice(0, 100), top: 0 }
}
