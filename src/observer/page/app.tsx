/** The page: its views, its keys, its light and dark. */
import { useEffect, useLayoutEffect, useState } from 'preact/hooks'
import { token } from './data/api.ts'
import { connect, useKnown } from './data/store.ts'
import { bytes, count } from './parts/format.ts'
import { focused, isTyping } from './parts/hooks.ts'
import { CodeMistake } from './views/code-mistake.tsx'
import { ProcessPanel } from './views/process-panel.tsx'
import { ProcessTable } from './views/process-table.tsx'
import { ProgramView } from './views/program-view.tsx'
import { TimelineView } from './views/timeline-view.tsx'
import { TreeView } from './views/tree-view.tsx'

const VIEWS = ['tree', 'processes', 'timeline', 'program'] as const
type View = (typeof VIEWS)[number]

interface Place {
  readonly view: View
  readonly pid: string | undefined
}

/** Where one is stands in the address, so that it can be sent to somebody. */
function placeIn(hash: string): Place {
  const [view = '', pid] = hash.replace(/^#\/?/, '').split('/')
  const known = VIEWS.find((each) => each === view) ?? 'tree'
  return { view: known, pid: pidIn(pid) }
}

/** Somebody may have written the address by hand, or cut it off. */
function pidIn(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined
  try {
    return `<${decodeURIComponent(text)}>`
  } catch {
    return `<${text}>`
  }
}

function hashOf({ view, pid }: Place): string {
  return pid === undefined ? `#/${view}` : `#/${view}/${encodeURIComponent(pid.replace(/[<>]/g, ''))}`
}

type Theme = 'auto' | 'light' | 'dark'
const THEME = 'heartwood-observer-theme'

export function App() {
  const [place, setPlace] = useState(() => placeIn(location.hash))
  const [theme, setTheme] = useState<Theme>(() => (localStorage.getItem(THEME) as Theme | null) ?? 'auto')
  const [asking, setAsking] = useState(false)
  const [help, setHelp] = useState(false)
  const known = useKnown()
  const go = (next: Partial<Place>): void => {
    location.hash = hashOf({ ...place, ...next })
  }
  useEffect(() => {
    const onHash = (): void => setPlace(placeIn(location.hash))
    window.addEventListener('hashchange', onHash)
    connect()
    return () => window.removeEventListener('hashchange', onHash)
  }, [])
  useEffect(() => {
    document.documentElement.dataset.theme = theme
    localStorage.setItem(THEME, theme)
  }, [theme])
  // Before the next key: see the tree.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') {
        if (asking || help) {
          setAsking(false)
          setHelp(false)
        } else if (isTyping(event)) (event.target as HTMLElement).blur()
        else go({ pid: undefined })
        return
      }
      if (isTyping(event) || event.metaKey || event.ctrlKey || event.altKey) return
      const view = VIEWS[Number(event.key) - 1]
      if (view !== undefined) go({ view })
      else if (event.key === '/') document.getElementById('search')?.focus()
      else if (event.key === '?') setHelp(!help)
      else return
      event.preventDefault()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  })
  const open = (pid: string): void => go({ pid })
  const unlock = (): void => setAsking(true)
  const next: Theme = theme === 'auto' ? 'dark' : theme === 'dark' ? 'light' : 'auto'
  const last = known.vitals.at(-1) ?? known.overview
  const { view, pid } = place
  return (
    <div class={pid === undefined ? 'app' : 'app with-panel'}>
      <header class="bar">
        <a class="brand" href="#/tree" aria-label="Heartwood">
          <img src="./icon.svg" alt="" width="22" height="22" />
          <span>Heartwood</span>
        </a>
        <nav aria-label="Views">
          {VIEWS.map((each, at) => (
            <a
              key={each}
              href={hashOf({ view: each, pid })}
              aria-current={each === view ? 'page' : undefined}
              title={`key ${at + 1}`}
            >
              {each}
            </a>
          ))}
        </nav>
        <span class="spring" />
        <div class="vitals" aria-live="off">
          <span class={known.online ? 'online' : 'offline'}>{known.online ? 'live' : 'not connected'}</span>
          {last !== undefined && (
            <>
              <span title="processes alive">{count(last.processes)} processes</span>
              <span title="JavaScript heap in use">{bytes(last.memory.heapUsed)}</span>
              <span title="how late the event loop was at most in the last second">
                {last.lag === null ? '' : `${last.lag.max.toFixed(0)} ms late`}
              </span>
            </>
          )}
        </div>
        <button type="button" class="plain" aria-label="Token" title="Token" onClick={() => setAsking(true)}>
          <Lock open={token.get() !== ''} />
        </button>
        <button
          type="button"
          class="plain"
          aria-label={`Colours: ${theme}`}
          title={`Colours: ${theme}`}
          onClick={() => setTheme(next)}
        >
          <Lamp theme={theme} />
        </button>
      </header>
      <CodeMistake events={known.events} />
      <main>
        <h1 class="unseen">Heartwood observer: {view}</h1>
        {view === 'tree' && <TreeView selected={pid} open={open} />}
        {view === 'processes' && <ProcessTable selected={pid} open={open} />}
        {view === 'timeline' && <TimelineView open={open} />}
        {view === 'program' && <ProgramView open={open} unlock={unlock} />}
      </main>
      {pid !== undefined && (
        <ProcessPanel pid={pid} open={open} close={() => go({ pid: undefined })} unlock={unlock} />
      )}
      {(asking || known.locked) && <TokenDialog locked={known.locked} close={() => setAsking(false)} />}
      {help && <Help close={() => setHelp(false)} />}
    </div>
  )
}

function Lock({ open }: { open: boolean }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <rect x="3" y="7" width="10" height="7" rx="1.5" />
      <path d={open ? 'M5 7V4.5a3 3 0 0 1 5.8-1' : 'M5 7V4.5a3 3 0 0 1 6 0V7'} />
    </svg>
  )
}

function Lamp({ theme }: { theme: Theme }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="8" cy="8" r="5.5" />
      {theme !== 'light' && (
        <path
          class="full"
          d={
            theme === 'dark' ? 'M8 2.5a5.5 5.5 0 0 1 0 11 5.5 5.5 0 0 1 0-11Z' : 'M8 2.5a5.5 5.5 0 0 1 0 11Z'
          }
        />
      )}
    </svg>
  )
}

function TokenDialog({ locked, close }: { locked: boolean; close: () => void }) {
  const [value, setValue] = useState(token.get())
  return (
    <div class="veil">
      <form
        class="dialog"
        aria-label="Token"
        onSubmit={(event) => {
          event.preventDefault()
          token.set(value.trim())
          close()
          connect()
        }}
      >
        <h2>Token</h2>
        <p class="muted">
          {locked ? 'Looking' : 'Changing anything'} needs the token that the observer was started with. It
          stays in this tab, and goes when the tab is closed.
        </p>
        <input
          type="password"
          autoComplete="off"
          aria-label="Token"
          value={value}
          ref={focused}
          onInput={(event) => setValue(event.currentTarget.value)}
        />
        <div class="actions">
          <button type="submit" class="primary">
            Use it
          </button>
          <button type="button" onClick={close}>
            Cancel
          </button>
        </div>
      </form>
    </div>
  )
}

const KEYS = [
  ['1 2 3 4', 'the views'],
  ['/', 'search'],
  ['↑ ↓ ← →', 'go through the tree or the table; left and right fold'],
  ['Enter', 'open a process'],
  ['+ − 0', 'larger, smaller, fit the width'],
  ['Esc', 'close'],
] as const

function Help({ close }: { close: () => void }) {
  return (
    <div class="veil">
      <div class="dialog" role="dialog" aria-label="Keys">
        <h2>Keys</h2>
        <dl class="facts">
          {KEYS.map(([key, what]) => (
            <>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </>
          ))}
        </dl>
        <div class="actions">
          <button type="button" onClick={close}>
            Close
          </button>
        </div>
      </div>
    </div>
  )
}
