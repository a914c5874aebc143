import type { CheckResult } from '../checks/check.js'
import { documentOf } from './document.js'
import { type Html, html } from './html.js'

import type { TargetView } from './ports.js'
import { sparkline } from './sparkline.js'
import { stateBadge } from './state.js'
import { formatDuration, formatLatency, formatShare } from './units.js'
import { PERIODS, periodChoice, shareOf, type Uptime, uptimeBars } from './uptime.js'

/** All that the page of one target shows. */
export interface TargetPageModel {
  readonly target: TargetView
  /** The latest stored checks, oldest first; undefined while the database is away. */
  readonly history: readonly CheckResult[] | undefined
  readonly now: number
}

/** The whole document about one target. */
export function targetPage(model: TargetPageModel): Html {
  const { target } = model
  return documentOf({
    title: `${target.name} – Pulse`,
    view: 'target',
    content: html`<main id="live" data-refresh="10">
<nav class="crumbs"><a href="/">All targets</a></nav>
<section class="summary is-${target.state}"><div><h1>${target.name}</h1><p>${since(model)}</p></div>${stateBadge(target.state)}</section>
${periodChoice()}
${uptimeBars(target.uptime, 'uptime')}
${target.uptime && figures(target.uptime)}
<section class="panel"><h2>Latest checks</h2>${sparkline(target.recent)}${history(model)}</section>
</main>`,
  })
}

function since({ target: { state, since, reason, maintenance }, now }: TargetPageModel): string {
  if (maintenance !== undefined) return `in maintenance: ${maintenance}`
  if (since === undefined) return 'not checked yet'
  return `${state} for ${formatDuration(now - since)}${reason === undefined ? '' : `: ${reason}`}`
}

function figures(uptime: Uptime): Html {
  return html`<dl class="figures">${PERIODS.map(
    ({ name, slots }) => html`<div><dt>${name}</dt><dd>${formatShare(shareOf(slots(uptime)))}</dd></div>`,
  )}</dl>`
}

function history({ history: results, now }: TargetPageModel): Html {
  if (results === undefined)
    return html`<p class="hint">The database is away; its history comes back with it.</p>`
  if (results.length === 0) return html`<p class="hint">None stored yet.</p>`
  return html`<div class="scroll" role="region" aria-label="Latest checks" tabindex="0"><table class="history"><thead><tr><th scope="col">When</th><th scope="col">Found</th><th scope="col">Took</th><th scope="col">Why</th></tr></thead><tbody>${results
    .toReversed()
    .map((result) => historyRow(result, now))}</tbody></table></div>`
}

function historyRow({ at, up, latency, status, reason, maintenance }: CheckResult, now: number): Html {
  const state = maintenance ? 'maintenance' : up ? 'up' : 'down'
  const time = new Date(at).toISOString()
  return html`<tr class="is-${state}"><td><time datetime="${time}" title="${time}">${formatDuration(now - at)} ago</time></td><td class="found">${state}</td><td>${formatLatency(latency)}</td><td>${reason ?? (status === undefined ? '' : `answered ${status}`)}</td></tr>`
}
