/** One process from near, with what can be done to it. */
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { ApiError, act, type Detail, follow, get, type TraceEvent, titleOf, type Who } from '../data/api.ts'
import { useKnown } from '../data/store.ts'
import { Chart } from '../parts/chart.tsx'
import { count, duration, rate } from '../parts/format.ts'
import { useEvery } from '../parts/hooks.ts'
import { Json } from '../parts/json.tsx'
import { Mark } from '../parts/mark.tsx'
import { Sequence } from '../parts/sequence.tsx'

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

interface Look {
  readonly queue: number
  readonly rate: number
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
          <button type="button" class="danger" onClick={() => order('kill', { pid })}>
            Kill
          </button>
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

function Facts({
  detail,
  looks,
  open,
}: {
  detail: Detail
  looks: readonly Look[]
  open: (pid: string) => void
}) {
  const { supervisor, supervises, doing, state, messages, mailbox } = detail
  return (
    <>
      <div class="charts">
        <Chart title="Handled" values={looks.map((each) => each.rate)} shown={(value) => rate(value)} />
        <Chart
          title="Waiting"
          values={looks.map(({ queue }) => queue)}
          shown={(value) => count(Math.round(value))}
        />
      </div>
      {doing !== null && (
        <p class="doing">
          <Mark look="busy" /> at work
          {doing.message !== '' && (
            <>
              {' '}
              on <code>{doing.message}</code>
            </>
          )}
          {doing.for !== null && <> for {duration(doing.for)}</>}
        </p>
      )}
      <dl class="facts">
        <Fact name="Handled">{count(detail.handled)} messages</Fact>
        {supervisor !== null && (
          <Fact name="Supervisor">
            <Chip who={supervisor} open={open} /> as {supervisor.child}, {supervisor.restart}, shutdown{' '}
            {supervisor.shutdown}
          </Fact>
        )}
        {detail.restarts !== null && <Fact name="Restarts">{count(detail.restarts)}</Fact>}
        {supervises !== null && (
          <Fact name="Supervises">
            {count(supervises.children)} children, {supervises.strategy}, at most {supervises.intensity}{' '}
            restarts in {duration(supervises.period)}
          </Fact>
        )}
        {mailbox !== null && (
          <Fact name="Mailbox">
            at most {String(mailbox.limit)}, then {String(mailbox.policy)}
          </Fact>
        )}
        <Fact name="Traps exits">{detail.trapping ? 'yes' : 'no'}</Fact>
        {detail.timers > 0 && <Fact name="Timers">{count(detail.timers)}</Fact>}
        {detail.resources.length > 0 && <Fact name="Owns">{detail.resources.join(', ')}</Fact>}
        <Chips name="Ancestors" who={detail.ancestors} open={open} />
        <Chips name="Links" who={detail.linked} all={detail.links} open={open} />
        <Chips name="Monitors" who={detail.monitors} open={open} />
        <Chips name="Watched by" who={detail.monitoredBy} open={open} />
      </dl>
      <Part title="State">
        {state.value !== undefined && <Json value={state.value} />}
        {state.busy && <p class="muted">It is at work and did not answer in time.</p>}
        {state.none && <p class="muted">It is no server: there is no state to ask for.</p>}
        {state.error !== undefined && <p class="problem">{state.error}</p>}
      </Part>
      {messages.length > 0 && (
        <Part title={`Mailbox · ${count(detail.queue)}`}>
          <ol class="mailbox">
            {messages.map(({ kind, text, from }, at) => (
              <li key={at}>
                <span class="kind">{kind}</span> <code>{text}</code>{' '}
                {from !== null && <span class="muted">from {from}</span>}
              </li>
            ))}
          </ol>
        </Part>
      )}
    </>
  )
}

function Part({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="part">
      <h3>{title}</h3>
      {children}
    </section>
  )
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}

interface ChipsProps {
  readonly name: string
  readonly who: readonly Who[]
  readonly all?: number
  readonly open: (pid: string) => void
}

function Chips({ name, who, all = who.length, open }: ChipsProps) {
  if (who.length === 0) return null
  return (
    <Fact name={name}>
      {who.map((each, at) => (
        <Chip key={at} who={each} open={open} />
      ))}
      {all > who.length && <span class="muted">and {count(all - who.length)} more</span>}
    </Fact>
  )
}

function Chip({ who, open }: { who: Who; open: (pid: string) => void }) {
  const { pid } = who
  if (pid === undefined) return <span class="chip">{titleOf(who)}</span>
  return (
    <button type="button" class="chip" title={pid} onClick={() => open(pid)}>
      {titleOf(who)}
    </button>
  )
}
