/** One process from near, with what can be done to it. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { ApiError, act, type Detail, follow, get, type TraceEvent, titleOf } from '../data/api.ts'
import { useKnown } from '../data/store.ts'
import { Danger } from '../parts/danger.tsx'
import { useEvery } from '../parts/hooks.ts'
import { Mark } from '../parts/mark.tsx'
import { Sequence } from '../parts/sequence.tsx'
import { Facts, type Look, Part } from './process-facts.tsx'

/** Milliseconds between looks at the process. */
const PACE = 1_000
/** Looks that the charts show, and messages that the trace does. */
const KEPT = 60
const TRACED = 120

interface PanelProps {
  readonly pid: string
  readonly open: (pid: string) => void
  readonly close: () => void
  /** Asks for the token, when there is none or it was not taken. */
  readonly unlock: () => void
}

export function ProcessPanel({ pid, open, close, unlock }: PanelProps) {
  const { overview } = useKnown()
  const [detail, setDetail] = useState<Detail>()
  const [looks, setLooks] = useState<readonly Look[]>([])
  const [problem, setProblem] = useState('')
  const [done, setDone] = useState('')
  const [traced, setTraced] = useState(false)
  const [trace, setTrace] = useState<readonly TraceEvent[]>([])
  /** Whether the stream of the trace is open: what happens before is not in it. */
  const [listening, setListening] = useState(false)
  const [successor, setSuccessor] = useState<string>()
  const last = useRef<Detail | undefined>(undefined)
  last.current = detail
  useEffect(() => {
    setSuccessor(undefined)
    setDetail(undefined)
    setLooks([])
    setTrace([])
    setTraced(false)
    setDone('')
  }, [pid])
  useEvery(
    PACE,
    () => {
      get<Detail>(`processes/${encodeURIComponent(pid)}`).then(
        (next) => {
          if (next.pid !== pid) return
          setDetail(next)
          setProblem('')
          setLooks((now) => [...now, { queue: next.queue, rate: next.rate ?? 0 }].slice(-KEPT))
        },
        (error: Error) => {
          setProblem(error.message)
          const { name } = last.current ?? {}
          if (name === undefined) return
          get<Detail>(`processes/${encodeURIComponent(name)}`).then(
            (next) => setSuccessor(next.pid),
            () => {},
          )
        },
      )
    },
    pid,
  )
  useEffect(() => {
    if (!traced) return
    const abort = new AbortController()
    void follow(pid, abort.signal, (event, data) => {
      if (event === 'hello') setListening(true)
      if (event === 'lost') setListening(false)
      if (event === 'trace') setTrace((now) => [...now, data as TraceEvent].slice(-TRACED))
    })
    return () => {
      abort.abort()
      setListening(false)
    }
  }, [traced, pid])
  const order = (action: string, body: unknown, then?: () => void): void => {
    act(action, body).then(
      (what) => {
        setDone(what)
        then?.()
      },
      (error: Error) => {
        if (error instanceof ApiError && error.status === 401) unlock()
        setDone(error.message)
      },
    )
  }
  const suspended = detail?.state.mode === 'suspended'
  const look = detail === undefined ? 'stopped' : detail.status === 'busy' ? 'busy' : 'up'
  return (
    <aside class="panel" aria-label={`Process ${pid}`}>
      <header>
        <Mark look={problem === '' ? look : 'stopped'} />
        <div>
          <h2>{detail === undefined ? pid : titleOf(detail)}</h2>
          <p class="muted">
            {pid} · {detail?.behaviour ?? '…'} · {detail?.status ?? ''}
          </p>
        </div>
        <button type="button" class="plain" aria-label="Close" onClick={close}>
          ✕
        </button>
      </header>
      {problem !== '' && <p class="problem">{problem}</p>}
      {problem !== '' && successor !== undefined && (
        <p>
          <button type="button" class="chip" onClick={() => open(successor)}>
            {successor}
          </button>{' '}
          has its name now.
        </p>
      )}
      {overview?.actions === true && detail !== undefined && problem === '' && (
        <div class="actions">
          <Danger word="Kill" question={`Kill ${titleOf(detail)}?`} act={() => order('kill', { pid })} />
          {detail.supervisor !== null && (
            <button
              type="button"
              onClick={() =>
                order('restart', { supervisor: detail.supervisor?.pid, child: detail.supervisor?.child })
              }
            >
              Restart
            </button>
          )}
          {detail.type !== 'script' && (
            <button type="button" onClick={() => order(suspended ? 'resume' : 'suspend', { pid })}>
              {suspended ? 'Resume' : 'Suspend'}
            </button>
          )}
          <button
            type="button"
            aria-pressed={traced}
            onClick={() => order('trace', { pid, on: !traced }, () => setTraced(!traced))}
          >
            {traced ? 'End trace' : 'Trace'}
          </button>
        </div>
      )}
      {done !== '' && (
        <p class="done" role="status">
          {done}
        </p>
      )}
      {traced && (
        <Part title="Messages">
          <Sequence
            self={detail === undefined ? pid : titleOf(detail)}
            events={trace}
            listening={listening}
          />
        </Part>
      )}
      {detail !== undefined && <Facts detail={detail} looks={looks} open={open} />}
    </aside>
  )
}
