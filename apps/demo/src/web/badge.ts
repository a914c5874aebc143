/** A small picture of how a target stands, for the pages of others. */
import { html } from './html.js'
import type { ShownState } from './ports.js'
import { WORDS } from './state.js'

/** Dark enough for white letters. */
const COLOURS: Readonly<Record<ShownState, string>> = {
  up: '#1a7f4b',
  slow: '#7a5b00',
  down: '#b3261e',
  pending: '#5c6670',
  maintenance: '#3b5fa8',
}

/** About so wide is a letter, in units of the picture, and the room beside a text. */
const LETTER = 6.6
const ROOM = 14

const widthOf = (text: string): number => Math.ceil([...text].length * LETTER + ROOM)

/** @param figure what stands behind the state, such as an uptime with its period */
export function badge(name: string, state: ShownState, figure: string | undefined): string {
  const said = figure === undefined ? WORDS[state].toLowerCase() : `${WORDS[state].toLowerCase()}, ${figure}`
  const left = widthOf(name)
  const right = widthOf(said)
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${name}: ${said}">
<title>${name}: ${said}</title>
<clipPath id="r"><rect width="${left + right}" height="20" rx="4"/></clipPath>
<g clip-path="url(#r)"><rect width="${left}" height="20" fill="#33383d"/><rect x="${left}" width="${right}" height="20" fill="${COLOURS[state]}"/></g>
<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11"><text x="${left / 2}" y="14">${name}</text><text x="${left + right / 2}" y="14">${said}</text></g>
</svg>
`.text
}
