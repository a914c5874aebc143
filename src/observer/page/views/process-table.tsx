/** All processes in a table of which only what is seen exists: a hundred thousand rows cost what thirty do. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { get, type ListPage, type Row } from '../data/api.ts'
import { count, percent, rate } from '../parts/format.ts'
import { isTyping, px, useSize } from '../parts/hooks.ts'
import { Mark } from '../parts/mark.tsx'

const ROW = 32
const PAGE = 100
/** Milliseconds between looks at the rows that are seen. */
const PACE = 2_000

interface Column {
  readonly sort: string
  readonly title: string
  readonly number?: true
  readonly hint?: string
  readonly shown: (row: Row) => string
}

const COLUMNS: readonly Column[] = [
  { sort: 'pid', title: 'Pid', shown: (row) => row.pid },
  { sort: 'name', title: 'Name', shown: (row) => row.name ?? row.label ?? '' },
  { sort: 'behaviour', title: 'Behaviour', shown: (row) => row.behaviour },
  { sort: 'queue', title: 'Queue', number: true, shown: (row) => count(row.queue) },
  { sort: 'handled', title: 'Handled', number: true, shown: (row) => count(row.handled) },
  { sort: 'rate', title: 'Rate', number: true, shown: (row) => rate(row.rate) },
  {
    sort: 'time',
    title: 'CPU',
    number: true,
    hint: 'of one core, in handlers up to their first await; measured while this is looked at',
    shown: (row) => percent(row.time),
  },
  { sort: 'links', title: 'Links', number: true, shown: (row) => count(row.links) },
  { sort: 'owned', title: 'Owns', number: true, shown: (row) => count(row.owned) },
]

interface Query {
  readonly sort: string
  readonly order: 'asc' | 'desc'
  readonly q: string
  readonly type: string
  readonly status: string
}

interface TableProps {
  readonly selected: string | undefined
  readonly open: (pid: string) => void
}

/** The pages of one order; those that are seen are asked for, and again every two seconds. */
function useRows(query: Query, first: number, last: number) {
  const pages = useRef(new Map<number, readonly Row[]>())
  const listing = useRef(0)
  const [head, setHead] = useState({ matched: 0, total: 0 })
  const [error, setError] = useState('')
  const [, turn] = useState(0)
  const [fresh, setFresh] = useState(0)
  const key = JSON.stringify(query)
  useEffect(() => {
    let over = false
    listing.current = 0
    pages.current = new Map()
    const ask = async (page: number): Promise<void> => {
      const parameters = { ...query, offset: page * PAGE, limit: PAGE, listing: listing.current }
      const answer = await get<ListPage>('processes', parameters)
      if (over) return
      if (answer.listing !== listing.current) {
        listing.current = answer.listing
        pages.current = new Map()
      }
      pages.current.set(page, answer.rows)
      setHead({ matched: answer.matched, total: answer.total })
      setError('')
    }
    const look = async (): Promise<void> => {
      const wanted = []
      for (
        let page = Math.floor(range.current[0] / PAGE);
        page <= Math.floor(range.current[1] / PAGE);
        page++
      ) {
        wanted.push(page)
      }
      try {
        for (const page of wanted) await ask(page)
      } catch (failure) {
        setError(String((failure as Error).message))
      }
      if (!over) turn((n) => n + 1)
    }
    asking.current = look
    void look()
    const timer = setInterval(() => {
      // At the top the order is made anew; further down it stays as it is, so that rows do not jump.
      if (range.current[0] < PAGE) listing.current = 0
      if (!document.hidden) void look()
    }, PACE)
    return () => {
      over = true
      clearInterval(timer)
    }
  }, [key, fresh])
  const range = useRef([first, last] as const)
  range.current = [first, last]
  const asking = useRef<() => Promise<void>>(async () => {})
  const missing = !pages.current.has(Math.floor(first / PAGE)) || !pages.current.has(Math.floor(last / PAGE))
  useEffect(() => {
    if (!missing || head.matched === 0) return
    const timer = setTimeout(() => void asking.current(), 60)
    return () => clearTimeout(timer)
  }, [first, last, missing])
  const rowAt = (at: number): Row | undefined => pages.current.get(Math.floor(at / PAGE))?.[at % PAGE]
  return { ...head, error, rowAt, refresh: () => setFresh((n) => n + 1) }
}

export function ProcessTable({ selected, open }: TableProps) {
  const [query, setQuery] = useState<Query>({ sort: 'pid', order: 'asc', q: '', type: '', status: '' })
  const [at, setAt] = useState(0)
  const frame = useRef<HTMLDivElement>(null)
  const { top, height } = useSize(frame)
  const first = Math.max(0, Math.floor(top / ROW) - 6)
  const last = Math.ceil((top + Math.max(height, 300)) / ROW) + 6
  const { matched, total, error, rowAt } = useRows(query, first, last)
  const rows = Array.from({ length: Math.max(0, Math.min(last, matched) - first) }, (_, n) => first + n)
  const change = (more: Partial<Query>): void => {
    setQuery((now) => ({ ...now, ...more }))
    setAt(0)
    if (frame.current !== null) frame.current.scrollTop = 0
  }
  const sortBy = ({ sort, number }: Column): void => {
    const order = query.sort === sort ? (query.order === 'asc' ? 'desc' : 'asc') : number ? 'desc' : 'asc'
    change({ sort, order })
  }
  // Before the next key: see the tree.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (isTyping(event) || event.metaKey || event.ctrlKey) return
      const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20, Home: -matched, End: matched }[
        event.key
      ]
      if (event.key === 'Enter') {
        const pid = rowAt(at)?.pid
        if (pid !== undefined) open(pid)
      } else if (step !== undefined) {
        const next = Math.max(0, Math.min(matched - 1, at + step))
        setAt(next)
        const box = frame.current
        if (
          box !== null &&
          (next * ROW < box.scrollTop || (next + 2) * ROW > box.scrollTop + box.clientHeight)
        ) {
          box.scrollTop = next * ROW - box.clientHeight / 2
        }
        event.preventDefault()
      }
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  })
  return (
    <section class="processes" aria-label="Processes">
      <div class="tools">
        <input
          id="search"
          type="search"
          placeholder="Name, label, behaviour or pid"
          aria-label="Filter processes"
          value={query.q}
          onInput={(event) => change({ q: event.currentTarget.value })}
        />
        <select
          aria-label="Kind"
          value={query.type}
          onChange={(event) => change({ type: event.currentTarget.value })}
        >
          <option value="">every kind</option>
          {['supervisor', 'worker', 'script', 'registry', 'application'].map((type) => (
            <option key={type}>{type}</option>
          ))}
        </select>
        <select
          aria-label="Status"
          value={query.status}
          onChange={(event) => change({ status: event.currentTarget.value })}
        >
          <option value="">every status</option>
          {['busy', 'runnable', 'waiting'].map((status) => (
            <option key={status}>{status}</option>
          ))}
        </select>
        <span class="spring" />
        <span class="muted number">
          {matched === total ? count(total) : `${count(matched)} of ${count(total)}`}
        </span>
      </div>
      {error !== '' && <p class="problem">{error}</p>}
      <div class="table">
        <div
          class="body"
          ref={frame}
          role="grid"
          aria-label="Processes"
          aria-rowcount={matched + 1}
          aria-activedescendant={rowAt(at) === undefined ? undefined : `row-${at}`}
          tabIndex={0}
        >
          <div class="row head" role="row">
            {COLUMNS.map((column) => (
              <div
                key={column.sort}
                role="columnheader"
                class={`cell ${column.sort} ${column.number ? 'number' : ''}`}
                aria-sort={
                  query.sort === column.sort ? (query.order === 'asc' ? 'ascending' : 'descending') : 'none'
                }
              >
                <button type="button" title={column.hint} onClick={() => sortBy(column)}>
                  {column.title}
                  {query.sort === column.sort && <i>{query.order === 'asc' ? '↑' : '↓'}</i>}
                </button>
              </div>
            ))}
          </div>
          <div class="all" role="rowgroup" style={{ height: px(matched * ROW) }}>
            {rows.map((n) => {
              const row = rowAt(n)
              return (
                <TableRow
                  key={n}
                  row={row}
                  index={n}
                  focused={n === at}
                  selected={row !== undefined && row.pid === selected}
                  open={() => {
                    setAt(n)
                    if (row !== undefined && row.gone !== true) open(row.pid)
                  }}
                />
              )
            })}
          </div>
        </div>
      </div>
    </section>
  )
}

interface TableRowProps {
  readonly row: Row | undefined
  readonly index: number
  readonly focused: boolean
  readonly selected: boolean
  readonly open: () => void
}

function TableRow({ row, index, focused, selected, open }: TableRowProps) {
  const classes = ['row', focused && 'focus', selected && 'selected', row?.gone && 'gone']
    .filter(Boolean)
    .join(' ')
  return (
    <div
      class={classes}
      role="row"
      id={`row-${index}`}
      aria-rowindex={index + 2}
      aria-selected={selected}
      style={{ transform: `translateY(${index * ROW}px)` }}
      onClick={open}
    >
      {COLUMNS.map(({ sort, number, shown }) => (
        <span key={sort} role="gridcell" class={`cell ${sort} ${number ? 'number' : ''}`}>
          {sort === 'pid' && row !== undefined && row.gone !== true && (
            <Mark look={row.status === 'busy' ? 'busy' : row.status === 'exiting' ? 'stopped' : 'up'} />
          )}
          {row === undefined
            ? ''
            : row.gone === true
              ? sort === 'pid'
                ? row.pid
                : sort === 'name'
                  ? 'gone'
                  : ''
              : shown(row)}
        </span>
      ))}
    </div>
  )
}
