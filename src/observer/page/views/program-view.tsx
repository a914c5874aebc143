/** The program as a whole: its figures, timers, names and registries. */
import { useState } from 'preact/hooks'
import { ApiError, act, get } from '../data/api.ts'
import { useKnown } from '../data/store.ts'
import { Chart } from '../parts/chart.tsx'
import { bytes, count, duration } from '../parts/format.ts'
import { useEvery } from '../parts/hooks.ts'

interface Timers {
  readonly set: number
  readonly byKind: Readonly<Record<string, number>>
  readonly next: readonly {
    readonly dueIn: number
    readonly kind: string
    readonly pid?: string
    readonly name?: string
    readonly label?: string
  }[]
}

interface Registries {
  readonly registries: readonly {
    readonly name: string
    readonly kind: string
    readonly pid: string
    readonly entries: number
  }[]
}

interface Names {
  readonly matched: number
  readonly rows: readonly { readonly name: string; readonly pid: string; readonly behaviour: string }[]
}

interface Nodes {
  readonly node: string
  readonly nodes: readonly {
    readonly node: string
    readonly state: string
    readonly busy: boolean
    readonly links: number
    readonly monitors: number
    readonly watchers: number
    readonly calls: number
    readonly serving: number
    readonly traffic?: {
      readonly bytesIn: number
      readonly bytesOut: number
      readonly messagesIn: number
      readonly messagesOut: number
      readonly waiting: number
    }
  }[]
}

interface Clusters {
  readonly clusters: readonly {
    readonly cluster: string
    readonly node: string
    readonly isMember: boolean
    readonly problem?: string
    readonly members: readonly {
      readonly node: string
      readonly isSelf: boolean
      readonly incarnation: string
      readonly supervisors: readonly string[]
    }[]
    readonly total: number
    readonly claims: readonly {
      readonly key: string
      readonly node?: string
      readonly token: number
      readonly state: string
    }[]
    readonly moves: readonly {
      readonly key: string
      readonly from?: string
      readonly to?: string
      readonly token: number
      readonly at: number
    }[]
  }[]
}

/** So many moves are shown. */
const MOVES = 10

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

export function ProgramView({ open, unlock }: { open: (pid: string) => void; unlock: () => void }) {
  const { overview, vitals } = useKnown()
  const [timers, setTimers] = useState<Timers>()
  const [registries, setRegistries] = useState<Registries>()
  const [names, setNames] = useState<Names>()
  const [nodes, setNodes] = useState<Nodes>()
  const [clusters, setClusters] = useState<Clusters>()
  const [text, setText] = useState('')
  const [level, setLevel] = useState<string>()
  useEvery(3_000, () => {
    get<Timers>('timers', { limit: 8 }).then(setTimers, () => {})
    get<Registries>('registries').then(setRegistries, () => {})
    get<Nodes>('nodes').then(setNodes, () => {})
    get<Clusters>('cluster', { limit: 50 }).then(setClusters, () => {})
  })
  useEvery(3_000, () => get<Names>('names', { q: text, limit: 100 }).then(setNames, () => {}), text)
  const last = vitals.at(-1) ?? overview
  const setLogLevel = (to: string): void => {
    act('log-level', { level: to }).then(
      () => setLevel(to),
      (error: Error) => {
        if (error instanceof ApiError && error.status === 401) unlock()
      },
    )
  }
  return (
    <section class="program" aria-label="Program">
      <div class="charts">
        <Chart
          title="Processes"
          span={180}
          values={vitals.map(({ processes }) => processes)}
          shown={(value) => count(Math.round(value))}
        />
        <Chart title="Heap" span={180} values={vitals.map(({ memory }) => memory.heapUsed)} shown={bytes} />
        <Chart
          title="Loop late by"
          span={180}
          values={vitals.map(({ lag }) => lag?.max ?? 0)}
          shown={(value) => `${value.toFixed(1)} ms`}
        />
        <Chart
          title="Spawned a second"
          span={180}
          values={vitals.slice(1).map(({ spawned }, at) => spawned - (vitals[at]?.spawned ?? spawned))}
          shown={(value) => count(Math.round(value))}
        />
      </div>
      <div class="cards">
        <div class="card">
          <h2>Program</h2>
          <dl class="facts">
            <dt>Running for</dt>
            <dd>{overview === undefined ? '…' : duration(overview.uptime * 1_000)}</dd>
            <dt>Node</dt>
            <dd>
              {overview?.node} · process {overview?.osPid}
            </dd>
            <dt>Memory</dt>
            <dd>
              {last === undefined
                ? '…'
                : `${bytes(last.memory.rss)} resident, heap of ${bytes(last.memory.heapTotal)}`}
            </dd>
            <dt>Processes</dt>
            <dd>
              {last === undefined ? '…' : `${count(last.processes)} alive of ${count(last.spawned)} ever`}
            </dd>
            <dt>Dead letters</dt>
            <dd>{count(last?.deadLetters ?? 0)}</dd>
            {overview?.logLevel !== null && overview !== undefined && (
              <>
                <dt>Log level</dt>
                <dd>
                  <select
                    aria-label="Log level"
                    value={level ?? overview.logLevel}
                    disabled={!overview.actions}
                    onChange={(event) => setLogLevel(event.currentTarget.value)}
                  >
                    {LEVELS.map((each) => (
                      <option key={each}>{each}</option>
                    ))}
                  </select>
                </dd>
              </>
            )}
          </dl>
        </div>
        <div class="card">
          <h2>Timers · {count(timers?.set ?? 0)}</h2>
          <p class="muted">
            {Object.entries(timers?.byKind ?? {})
              .map(([kind, n]) => `${count(n)} ${kind}`)
              .join(' · ')}
          </p>
          <ul class="plain-list">
            {timers?.next.map(({ dueIn, kind, pid, name, label }, at) => (
              <li key={at}>
                <span class="number">in {duration(dueIn)}</span> {kind}{' '}
                {pid !== undefined && (
                  <button type="button" class="chip" onClick={() => open(pid)}>
                    {name ?? label ?? pid}
                  </button>
                )}
              </li>
            ))}
          </ul>
        </div>
        <div class="card">
          <h2>Registries · {count(registries?.registries.length ?? 0)}</h2>
          <ul class="plain-list">
            {registries?.registries.map(({ name, kind, pid, entries }) => (
              <li key={pid}>
                <button type="button" class="chip" onClick={() => open(pid)}>
                  {name}
                </button>{' '}
                {kind}, {count(entries)} entries
              </li>
            ))}
          </ul>
        </div>
        {nodes !== undefined && nodes.nodes.length > 0 && (
          <div class="card">
            <h2>
              Nodes of {nodes.node} · {count(nodes.nodes.length)}
            </h2>
            <ul class="plain-list">
              {nodes.nodes.map(({ node, state, busy, traffic, ...open }) => (
                <li key={node}>
                  {node} <span class="muted">{busy ? `${state}, busy` : state}</span>
                  {traffic !== undefined && (
                    <div class="muted">
                      in {bytes(traffic.bytesIn)}, {count(traffic.messagesIn)} messages · out{' '}
                      {bytes(traffic.bytesOut)}, {count(traffic.messagesOut)} messages ·{' '}
                      {bytes(traffic.waiting)} waiting
                    </div>
                  )}
                  <div class="muted">
                    {count(open.links)} links · {count(open.monitors)} monitors there, {count(open.watchers)}{' '}
                    of theirs here · {count(open.calls)} calls there, {count(open.serving)} of theirs here
                  </div>
                </li>
              ))}
            </ul>
          </div>
        )}
        {clusters?.clusters.map(({ cluster, isMember, problem, members, total, claims, moves }) => (
          <div class="card" key={cluster}>
            <h2>
              Cluster {cluster} · {count(members.length)} {members.length === 1 ? 'member' : 'members'},{' '}
              {count(total)} {total === 1 ? 'key' : 'keys'}
            </h2>
            {!isMember && <p class="muted">This node is no member at this moment: its claims pause.</p>}
            {problem !== undefined && <p class="muted">As it was read last: {problem}</p>}
            <ul class="plain-list">
              {members.map(({ node, isSelf, incarnation, supervisors }) => (
                <li key={incarnation}>
                  {node} {isSelf && <span class="muted">(this one)</span>}
                  <div class="muted">
                    {count(claims.filter((claim) => claim.node === node).length)} of the keys below
                    {supervisors.length > 0 && <> · takes {supervisors.join(', ')}</>}
                  </div>
                </li>
              ))}
            </ul>
            <ul class="plain-list">
              {claims.map(({ key, node, token, state }) => (
                <li key={key}>
                  {key}{' '}
                  <span class="muted">
                    {node === undefined ? state : `${state} by ${node}`}, token {token}
                  </span>
                </li>
              ))}
            </ul>
            {moves.length > 0 && (
              <ul class="plain-list" aria-label="Moves">
                {moves.slice(0, MOVES).map(({ key, from = 'nobody', to = 'nobody', token, at }) => (
                  <li key={`${token} ${key}`}>
                    {key}{' '}
                    <span class="muted">
                      from {from} to {to}, {new Date(at).toLocaleTimeString()}
                    </span>
                  </li>
                ))}
              </ul>
            )}
          </div>
        ))}
        <div class="card names">
          <h2>Registered names · {count(names?.matched ?? 0)}</h2>
          <input
            id="search"
            type="search"
            placeholder="Search the names"
            aria-label="Search the names"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
          <ul class="plain-list">
            {names?.rows.map(({ name, pid, behaviour }) => (
              <li key={name}>
                <button type="button" class="chip" onClick={() => open(pid)}>
                  {name}
                </button>{' '}
                <span class="muted">
                  {behaviour} {pid}
                </span>
              </li>
            ))}
          </ul>
        </div>
      </div>
    </section>
  )
}
