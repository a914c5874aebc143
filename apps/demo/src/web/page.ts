import type { Alert } from '../alerts/alert.js'
import { type Html, html } from './html.js'
import type { Change, Snapshot, StateCounts, TargetState, TargetView, WorkerView } from './ports.js'
import { sparkline } from './sparkline.js'
import { formatDuration, formatLatency, formatShare } from './units.js'

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
  /** Whether the buttons that crash workers are shown to the operator. */
  readonly chaos: boolean
}

/** So many targets are shown on one page: with more, those that need somebody's eye. */
export const SHOWN_TARGETS = 60

/** So many changes and alerts are shown. */
const SHOWN_CHANGES = 8

/** The whole document. */
export function page(model: PageModel): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${model.view === 'operator' ? 'Pulse, operator’s view' : 'Pulse'}</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/pulse.css">
<script src="/pulse.js" type="module"></script>
</head>
<body data-view="${model.view}">
<header class="masthead">
<a class="brand" href="/"><svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true"><path d="M2 17h7l3-9 6 17 4-11 2 3h6"/></svg>Pulse</a>${model.view === 'operator' && html`<span class="view">operator’s view</span>`}
<p class="link" id="link" role="status"><span class="link-dot" aria-hidden="true"></span><span id="link-text">connecting</span></p>
</header>
${live(model)}
<footer class="colophon">Data: <a href="/api/status">status</a>, <a href="/api/events">events</a>${
    model.view === 'operator'
      ? html`, <a href="/api/workers">workers</a>, <a href="/api/alerts">alerts</a> · <a href="/">public page</a>`
      : html` · <a href="/operator">operator’s view</a>`
  }</footer>
</body>
</html>
`
}

/** The part that changes, made of the fragments that {@link fragments} lists. */
function live(model: PageModel): Html {
  const { targets, workers } = model.snapshot
  return html`<main id="live">
${summary(model).html}
<section class="targets" id="targets" aria-label="Targets">
${targets.map((target) => card(target, model).html)}
</section>
${more(model).html}
<div class="aside">
${changes(model).html}
${
  model.view === 'operator' &&
  html`${alerts(model).html}
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
export function listings({ snapshot: { targets, workers }, view }: PageModel): readonly Listing[] {
  const shown = { id: 'targets', items: targets.map(({ name }) => cardId(name)) }
  if (view === 'public') return [shown]
  return [shown, { id: 'workers', items: shownWorkers(workers).map(({ name }) => workerId(name)) }]
}

const cardId = (target: string): string => `target:${encodeURIComponent(target)}`
const workerId = (worker: string): string => `worker:${encodeURIComponent(worker)}`

/** Every piece that may change on its own. */
export function fragments(model: PageModel): readonly Fragment[] {
  return [
    summary(model),
    more(model),
    changes(model),
    ...model.snapshot.targets.map((target) => card(target, model)),
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

const ICONS: Readonly<Record<TargetState, Html>> = {
  up: html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="M3 8.5l3.2 3.2L13 4.8"/></svg>`,
  slow: html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="M8 4v4.5l3 1.8"/><circle cx="8" cy="8" r="6.2"/></svg>`,
  down: html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="M4 4l8 8M12 4l-8 8"/></svg>`,
  pending: html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="M3.5 8h.01M8 8h.01M12.5 8h.01"/></svg>`,
}
const WORDS: Readonly<Record<TargetState, string>> = {
  up: 'Up',
  slow: 'Slow',
  down: 'Down',
  pending: 'Waiting',
}

function summary({ snapshot: { targets, counts, trouble } }: PageModel): Fragment {
  const state = counts.down > 0 ? 'down' : counts.slow > 0 ? 'slow' : counts.pending > 0 ? 'pending' : 'up'
  return {
    id: 'summary',
    mark: state,
    html: html`<section class="summary is-${state}" id="summary" aria-live="polite"><span class="seal">${ICONS[state]}</span><div><h1>${headline(targets, counts)}</h1><p>Watching ${count(total(counts), 'target')}</p>${trouble !== undefined && html`<p class="reason">Pulse itself cannot check: ${trouble}. What is shown may be old.</p>`}</div></section>`,
  }
}

/** What is said of the targets that are not shown. */
function more({ snapshot: { targets, counts } }: PageModel): Fragment {
  const hidden = total(counts) - targets.length
  const text = `And ${count(hidden, 'more target')}, ${counts.down + counts.slow > 0 ? 'less urgent' : 'all well'}: see the data.`
  return { id: 'more', mark: '', html: html`<p class="hint more" id="more">${hidden > 0 && text}</p>` }
}

function headline(targets: readonly TargetView[], counts: StateCounts): string {
  const all = total(counts)
  if (all === 0) return 'No targets yet'
  for (const state of ['down', 'slow'] as const) {
    if (counts[state] === 1) return `${targets.find((target) => target.state === state)?.name} is ${state}`
    if (counts[state] > 1) return `${counts[state]} of ${all} targets are ${state}`
  }
  return counts.pending > 0 ? `Waiting for ${count(counts.pending, 'first check')}` : 'Everything is up'
}

const total = ({ up, slow, down, pending }: StateCounts): number => up + slow + down + pending

function card(target: TargetView, { now, view }: PageModel): Fragment {
  const id = cardId(target.name)
  const { metrics, recent, latest, state } = target
  return {
    id,
    mark: state,
    html: html`<article class="card is-${state}" id="${id}">
<header><h2>${target.name}</h2><p class="badge">${ICONS[state]}${WORDS[state]}</p></header>
${notes(target, now)}
${(view === 'operator' || !target.hidden) && where(target)}
<p class="since">${sinceText(target, now)}</p>
${sparkline(recent)}
<dl class="figures">
<div class="figure-main"><dt>now</dt><dd>${latest?.up ? formatLatency(latest.latency) : '–'}</dd></div>
<div><dt>p50</dt><dd>${formatLatency(metrics.p50)}</dd></div>
<div><dt>p95</dt><dd>${formatLatency(metrics.p95)}</dd></div>
<div><dt>p99</dt><dd>${formatLatency(metrics.p99)}</dd></div>
<div class="figure-main"><dt>uptime</dt><dd>${formatShare(metrics.availability)}</dd></div>
</dl>
</article>`,
  }
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
