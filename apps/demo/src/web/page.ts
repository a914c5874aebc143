import { type Html, html } from './html.js'
import type { Change, Snapshot, TargetState, TargetView, WorkerView } from './ports.js'
import { sparkline } from './sparkline.js'
import { formatDuration, formatLatency, formatShare } from './units.js'

/** A piece of the page that the browser can exchange by itself: an element with this id. */
export interface Fragment {
  readonly id: string
  readonly html: Html
}

/** Whatever the page shows of one moment. */
export interface PageModel {
  readonly snapshot: Snapshot
  /** Epoch milliseconds. */
  readonly now: number
  /** Whether the buttons that crash workers are shown. */
  readonly chaos: boolean
}

/** The whole document. */
export function page(model: PageModel): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Pulse</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/pulse.css">
<script src="/pulse.js" type="module"></script>
</head>
<body>
<header class="masthead">
<a class="brand" href="/"><svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true"><path d="M2 17h7l3-9 6 17 4-11 2 3h6"/></svg>Pulse</a>
<p class="link" id="link" role="status"><span class="link-dot" aria-hidden="true"></span><span id="link-text">connecting</span></p>
</header>
${live(model).html}
<footer class="colophon">Data: <a href="/api/status">status</a>, <a href="/api/workers">workers</a>, <a href="/api/events">events</a></footer>
</body>
</html>
`
}

/** The part that changes, made of the fragments that {@link fragments} lists. */
export function live(model: PageModel): Fragment {
  const { targets, workers } = model.snapshot
  return {
    id: 'live',
    html: html`<main id="live">
${summary(model).html}
<section class="targets" aria-label="Targets">
${targets.map((target) => card(target, model.now).html)}
</section>
<div class="aside">
${changes(model).html}
<section class="panel">
<h2>Workers</h2>
${
  model.chaos
    ? html`<p class="hint">Each one is a supervised process. Crash it, and its supervisor starts another: a new pid, while the rest goes on.</p>
<p class="how"><label for="how">Crash by a throw in</label> <select id="how"><option value="cast">a cast</option><option value="call">a call</option><option value="timer">a timer</option><option value="rejection">a forgotten promise</option><option value="init">a cast, then in init</option></select></p>`
    : html`<p class="hint">Each one is a supervised process.</p>`
}
<ul class="workers">
${workers.map((worker) => workerRow(worker, model.chaos).html)}
</ul>
</section>
</div>
</main>`,
  }
}

/** Every piece that may change on its own. Other ids than before mean that the page as a whole has changed. */
export function fragments(model: PageModel): readonly Fragment[] {
  return [
    summary(model),
    changes(model),
    ...model.snapshot.targets.map((target) => card(target, model.now)),
    ...model.snapshot.workers.map((worker) => workerRow(worker, model.chaos)),
  ]
}

const ICONS: Readonly<Record<TargetState, Html>> = {
  up: html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="M3 8.5l3.2 3.2L13 4.8"/></svg>`,
  down: html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="M4 4l8 8M12 4l-8 8"/></svg>`,
  pending: html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="M3.5 8h.01M8 8h.01M12.5 8h.01"/></svg>`,
}
const WORDS: Readonly<Record<TargetState, string>> = { up: 'Up', down: 'Down', pending: 'Waiting' }

function summary({ snapshot: { targets } }: PageModel): Fragment {
  const down = targets.filter((target) => target.state === 'down')
  const pending = targets.filter((target) => target.state === 'pending')
  const state = down.length > 0 ? 'down' : pending.length > 0 ? 'pending' : 'up'
  return {
    id: 'summary',
    html: html`<section class="summary is-${state}" id="summary" aria-live="polite"><span class="seal">${ICONS[state]}</span><div><h1>${headline(targets, down, pending)}</h1><p>Watching ${count(targets.length, 'target')}</p></div></section>`,
  }
}

function headline(
  targets: readonly TargetView[],
  down: readonly TargetView[],
  pending: readonly TargetView[],
): string {
  if (targets.length === 0) return 'No targets yet'
  if (down.length === 1) return `${down[0]?.name} is down`
  if (down.length > 1) return `${down.length} of ${targets.length} targets are down`
  return pending.length > 0 ? `Waiting for ${count(pending.length, 'first check')}` : 'Everything is up'
}

function card(target: TargetView, now: number): Fragment {
  const id = `target:${encodeURIComponent(target.name)}`
  const { metrics, recent, state } = target
  const latest = recent.at(-1)
  return {
    id,
    html: html`<article class="card is-${state}" id="${id}">
<header><h2>${target.name}</h2><p class="badge">${ICONS[state]}${WORDS[state]}</p></header>
<p class="where"><a href="${target.url}" rel="noreferrer">${target.url.replace(/^https?:\/\/|\/$/g, '')}</a></p>
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

function sinceText({ state, since, reason }: TargetView, now: number): Html {
  if (since === undefined) return html`not checked yet`
  const time = html`<time datetime="${new Date(since).toISOString()}" title="${new Date(since).toISOString()}">${formatDuration(now - since)}</time>`
  return html`${state} for ${time}${reason === undefined ? undefined : html`<span class="reason">: ${reason}</span>`}`
}

function changes({ snapshot, now }: PageModel): Fragment {
  return {
    id: 'changes',
    html: html`<section class="panel" id="changes">
<h2>Latest changes</h2>
${
  snapshot.changes.length === 0
    ? html`<p class="hint">None yet.</p>`
    : html`<ol class="changes">${snapshot.changes.map((change) => changeRow(change, now))}</ol>`
}
</section>`,
  }
}

function changeRow(change: Change, now: number): Html {
  const ago = formatDuration(now - change.at)
  return html`<li class="is-${change.to}"><span class="badge">${ICONS[change.to]}${WORDS[change.to]}</span><span class="what"><strong>${change.target}</strong>${change.reason === undefined ? undefined : html` <span class="reason">${change.reason}</span>`}</span><time datetime="${new Date(change.at).toISOString()}">${ago === 'moments' ? 'just now' : `${ago} ago`}</time></li>`
}

function workerRow(worker: WorkerView, chaos: boolean): Fragment {
  const id = `worker:${encodeURIComponent(worker.name)}`
  const button = html`<button type="button" data-crash="${worker.name}" aria-label="Crash ${worker.name}">Crash</button>`
  return {
    id,
    html: html`<li class="worker" id="${id}"><span class="worker-name">${worker.name}</span><code class="pid">${worker.pid ?? 'restarting'}</code>${chaos && button}</li>`,
  }
}

const count = (amount: number, noun: string): string => `${amount} ${noun}${amount === 1 ? '' : 's'}`
