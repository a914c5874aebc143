/** The processes: their tree, their list, and one of them. */
import { read } from '../../kernel/index.js'
import { type Facts, rowsAnswer, wholeAnswer } from '../answer.js'
import { listIn, numberIn, pick, query } from '../peer-values.js'
import { PROCESS, type Tool, text, whole, word } from '../tool.js'

const IN_TREE = ['id', 'pid', 'name', 'label', 'behaviour', 'strategy', 'node', 'busy', 'retryIn']
/** Levels of a tree that are gone through, whatever is sent. */
const DEEPEST = 70

export const tree: Tool = {
  name: 'tree',
  description:
    'The supervision tree as it is now, one row for each child, from the top on; level says how deep it is. State, restarts, queue and ' +
    'busy are left out where there is nothing to tell (up, 0, 0, no). A row with children and shown has more of them than are listed: ask with ' +
    'its pid as root and shown as offset.',
  parameters: {
    root: text('Only what is below this supervisor: its pid or registered name.', '0.3'),
    depth: whole('Levels; default 8.', 1, 64),
    offset: whole('Children of root to pass over; default 0.', 0, 100_000_000),
    skip: whole('Rows of the answer to pass over; default 0.', 0, 100_000),
  },
  acts: false,
  async run(observer, given) {
    const skip = given.number('skip') ?? 0
    const [root, depth, offset] = [given.text('root'), given.number('depth'), given.number('offset')]
    const found = await observer.get(query('tree', { root, depth, offset, limit: 500 }))
    const applications = listIn(found, 'applications').flatMap((each) => [
      { level: 0, application: each.name },
      ...branch(each.root, 1),
    ])
    const roots = listIn(found, 'roots').flatMap((each) => branch(each, 0))
    const all = [...applications, ...roots]
    const rows = all.slice(skip)
    const facts = { ...pick(found, ['at', 'truncated']), total: all.length }
    return rowsAnswer(facts, rows, (shown) => {
      if (shown < rows.length) return given.with({ skip: skip + shown })
      const more = all.find(({ pid, children }) => pid !== undefined && children !== undefined)
      if (more === undefined) return undefined
      const { pid, children, shown: listed } = more
      const before = more === all[0] && root !== undefined ? (offset ?? 0) : 0
      const next = before + Number(listed)
      return next < Number(children) ? given.with({ root: pid, offset: next, skip: undefined }) : undefined
    })
  },
}

function branch(node: unknown, level: number): Facts[] {
  if (typeof node !== 'object' || node === null || level > DEEPEST) return []
  const children = listIn(node, 'children')
  const [count = 0, queue = 0, restarts = 0] = ['childCount', 'queue', 'restarts'].map((key) =>
    numberIn(node, key),
  )
  const [kind, state] = [read(node, 'kind'), read(node, 'state')]
  const row = {
    level,
    ...pick(node, IN_TREE),
    ...(kind === 'worker' ? {} : { kind }),
    ...(state === 'up' ? {} : { state }),
    ...(queue === 0 ? {} : { queue }),
    ...(restarts === 0 ? {} : { restarts }),
    ...(count > children.length ? { children: count, shown: children.length } : {}),
  }
  return [row, ...children.flatMap((each) => branch(each, level + 1))]
}

const SORTS = ['pid', 'name', 'queue', 'rate', 'time', 'handled']
const IN_LIST = [
  'pid',
  'name',
  'label',
  'behaviour',
  'type',
  'status',
  'queue',
  'handled',
  'rate',
  'time',
  'parent',
  'gone',
]

export const processes: Tool = {
  name: 'processes',
  description:
    'All processes, sorted and filtered. queue: messages that wait; handled: messages so far; rate: messages a second; time: percent of a core. ' +
    'A long queue, or status busy, is what a slow or blocked process looks like.',
  parameters: {
    q: text('Only those whose name, label or behaviour contains this.', 'checker'),
    sort: word('What comes first; default queue, the longest.', SORTS),
    order: word('Default desc, for pid and name asc.', ['asc', 'desc']),
    type: word('Only of this type.', ['supervisor', 'worker', 'script', 'registry', 'application']),
    status: word('Only with this status.', ['busy', 'runnable', 'waiting']),
    offset: whole('Rows to pass over; default 0.', 0, 100_000_000),
    limit: whole('Rows at most; default 50.', 1, 500),
    listing: whole('As next of the answer before has it: keeps its order.', 0, 100_000_000),
  },
  acts: false,
  async run(observer, given) {
    const {
      sort = 'queue',
      offset = 0,
      limit = 50,
    } = given.with({}) as {
      sort?: string
      offset?: number
      limit?: number
    }
    const order = given.text('order') ?? (sort === 'pid' || sort === 'name' ? 'asc' : 'desc')
    const [q, type, status] = [given.text('q'), given.text('type'), given.text('status')]
    const listing = given.number('listing')
    const asked = { sort, order, q, type, status, offset, limit, listing }
    const found = await observer.get(query('processes', asked))
    const matched = numberIn(found, 'matched') ?? 0
    const rows = listIn(found, 'rows').map((row) => pick(row, IN_LIST))
    return rowsAnswer({ matched }, rows, (shown) =>
      offset + shown < matched
        ? given.with({ offset: offset + shown, ...pick(found, ['listing']) })
        : undefined,
    )
  },
}

const ENTRIES = 100

export const process: Tool = {
  name: 'process',
  description:
    'One process from near: what it is doing and for how long, its state, mailbox, links, monitors, resources and supervisor. With at, one place of ' +
    'its state, page by page: entries have a step, and at is those steps with dots between them.',
  parameters: {
    process: PROCESS,
    at: text(
      'A place in its state, such as 0.#1; "state" for where it begins; without it, the process itself.',
      'state',
    ),
    offset: whole('With at: entries, or characters of a text, to pass over; default 0.', 0, 100_000_000),
  },
  acts: false,
  async run(observer, given) {
    const [at, offset = 0] = [given.text('at'), given.number('offset')]
    const name = encodeURIComponent(given.needed('process'))
    if (at === undefined) {
      const found = await observer.get(`processes/${name}`)
      const keys = Object.keys(found as object)
      return wholeAnswer(pick(found, keys), LEFT_OUT)
    }
    const place = at === 'state' ? '' : at
    const found = await observer.get(query(`state/${name}`, { at: place, offset, limit: ENTRIES }))
    const page = read(found, 'page')
    if (typeof page !== 'object' || page === null) return wholeAnswer(found as Facts, LEFT_OUT)
    const size = numberIn(page, 'size') ?? 0
    const part = textPart(read(page, 'text'))
    const facts = { ...pick(page, ['kind', 'names', 'note', 'text']), ...part, size, offset }
    return rowsAnswer(facts, listIn(page, 'entries'), (shown) => {
      const seen = offset + ('text' in part ? part.text.length : shown)
      return seen < size && seen > offset ? given.with({ offset: seen }) : undefined
    })
  },
}

const LEFT_OUT =
  'long texts and lists are cut, and deep levels left out; call process with at: "state" for its state, entry by entry'

/** Characters of a text on one page, of which each may be four bytes. */
const CHARACTERS = 1_800

function textPart(text: unknown): { readonly text: string } | Record<string, never> {
  return typeof text === 'string' ? { text: text.slice(0, CHARACTERS) } : {}
}
