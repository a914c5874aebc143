/** A state level by level and page by page: for what is longer than the overview of it. Everything in it is text. */
import { useState } from 'preact/hooks'
import { get, type PageEntry, type StatePage, type ValuePage } from '../data/api.ts'
import { count, visible } from './format.ts'
import { useEvery } from './hooks.ts'

/** Milliseconds between looks. */
const PACE = 1_000
/** Entries of one page; of a text its pages are as long as the observer makes them. */
const ENTRIES = 50
const CHARACTERS = 4_000

const KINDS: Readonly<Record<ValuePage['kind'], string>> = {
  list: 'list',
  map: 'map',
  set: 'set',
  record: 'object',
  text: 'text',
  value: 'value',
}

export function StatePages({ pid }: { pid: string }) {
  const [place, setPlace] = useState<readonly string[]>([])
  const [offset, setOffset] = useState(0)
  const [seen, setSeen] = useState<StatePage>()
  const [problem, setProblem] = useState('')
  const at = place.join('.')
  useEvery(
    PACE,
    () => {
      get<StatePage>(`state/${encodeURIComponent(pid)}`, { at, offset, limit: ENTRIES }).then(
        (next) => {
          setSeen(next)
          setProblem('')
          // While it is at work, what was seen last stays.
          if (next.page !== undefined) setPage(next.page)
        },
        (error: Error) => setProblem(error.message),
      )
    },
    pid,
    at,
    offset,
  )
  const [page, setPage] = useState<ValuePage>()
  const go = (to: readonly string[]): void => {
    setPlace(to)
    setOffset(0)
  }
  return (
    <div class="pages">
      <p class="crumbs">
        <button type="button" class="chip" onClick={() => go([])}>
          state
        </button>
        {place.map((_, depth) => (
          <button key={depth} type="button" class="chip" onClick={() => go(place.slice(0, depth + 1))}>
            {visible(page?.names[depth] ?? '…')}
          </button>
        ))}
      </p>
      {problem !== '' && <p class="problem">{problem}</p>}
      {seen?.busy && <p class="muted">It is at work and did not answer in time.</p>}
      {seen?.error !== undefined && <p class="problem">{seen.error}</p>}
      {page !== undefined && problem === '' && (
        <>
          <Pager page={page} go={setOffset} />
          {page.note !== undefined && <p class="muted">{page.note}</p>}
          {page.text !== undefined && <pre class="text">{visible(page.text)}</pre>}
          {page.entries.length > 0 && (
            <ol class="entries">
              {page.entries.map((entry) => (
                <Entry key={entry.step} entry={entry} open={() => go([...place, entry.step])} />
              ))}
            </ol>
          )}
        </>
      )}
    </div>
  )
}

/** Which part of it this is, and the ways to the others. */
function Pager({ page, go }: { page: ValuePage; go: (offset: number) => void }) {
  const { kind, size, offset, entries, text = '' } = page
  const isText = kind === 'text'
  const numbered = entries.filter(({ step }) => !step.startsWith('#')).length
  const end = offset + (isText ? text.length : numbered)
  const length = isText ? CHARACTERS : ENTRIES
  const unit = isText ? 'characters' : 'entries'
  if (kind === 'value') return null
  return (
    <div class="pager">
      <span class="muted" role="status">
        {KINDS[kind]}, {end === offset ? '' : `${count(offset + 1)} to ${count(end)} of `}
        {count(size)} {unit}
      </span>
      {(offset > 0 || end < size) && (
        <>
          <input
            type="number"
            min={0}
            max={Math.max(0, size - 1)}
            value={offset}
            aria-label={`First of the ${unit} shown`}
            onChange={({ currentTarget }) => {
              const wanted = Math.trunc(Number(currentTarget.value))
              go(Math.max(0, Math.min(size - 1, Number.isFinite(wanted) ? wanted : 0)))
            }}
          />
          <button type="button" disabled={offset === 0} onClick={() => go(Math.max(0, offset - length))}>
            Previous
          </button>
          <button type="button" disabled={end >= size || end === offset} onClick={() => go(end)}>
            Next
          </button>
        </>
      )}
    </div>
  )
}

function Entry({ entry, open }: { entry: PageEntry; open: () => void }) {
  const { key, value, opens } = entry
  const shown = visible(typeof value === 'string' ? value : JSON.stringify(value))
  return (
    <li>
      {opens ? (
        <button type="button" class="key" onClick={open}>
          {visible(key)}
        </button>
      ) : (
        <span class="key">{visible(key)}</span>
      )}
      <span class={`value ${value === null ? 'null' : typeof value}`}>{shown}</span>
    </li>
  )
}
