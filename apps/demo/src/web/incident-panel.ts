import type { Incident, IncidentUpdate } from '../incidents.js'
import { type Html, html } from './html.js'
import { formatDuration } from './units.js'

/** So many incidents are shown, and so many words about each: the latest. All of them are in the API. */
const SHOWN = 10
const WORDS = 10

/** What operators tell of, at the top of the page. */
export function incidentPanel(incidents: readonly Incident[], now: number, mayWrite: boolean): Html {
  if (incidents.length === 0 && !mayWrite) return html`<section id="incidents"></section>`
  return html`<section class="incidents" id="incidents" aria-label="Incidents">${incidents
    .slice(0, SHOWN)
    .map((incident) => article(incident, now, mayWrite))}</section>`
}

function article({ id, title, updates, overAt }: Incident, now: number, mayWrite: boolean): Html {
  return html`<article class="incident ${overAt === undefined ? 'is-pending' : 'is-up'}"><header><h2>${title}</h2><p class="badge">${overAt === undefined ? 'Incident' : 'Over'}</p></header>
<ol>${updates
    .slice(-WORDS)
    .reverse()
    .map((update) => word(update, now))}</ol>${
    mayWrite &&
    overAt === undefined &&
    html`<p class="answer"><button type="button" data-incident="${id}">Write an update</button> <button type="button" data-incident="${id}" data-over>End it</button></p>`
  }
</article>`
}

function word({ at, text }: IncidentUpdate, now: number): Html {
  const time = new Date(at).toISOString()
  return html`<li><p>${text}</p><time datetime="${time}" title="${time}">${formatDuration(now - at)} ago</time></li>`
}

/** Where the operator begins an incident. */
export function incidentForm(): Html {
  return html`<section class="panel"><h2>Tell of an incident</h2>
<form class="tell" id="tell"><p><label for="tell-title">Title</label> <input id="tell-title" name="title" maxlength="120" required></p>
<p><label for="tell-text">What readers shall know</label> <textarea id="tell-text" name="text" rows="3" maxlength="2000" required></textarea></p>
<p><button type="submit">Publish</button></p></form></section>`
}
