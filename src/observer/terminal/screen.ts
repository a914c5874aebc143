/** One look at a program as lines of text, for a terminal of any size or for a file. Pure. */
import { branches } from '../../application/index.js'
import { oneLine } from '../../kernel/index.js'
import type { Paint, Style } from '../../logging/index.js'
import type { Row } from '../snapshot/process-row.js'
import type { TreeNode } from '../snapshot/supervision-tree.js'
import type { TimelineEvent } from '../timeline.js'
import type { Look, TableSort } from './source.js'

/** What is shown, and from where on. */
export interface Showing {
  readonly view: 'tree' | 'processes' | 'events'
  readonly sort: TableSort
  /** Lines that are scrolled past. */
  readonly top: number
  readonly problem: string
}

/** Lines and columns. */
export interface TerminalSize {
  readonly rows: number
  readonly columns: number
}

/** A line of parts, so that it can be cut where the terminal ends, whatever its colours. */
type Line = readonly (string | readonly [text: string, style: Style])[]

/** Head, body and foot, exactly as many lines as there are, none longer than there is room for. */
export function screen(look: Look | undefined, showing: Showing, size: TerminalSize, paint: Paint): string[] {
  const head = headOf(look, showing)
  const body = look === undefined ? [] : bodyOf(look, showing)
  const room = Math.max(1, size.rows - head.length - 1)
  const top = Math.min(showing.top, Math.max(0, body.length - room))
  const shown = body.slice(top, top + room)
  while (shown.length < room) shown.push([''])
  const more = body.length > top + room ? `${body.length - top - room} more` : ''
  const foot: Line = [[`t tree  p processes  e events  s sort  ↑↓ scroll  q quit   ${more}`, 'grey']]
  return [...head, ...shown, foot].map((line) => drawn(line, size.columns, paint))
}

/** All there is to say at one moment, for where there is no terminal. */
export function plainText(look: Look, paint: Paint): string {
  const showing = { sort: 'queue', top: 0, problem: '' } as const
  const lines = [
    ...headOf(look, { view: 'tree', ...showing }),
    ...treeLines(look),
    [''],
    ...tableLines(look.rows.slice(0, 20), showing.sort),
    ...(look.events.length === 0 ? [] : [[''], ...look.events.slice(0, 10).map(eventLine)]),
  ]
  return lines.map((line) => `${drawn(line, Number.POSITIVE_INFINITY, paint)}\n`).join('')
}

function headOf(look: Look | undefined, { problem }: Showing): Line[] {
  if (look === undefined) return [[problem === '' ? 'connecting …' : [problem, 'red']]]
  const { processes, spawned, memory, uptime, timers, deadLetters } = look.overview
  const facts = [
    `${processes} processes (${spawned} ever)`,
    `${(memory.heapUsed / 1024 / 1024).toFixed(1)} MB heap`,
    `${timers} timers`,
    `${deadLetters} dead letters`,
    `up ${Math.floor(uptime / 60)} min`,
  ]
  const state: Line =
    problem === ''
      ? [['● ', 'green'], facts.join('  ·  ')]
      : [
          ['■ ', 'red'],
          [problem, 'red'],
        ]
  return [state, ['']]
}

function bodyOf(look: Look, { view, sort }: Showing): Line[] {
  if (view === 'tree') return treeLines(look)
  if (view === 'processes') return tableLines(look.rows, sort)
  return look.events.length === 0
    ? [[['nothing has crashed while somebody looked', 'grey']]]
    : look.events.map(eventLine)
}

/** The drawing of the tree is text; the rest of each line is found by the number of its node. */
function treeLines({ tree: { applications, roots } }: Look): Line[] {
  const nodes: TreeNode[] = []
  const number = (node: TreeNode): string => `\u0000${nodes.push(node) - 1}`
  const below = ({ children }: TreeNode): readonly TreeNode[] | undefined => children
  const lineOf = (text: string): Line => {
    const [lead = '', at] = text.split('\u0000')
    return at === undefined ? [[lead, 'bold']] : [[lead, 'grey'], ...nodeParts(nodes[Number(at)] as TreeNode)]
  }
  const drawnTree = [
    ...applications.flatMap(({ name, root }) => [
      name,
      ...branches(root === null ? [] : [root], number, below),
    ]),
    ...branches(roots, number, below),
  ]
  return drawnTree.map(lineOf)
}

const MARKS = {
  up: ['● ', 'green'],
  busy: ['◆ ', 'yellow'],
  restarting: ['▲ ', 'red'],
  stopped: ['□ ', 'grey'],
} as const

function nodeParts({
  id,
  pid,
  state,
  busy,
  queue,
  restarts,
  strategy,
  retryIn,
  childCount,
  children,
}: TreeNode): Line {
  const hidden = (childCount ?? 0) - (children?.length ?? 0)
  return [
    MARKS[state === 'up' && busy === true ? 'busy' : state],
    strategy === undefined ? id : [id, 'bold'],
    [pid === null ? ` ${state}` : ` ${pid}`, 'grey'],
    [strategy === undefined ? '' : ` ${strategy}`, 'grey'],
    [queue === 0 ? '' : ` ${queue} queued`, 'yellow'],
    [restarts === 0 ? '' : ` ↻${restarts}`, 'magenta'],
    [retryIn === undefined ? '' : ` in ${Math.ceil(retryIn / 1_000)} s`, 'red'],
    [hidden > 0 ? ` ${hidden} more children` : '', 'grey'],
  ]
}

function tableLines(rows: readonly Row[], sort: TableSort): Line[] {
  const head = row('PID', 'NAME', 'BEHAVIOUR', 'QUEUE', 'HANDLED', 'RATE/S')
  return [
    [[`${head}   by ${sort}`, 'bold']],
    ...rows.map(({ pid, name, label, behaviour, queue, handled, rate, status }): Line => {
      const text = row(
        pid,
        name ?? label ?? '',
        behaviour,
        String(queue),
        String(handled),
        rate === null ? '–' : rate.toFixed(rate < 10 ? 1 : 0),
      )
      return [MARKS[status === 'busy' ? 'busy' : status === 'exiting' ? 'stopped' : 'up'], text]
    }),
  ]
}

function row(pid: string, name: string, behaviour: string, ...numbers: readonly string[]): string {
  const lead = pid === 'PID' ? '  ' : ''
  const cells = [
    cell(pid, 10),
    cell(name, 28),
    cell(behaviour, 22),
    ...numbers.map((each) => each.padStart(9)),
  ]
  return lead + cells.join(' ')
}

function cell(text: string, width: number): string {
  const safe = oneLine(text)
  return safe.length <= width ? safe.padEnd(width) : `${safe.slice(0, width - 1)}…`
}

const EVENT_MARKS = {
  crash: ['✕ ', 'red'],
  exit: ['─ ', 'grey'],
  restart: ['▲ ', 'green'],
  report: ['! ', 'yellow'],
} as const

function eventLine({ at, kind, message, name, child, pid, reason }: TimelineEvent): Line {
  const time = new Date(at).toISOString().slice(11, 19)
  return [
    [`${time} `, 'grey'],
    EVENT_MARKS[kind],
    [`${name ?? child ?? pid ?? kind}  `, 'bold'],
    kind === 'restart' ? message : (reason ?? message),
  ]
}

function drawn(line: Line, columns: number, paint: Paint): string {
  let room = columns
  let text = ''
  for (const part of line) {
    const [raw, style] = typeof part === 'string' ? [part, undefined] : part
    const shown = oneLine(raw).slice(0, room)
    room -= shown.length
    text += style === undefined || shown === '' ? shown : paint(shown, style)
  }
  return text
}
