/** How a state looks and what it is called, wherever it is shown. */
import { type Html, html } from './html.js'
import type { ShownState } from './ports.js'

const icon = (shape: Html): Html =>
  html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">${shape}</svg>`

export const ICONS: Readonly<Record<ShownState, Html>> = {
  up: icon(html`<path d="M3 8.5l3.2 3.2L13 4.8"/>`),
  slow: icon(html`<path d="M8 4v4.5l3 1.8"/><circle cx="8" cy="8" r="6.2"/>`),
  down: icon(html`<path d="M4 4l8 8M12 4l-8 8"/>`),
  pending: icon(html`<path d="M3.5 8h.01M8 8h.01M12.5 8h.01"/>`),
  maintenance: icon(html`<path d="M5.5 3.5v9M10.5 3.5v9"/>`),
}

export const WORDS: Readonly<Record<ShownState, string>> = {
  up: 'Up',
  slow: 'Slow',
  down: 'Down',
  pending: 'Waiting',
  maintenance: 'Maintenance',
}

export const stateBadge = (state: ShownState): Html =>
  html`<p class="badge">${ICONS[state]}${WORDS[state]}</p>`
