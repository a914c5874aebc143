/** One look at a program as lines of text, for a terminal of any size or for a file. Pure. */
import { branches } from '../../application/index.js'
import { oneLine } from '../../kernel/index.js'
import type { Paint, Style } from '../../logging/index.js'
import type { Row } from '../snapshot/process-row.js'
import type { TreeNode } from '../snapshot/supervision-tree.js'
import type { TimelineEvent } from '../timeline.js'
import { cellOf, cellsOf } from './cell-width.js'
import { drawn, type Line } from './line.js'
import type { Look, SeenPlace, StatePlace, TableSort } from './source.js'
import { stateLines } from './state-lines.js'

/** What is shown, and from where on. */
export interface Showing {
  readonly view: 'tree' | 'processes' | 'events' | 'state'
  readonly sort: TableSort
  /** Lines that are scrolled past. */
  readonly top: number
  /** Part of a name, a label, a behaviour or a pid; of an event, of what it says. */
  readonly search: string
  /** Whether keys go on with the search. */
  readonly typing: boolean
  readonly problem: string
  /** The line that Enter opens, of the table and of a state. */
  readonly cursor: number
  /** Whose state is looked through, where in it, and where its lines begin. */
  readonly state?: StatePlace | undefined
}

/** Lines and columns. */
export interface TerminalSize {
  readonly rows: number
  readonly columns: number
}

const KEYS = 't tree  p processes  ⏎ state  e events  s sort  / search  ↑↓ space g G  q quit'
const STATE_KEYS = '⏎ opens  ← back  [ ] other part  Esc table  ↑↓ space g G  q quit'

/** Head, body and foot, exactly as many lines as there are, none longer than there is room for. */
export function screen(look: Look, showing: Showing, size: TerminalSize, paint: Paint): string[] {
  const head = headOf(look, showing, size.columns)
  const body = bodyOf(look, showing, size.columns)
  const room = roomIn(size)
  const top = Math.min(showing.top, Math.max(0, body.length - room))
  const shown = Array.from({ length: room }, (_, at): Line => body.line(top + at))
  const rest = body.length - top - room
  return [...head, ...shown, footOf(showing, rest)].map((line) => drawn(line, size.columns, paint))
}

/** How far there is to scroll. */
export function lastTop(look: Look, showing: Showing, size: TerminalSize): number {
  return Math.max(0, bodyOf(look, showing, size.columns).length - roomIn(size))
}

/** Lines that Enter may open one of; 0 where there is none, and keys scroll. */
export function lineCount(look: Look, { view, state }: Showing): number {
  if (view === 'processes') return look.matched
  const seen = view === 'state' ? seenAt(look, state)?.seen : undefined
  return seen !== undefined && 'page' in seen ? seen.page.entries.length : 0
}

/** Lines between head and foot. */
export function roomIn({ rows }: TerminalSize): number {
  return Math.max(1, rows - 3)
}

function footOf({ search, typing, view }: Showing, rest: number): Line {
  const more = rest > 0 ? `${rest} more` : ''
  if (view === 'state') return [[more === '' ? STATE_KEYS : `${more}  ${STATE_KEYS}`, 'grey']]
  if (typing)
    return ['/', search, ['▏', 'grey'], ['  Enter keeps it, Escape ends it  ', 'grey'], [more, 'grey']]
  if (search !== '')
    return [
      [`/${search}`, 'yellow'],
      [`  Escape ends it  ${more}`, 'grey'],
    ]
  return [[more === '' ? KEYS : `${more}  ${KEYS}`, 'grey']]
}

/** All there is to say at one moment, for where there is no terminal. */
export function plainText(look: Look, paint: Paint): string {
  const showing = {
    view: 'tree',
    sort: 'queue',
    top: 0,
    search: '',
    typing: false,
    problem: '',
    cursor: 0,
  } as const
  const wide = 120
  const lines = [
    ...headOf(look, showing, wide),
    ...treeLines(look, ''),
    [''],
    [[tableHead('queue', wide), 'bold']] as Line,
    ...look.rows.slice(0, 20).map((each) => tableLine(each, wide, false)),
    ...(look.events.length === 0 ? [] : [[''], ...look.events.slice(0, 10).map(eventLine)]),
  ]
  return lines.map((line) => `${drawn(line, Number.POSITIVE_INFINITY, paint)}\n`).join('')
}

function headOf({ overview }: Look, { problem }: Showing, columns: number): Line[] {
  const { processes, spawned, memory, uptime, timers, deadLetters } = overview
  const facts = [
    `${processes} processes (${spawned} ever)`,
    `${(memory.heapUsed / 1024 / 1024).toFixed(1)} MB heap`,
    `up ${Math.floor(uptime / 60)} min`,
    `${timers} timers`,
    `${deadLetters} dead letters`,
  ]
  // What there is no room for is left out, not cut in the middle.
  let shown = facts[0] ?? ''
  for (const fact of facts.slice(1)) {
    const longer = `${shown}  ·  ${fact}`
    if (cellsOf(longer) + 2 <= columns) shown = longer
  }
  const state: Line =
    problem === ''
      ? [['● ', 'green'], shown]
      : [
          ['■ ', 'red'],
          [problem, 'red'],
        ]
  return [state, ['']]
}

/** What was seen of the place that is shown now. */
export function seenAt({ state: seen }: Look, place: StatePlace | undefined): SeenPlace | undefined {
  return seen !== undefined && JSON.stringify(seen.place) === JSON.stringify(place) ? seen : undefined
}

/** Lines of which only those that are seen are made. */
interface Body {
  readonly length: number
  line(at: number): Line
}

function listed(lines: readonly Line[]): Body {
  return { length: lines.length, line: (at) => lines[at] ?? [''] }
}

function bodyOf(look: Look, { view, sort, search, cursor, state }: Showing, columns: number): Body {
  if (view === 'tree') return listed(treeLines(look, search))
  if (view === 'state') return listed(stateLines(seenAt(look, state), cursor, columns))
  if (view === 'processes') {
    const { rows, offset, matched } = look
    return {
      length: matched + 1,
      line: (at) => {
        if (at === 0) return [[tableHead(sort, columns), 'bold']]
        const found = rows[at - 1 - offset]
        return found === undefined
          ? [[at > matched ? '' : '  …', 'grey']]
          : tableLine(found, columns, at - 1 === cursor)
      },
    }
  }
  const wanted = search.toLowerCase()
  const events = look.events.filter(({ message, reason = '', name = '', child = '', pid = '' }) =>
    `${message} ${reason} ${name} ${child} ${pid}`.toLowerCase().includes(wanted),
  )
  if (events.length > 0) return listed(events.map(eventLine))
  const none = search === '' ? 'nothing has crashed while somebody looked' : 'no event says that'
  return listed([[[none, 'grey']]])
}

/** The drawing of the tree is text; the rest of each line is found by the number of its node. */
export function treeLines({ tree: { applications, roots } }: Pick<Look, 'tree'>, search: string): Line[] {
  const nodes: TreeNode[] = []
  const found = finding(search.toLowerCase())
  const number = (node: TreeNode): string => `\u0000${nodes.push(node) - 1}`
  const below = ({ children }: TreeNode): readonly TreeNode[] | undefined => children
  const lineOf = (text: string): Line => {
    const [lead = '', at] = text.split('\u0000')
    return at === undefined ? [[lead, 'bold']] : [[lead, 'grey'], ...nodeParts(nodes[Number(at)] as TreeNode)]
  }
  const drawnTree = [
    ...applications.flatMap(({ name, root }) => {
      const lines = branches(found(root === null ? [] : [root]), number, below)
      return search !== '' && lines.length === 0 ? [] : [name, ...lines]
    }),
    ...branches(found(roots), number, below),
  ]
  if (drawnTree.length === 0 && search !== '')
    return [[['nothing in the tree has that name; p looks at all processes', 'grey']]]
  return drawnTree.map(lineOf)
}

/** Keeps the nodes that a text is found in, and those above them. */
function finding(wanted: string): (nodes: readonly TreeNode[]) => readonly TreeNode[] {
  const found = (nodes: readonly TreeNode[]): readonly TreeNode[] =>
    nodes.flatMap((node) => {
      const { id, name = '', label = '', pid, behaviour, children = [] } = node
      const below = found(children)
      const isHit = `${id} ${name} ${label} ${pid ?? ''} ${behaviour}`.toLowerCase().includes(wanted)
      return isHit || below.length > 0 ? [{ ...node, children: [...below], childCount: below.length }] : []
    })
  return wanted === '' ? (nodes) => nodes : found
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

function tableHead(sort: TableSort, columns: number): string {
  const of = (title: string, by?: TableSort): string => (by === sort ? `${title}▾` : title)
  const [pid, name] = [of('PID', 'pid'), of('NAME', 'name')]
  const figures = [of('QUEUE', 'queue'), of('HANDLED', 'handled'), of('RATE/S', 'rate'), of('CPU', 'time')]
  return `  ${tableRow(columns, pid, name, 'BEHAVIOUR', ...figures)}`
}

/** @param isAt whether Enter opens it */
function tableLine(
  each: Row | { readonly pid: string; readonly gone: true },
  columns: number,
  isAt: boolean,
): Line {
  const marked = ([mark, style]: readonly [string, Style]): readonly [string, Style] =>
    isAt ? [`${mark.trimEnd()}›`, style] : [mark, style]
  if ('gone' in each) return [marked(MARKS.stopped), [`${each.pid} gone`, 'grey']]
  const { pid, name, label, behaviour, queue, handled, rate, time, status } = each
  const text = tableRow(
    columns,
    pid,
    name ?? label ?? '',
    behaviour,
    String(queue),
    String(handled),
    rate === null ? '–' : rate.toFixed(rate < 10 ? 1 : 0),
    time === null ? '–' : `${time.toFixed(1)}%`,
  )
  return [marked(MARKS[status === 'busy' ? 'busy' : status === 'exiting' ? 'stopped' : 'up']), text]
}

const PID = 9
const FIGURES = [7, 10, 7, 6] as const
/** Names need so much more than that of what they run; neither is of use when it is shorter than this. */
const [NAME_SHARE, SHORTEST, LONGEST] = [0.58, 9, 60]

/** As wide as the terminal: names have what the figures leave. */
function tableRow(
  columns: number,
  pid: string,
  name: string,
  behaviour: string,
  ...figures: readonly string[]
): string {
  const room = columns - 2 - PID - FIGURES.reduce((sum, width) => sum + width + 1, 0) - 2
  const forName = Math.max(SHORTEST, Math.min(LONGEST, Math.floor(room * NAME_SHARE)))
  const forBehaviour = Math.max(SHORTEST, Math.min(LONGEST, room - forName))
  const cells = [
    cellOf(oneLine(pid), PID),
    cellOf(oneLine(name), forName),
    cellOf(oneLine(behaviour), forBehaviour),
    ...figures.map((each, at) => each.padStart(FIGURES[at] ?? 0)),
  ]
  return cells.join(' ')
}

const EVENT_MARKS = {
  crash: ['✕ ', 'red'],
  exit: ['─ ', 'grey'],
  restart: ['▲ ', 'green'],
  report: ['! ', 'yellow'],
  refused: ['⊘ ', 'yellow'],
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
