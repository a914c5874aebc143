/** What there is to know of one process. */
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { type Detail, titleOf, type Who } from '../data/api.ts'
import { useKnown } from '../data/store.ts'
import { Chart } from '../parts/chart.tsx'
import { count, duration, percent, rate } from '../parts/format.ts'
import { Json } from '../parts/json.tsx'
import { Mark } from '../parts/mark.tsx'
import { StatePages } from '../parts/state-pages.tsx'
import { Event } from './event-story.tsx'

export interface Look {
  readonly queue: number
  readonly rate: number
}

export function Facts({
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
        <Fact name="Handled">
          {count(detail.handled)} messages
          {detail.time !== null && <span class="muted">, {percent(detail.time)} of a core now</span>}
        </Fact>
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
      <Crashes detail={detail} open={open} />
      <Part title="State">
        {state.none !== true && <State pid={detail.pid} value={state.value} isBusy={state.busy === true} />}
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

/** The state at a glance, or all of it page by page. */
function State({ pid, value, isBusy }: { pid: string; value: unknown; isBusy: boolean }) {
  const [paged, setPaged] = useState(false)
  return (
    <>
      <div class="switch">
        <button type="button" aria-pressed={paged} onClick={() => setPaged(!paged)}>
          Look through all of it
        </button>
      </div>
      {paged && <StatePages key={pid} pid={pid} />}
      {!paged && value !== undefined && <Json value={value} />}
      {!paged && isBusy && <p class="muted">It is at work and did not answer in time.</p>}
    </>
  )
}

/** What happened to it, and to those that were in its place before. */
function Crashes({ detail, open }: { detail: Detail; open: (pid: string) => void }) {
  const { events } = useKnown()
  const { pid, name, supervisor } = detail
  const its = events.filter(
    (event) =>
      (event.kind === 'crash' || event.kind === 'exit') &&
      (event.pid === pid ||
        (name !== undefined && event.name === name) ||
        (supervisor !== null && event.child === supervisor.child && event.supervisor === supervisor.name)),
  )
  if (its.length === 0) return null
  return (
    <Part title="Crashes">
      <ol class="events">
        {its.slice(0, 5).map((event) => (
          <Event key={event.seq} event={event} open={open} below={3} />
        ))}
      </ol>
    </Part>
  )
}

export function Part({ title, children }: { title: string; children: ComponentChildren }) {
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
