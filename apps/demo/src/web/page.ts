import type { Alert } from '../alerts/alert.js'
import { documentOf } from './document.js'
import { type Html, html } from './html.js'
import { incidentForm, incidentPanel } from './incident-panel.js'
import { shortName } from './instance-name.js'
import type {
  Change,
  InstanceView,
  Snapshot,
  StateCounts,
  TargetState,
  TargetView,
  WorkerView,
} from './ports.js'
import { sparkline } from './sparkline.js'
import { ICONS, stateBadge, WORDS } from './state.js'
import { formatDuration, formatLatency } from './units.js'
import { periodChoice, uptimeBars } from './uptime.js'

/** A piece of the page that the browser can exchange by itself: an element with this id. */
export interface Fragment {
  readonly id: string
  readonly html: Html
  /** Where this is another, the piece is worth more than others that have changed. */
  readonly mark: string
}

/** The pieces that a list of the page shows, in their order. */
export interface Listing {
  /** Of the element that holds them. */
  readonly id: string
  readonly items: readonly string[]
}

/** Whatever the page shows of one moment. */
export interface PageModel {
  readonly snapshot: Snapshot
  /** Epoch milliseconds. */
  readonly now: number
  /** The operator sees the workers and the alerts too. */
  readonly view: 'public' | 'operator'
  /** What was searched for. */
  readonly query?: string | undefined
  /** Whether the buttons that crash workers are shown to the operator. */
  readonly chaos: boolean
}

/** So many targets are shown on one page: with more, those that need somebody's eye. */
export const SHOWN_TARGETS = 60

/** So many changes and alerts are shown. */
const SHOWN_CHANGES = 8

/** The whole document of a list of targets. */
export function page(model: PageModel): Html {
  const isOperator = model.view === 'operator'
  return documentOf({
    title: isOperator ? 'Pulse, operator’s view' : 'Pulse',
    view: model.view,
    content: live(model),
    links: isOperator
      ? html`, <a href="/api/workers">workers</a>, <a href="/api/alerts">alerts</a> · <a href="/observer/">observer</a> · <a href="/">public page</a>`
      : html` · <a href="/operator">operator’s view</a>`,
  })
}

/** The part that changes, made of the fragments that {@link fragments} lists. */
function live(model: PageModel): Html {
  const { workers } = model.snapshot
  // A page of what was searched for has no stream of its own.
  return html`<main id="live"${model.query !== undefined && html` data-refresh="10"`}>
${summary(model).html}
${incidents(model).html}
${instances(model).html}
<div class="tools">
<form class="search" role="search" action="${model.view === 'operator' ? '/operator' : '/'}"><label for="q">Search</label><input type="search" id="q" name="q" value="${model.query ?? ''}" maxlength="64" placeholder="name, group or address"></form>
${periodChoice()}
</div>
<h2 class="unseen">Targets</h2>
<section class="targets" id="targets" aria-label="Targets">
${shownItems(model, true).map((item) => item.html)}
</section>
${more(model).html}
<div class="aside">
${changes(model).html}
${
  model.view === 'operator' &&
  html`${incidentForm()}
${alerts(model).html}
<section class="panel">
<h2>Workers</h2>
${
  model.chaos
    ? html`<p class="hint">Each one is a supervised process. Crash it, and its supervisor starts another: a new pid, while the rest goes on.</p>
<p class="how"><button type="button" id="any" class="chaos">Crash any of them</button> <label for="how">Crash by a throw in</label> <select id="how"><option value="cast">a cast</option><option value="call">a call</option><option value="timer">a timer</option><option value="rejection">a forgotten promise</option><option value="init">a cast, then in init</option></select></p>`
    : html`<p class="hint">Each one is a supervised process.</p>`
}
<ul class="workers" id="workers">
${shownWorkers(workers).map((worker) => workerRow(worker, model.chaos).html)}
</ul>
</section>`
}
</div>
</main>`
}

/** Which targets and workers are shown. */
export function listings(model: PageModel): readonly Listing[] {
  const { workers } = model.snapshot
  const shown = { id: 'targets', items: shownItems(model).map(({ id }) => id) }
  if (model.view === 'public') return [shown]
  return [shown, { id: 'workers', items: shownWorkers(workers).map(({ name }) => workerId(name)) }]
}

/** The cards, group by group, each with a heading where there are groups; those that need an eye come first in theirs. */
function shownItems(model: PageModel, isWhole = false): readonly Fragment[] {
  const { targets } = model.snapshot
  const groups = new Map<string | undefined, TargetView[]>()
  for (const target of targets) {
    const group = groups.get(target.group)
    if (group === undefined) groups.set(target.group, [target])
    else group.push(target)
  }
  // Those of no group come first.
  const ordered = [...groups].sort(([a = ''], [b = '']) => (a < b ? -1 : a > b ? 1 : 0))
  return ordered.flatMap(([group, members]) => [
    ...(group === undefined ? [] : [heading(group, members)]),
    ...members.map((target) => card(target, model, isWhole)),
  ])
}

function heading(group: string, members: readonly TargetView[]): Fragment {
  const ill = members.filter(({ state }) => state === 'down' || state === 'slow').length
  const id = `group:${encodeURIComponent(group)}`
  const text = ill > 0 ? `${ill} of ${members.length} not well` : count(members.length, 'target')
  return {
    id,
    mark: String(ill),
    html: html`<h2 class="group" id="${id}">${group} <small>${text}</small></h2>`,
  }
}

const cardId = (target: string): string => `target:${encodeURIComponent(target)}`
const workerId = (worker: string): string => `worker:${encodeURIComponent(worker)}`

/** Every piece that may change on its own. */
export function fragments(model: PageModel): readonly Fragment[] {
  return [
    summary(model),
    incidents(model),
    instances(model),
    more(model),
    changes(model),
    ...shownItems(model),
    ...model.snapshot.targets.map(uptime),
    ...(model.view === 'operator'
      ? [
          alerts(model),
          ...shownWorkers(model.snapshot.workers).map((worker) => workerRow(worker, model.chaos)),
        ]
      : []),
  ]
}

/** So many workers are listed; with more, what is not a checker comes first. */
const SHOWN_WORKERS = 100

function shownWorkers(workers: readonly WorkerView[]): readonly WorkerView[] {
  if (workers.length <= SHOWN_WORKERS) return workers
  const isChecker = ({ name }: WorkerView): boolean => name.startsWith('checker:')
  const rank = (worker: WorkerView): number => (worker.pid === undefined ? 0 : isChecker(worker) ? 2 : 1)
  return [...workers].sort((a, b) => rank(a) - rank(b)).slice(0, SHOWN_WORKERS)
}

function summary({ snapshot: { targets, counts, trouble } }: PageModel): Fragment {
  const state = counts.down > 0 ? 'down' : counts.slow > 0 ? 'slow' : counts.pending > 0 ? 'pending' : 'up'
  return {
    id: 'summary',
    mark: state,
    html: html`<section class="summary is-${state}" id="summary" aria-live="polite"><span class="seal">${ICONS[state]}</span><div><h1>${headline(targets, counts)}</h1><p>Watching ${count(total(counts), 'target')}</p>${trouble !== undefined && html`<p class="reason">Pulse itself cannot check: ${trouble}. What is shown may be old.</p>`}</div></section>`,
  }
}

function incidents({ snapshot, now, view }: PageModel): Fragment {
  const { incidents: all } = snapshot
  return {
    id: 'incidents',
    mark: all.map(({ id, updates }) => `${id} ${updates.length}`).join(),
    html: incidentPanel(all, now, view === 'operator'),
  }
}

/** The Pulses that share the targets. Of the machines that they run on, the public is told nothing. */
function instances({ snapshot: { instances: all, counts }, view }: PageModel): Fragment {
  const moving = total(counts) - all.reduce((sum, { targets }) => sum + targets, 0)
  const row = ({ node, targets }: InstanceView, place: number): Html =>
    html`<li><span class="instance">${instanceName(node, view)}</span> ${count(targets, 'target')}${place === 0 && html` <small>this page</small>`}</li>`
  return {
    id: 'instances',
    mark: all.map(({ node, targets }) => `${node} ${targets}`).join(),
    html: html`<section class="instances" id="instances" aria-label="Instances">${
      all.length > 0 &&
      html`<h2>${count(all.length, 'instance')}</h2>
<ul>${all.map(row)}${moving > 0 && html`<li class="moving">${count(moving, 'target')} moving</li>`}</ul>`
    }</section>`,
  }
}

const instanceName = (node: string, view: PageModel['view']): string =>
  view === 'operator' ? node : shortName(node)

/** What is said of the targets that are not shown. */
function more({ snapshot: { targets, counts }, query }: PageModel): Fragment {
  if (query !== undefined) {
    const found = `${count(targets.length, 'target')} with “${query}”, of ${total(counts)}${targets.length === SHOWN_TARGETS ? '; there may be more' : ''}.`
    return { id: 'more', mark: '', html: html`<p class="hint more" id="more">${found}</p>` }
  }
  const hidden = total(counts) - targets.length
  const text = `And ${count(hidden, 'more target')}, ${counts.down + counts.slow > 0 ? 'less urgent' : 'all well'}: see the data.`
  return { id: 'more', mark: '', html: html`<p class="hint more" id="more">${hidden > 0 && text}</p>` }
}

function headline(targets: readonly TargetView[], counts: StateCounts): string {
  const all = total(counts)
  if (all === 0) return 'No targets yet'
  for (const state of ['down', 'slow'] as const) {
    const one = counts[state] === 1 ? targets.find((target) => target.state === state) : undefined
    if (one !== undefined) return `${one.name} is ${state}`
    if (counts[state] > 0) return `${counts[state]} of ${all} targets are ${state}`
  }
  if (counts.pending > 0) return `Waiting for ${count(counts.pending, 'first check')}`
  if (counts.maintenance === all) return 'Everything is in maintenance'
  return counts.maintenance > 0
    ? `Everything else is up: ${counts.maintenance} in maintenance`
    : 'Everything is up'
}

const total = (counts: StateCounts): number => Object.values(counts).reduce((sum, each) => sum + each, 0)

/** The bars of uptime are sent as a piece of their own; in a whole page they are there at once. */
function card(target: TargetView, { now, view }: PageModel, isWhole: boolean): Fragment {
  const id = cardId(target.name)
  const { metrics, recent, latest, state } = target
  return {
    id,
    mark: state,
    html: html`<article class="card is-${state}" id="${id}">
<header><h3><a href="/targets/${encodeURIComponent(target.name)}">${target.name}</a></h3>${stateBadge(state)}</header>
${notes(target, now)}
${(view === 'operator' || !target.hidden) && where(target)}
<p class="since">${sinceText(target, now)}</p>
${'instance' in target && checkedBy(target, view)}
${sparkline(recent)}
${uptimeBars(isWhole ? target.uptime : undefined, uptimeId(target.name))}
<dl class="figures">
<div class="figure-main"><dt>now</dt><dd>${latest?.up ? formatLatency(latest.latency) : '–'}</dd></div>
<div><dt>p50</dt><dd>${formatLatency(metrics.p50)}</dd></div>
<div><dt>p95</dt><dd>${formatLatency(metrics.p95)}</dd></div>
<div><dt>p99</dt><dd>${formatLatency(metrics.p99)}</dd></div>
</dl>
</article>`,
  }
}

function checkedBy({ instance }: TargetView, view: PageModel['view']): Html {
  if (instance === undefined) return html`<p class="by">moves to another instance</p>`
  return html`<p class="by">checked by <span class="instance">${instanceName(instance, view)}</span></p>`
}

const uptimeId = (target: string): string => `uptime:${encodeURIComponent(target)}`

/** A piece of its own: it is long, and changes seldom. */
function uptime(target: TargetView): Fragment {
  const id = uptimeId(target.name)
  return { id, mark: '', html: uptimeBars(target.uptime, id) }
}

function where({ url }: TargetView): Html {
  const text = url.replace(/^https?:\/\/|\/$/g, '')
  // A browser has nothing to show of other addresses.
  if (!/^https?:/.test(url)) return html`<p class="where">${url === 'push' ? 'tells by itself' : text}</p>`
  // What is left out of it is no part of the address.
  return html`<p class="where"><a href="${url.replace(/\?…$/, '')}" rel="noreferrer">${text}</a></p>`
}

/** A certificate is worth a word when so few days are left, in ms. */
const CERTIFICATE_NOTE = 30 * 86_400_000

function notes({ flapping, maintenance, certificate }: TargetView, now: number): Html | undefined {
  const left = certificate === undefined ? undefined : certificate - now
  const words = [
    flapping === true && 'flapping',
    maintenance !== undefined && `in maintenance: ${maintenance}`,
    left !== undefined &&
      left < CERTIFICATE_NOTE &&
      (left <= 0 ? 'certificate expired' : `certificate ends in ${formatDuration(left)}`),
  ].filter((word) => word !== false)
  if (words.length === 0) return undefined
  return html`<p class="notes">${words.map((word) => html`<span class="note">${word}</span>`)}</p>`
}

function sinceText({ state, since, reason }: TargetView, now: number): Html {
  if (since === undefined) return html`not checked yet`
  const time = html`<time datetime="${new Date(since).toISOString()}" title="${new Date(since).toISOString()}">${formatDuration(now - since)}</time>`
  return html`${state} for ${time}${reason === undefined ? undefined : html`<span class="reason">: ${reason}</span>`}`
}

function changes({ snapshot, now }: PageModel): Fragment {
  return {
    id: 'changes',
    mark: String(snapshot.changes[0]?.at),
    html: html`<section class="panel" id="changes">
<h2>Latest changes</h2>
${
  snapshot.changes.length === 0
    ? html`<p class="hint">None yet.</p>`
    : html`<ol class="changes">${snapshot.changes.slice(0, SHOWN_CHANGES).map((change) => changeRow(change, now))}</ol>`
}
</section>`,
  }
}

function changeRow(change: Change, now: number): Html {
  return html`<li class="is-${change.to}"><span class="badge">${ICONS[change.to]}${WORDS[change.to]}</span><span class="what"><strong>${change.target}</strong>${change.reason === undefined ? undefined : html` <span class="reason">${change.reason}</span>`}</span>${agoText(change.at, now)}</li>`
}

function alerts({ snapshot, now }: PageModel): Fragment {
  return {
    id: 'alerts',
    mark: String(snapshot.alerts[0]?.id),
    html: html`<section class="panel" id="alerts">
<h2>Alerts</h2>
${
  snapshot.alerts.length === 0
    ? html`<p class="hint">None yet.</p>`
    : html`<ol class="changes">${snapshot.alerts.slice(0, SHOWN_CHANGES).map((alert) => alertRow(alert, now))}</ol>`
}
</section>`,
  }
}

const ALERT_STATES: Readonly<Record<Alert['kind'], TargetState>> = {
  down: 'down',
  up: 'up',
  slow: 'slow',
  flapping: 'slow',
  steady: 'up',
  certificate: 'slow',
  trouble: 'down',
  recovered: 'up',
}

function alertRow({ kind, text, at }: Alert, now: number): Html {
  const state = ALERT_STATES[kind]
  return html`<li class="is-${state}"><span class="badge">${ICONS[state]}${kind}</span><span class="what">${text}</span>${agoText(at, now)}</li>`
}

function agoText(at: number, now: number): Html {
  const ago = formatDuration(now - at)
  return html`<time datetime="${new Date(at).toISOString()}">${ago === 'moments' ? 'just now' : `${ago} ago`}</time>`
}

function workerRow(worker: WorkerView, chaos: boolean): Fragment {
  const id = workerId(worker.name)
  const button = html`<button type="button" data-crash="${worker.name}" aria-label="Crash ${worker.name}">Crash</button>`
  return {
    id,
    mark: String(worker.pid),
    html: html`<li class="worker" id="${id}"><span class="worker-name">${worker.name}</span><code class="pid">${worker.pid ?? 'restarting'}</code>${chaos && button}</li>`,
  }
}

const count = (amount: number, noun: string): string => `${amount} ${noun}${amount === 1 ? '' : 's'}`
