import { DAY, HOUR, type Period } from '../store/index.js'
import { type Html, html } from './html.js'
import { formatShare } from './units.js'

/** So many hours and days are shown. */
export const HOURS = 24
export const DAYS = 90

/** The checks of an hour or a day: how many, and how many of them found the target well. Undefined where there was none. */
type Slot = Pick<Period, 'checks' | 'up'> | undefined

/** How one target has done, hour by hour and day by day; the last of each is the one that runs. */
export interface Uptime {
  readonly hours: readonly Slot[]
  readonly days: readonly Slot[]
}

/** The periods for which there are figures, from the shortest to the longest. */
export const PERIODS = [
  { name: '24 h', key: '24h', slots: (uptime: Uptime) => uptime.hours },
  { name: '7 d', key: '7d', slots: (uptime: Uptime) => uptime.days.slice(-7) },
  { name: '30 d', key: '30d', slots: (uptime: Uptime) => uptime.days.slice(-30) },
  { name: '90 d', key: '90d', slots: (uptime: Uptime) => uptime.days },
] as const

/** Puts what the store has of one target into its hours and days. */
export function uptimeOf(hours: readonly Period[], days: readonly Period[], now: number): Uptime {
  return { hours: slotsOf(hours, HOUR, HOURS, now), days: slotsOf(days, DAY, DAYS, now) }
}

/** The first moment that is shown. */
export const firstOf = (span: number, count: number, now: number): number =>
  now - (now % span) - (count - 1) * span

function slotsOf(periods: readonly Period[], span: number, count: number, now: number): Slot[] {
  const first = firstOf(span, count, now)
  const slots = Array<Slot>(count).fill(undefined)
  for (const { start, checks, up } of periods) {
    const place = (start - first) / span
    if (Number.isInteger(place) && place >= 0 && place < count) slots[place] = { checks, up }
  }
  return slots
}

/** The share of checks that found the target well; undefined where there was none. */
export function shareOf(slots: readonly Slot[]): number | undefined {
  let checks = 0
  let up = 0
  for (const slot of slots) {
    checks += slot?.checks ?? 0
    up += slot?.up ?? 0
  }
  return checks === 0 ? undefined : up / checks
}

/** All figures in one line, each with its period. */
export const uptimeText = (uptime: Uptime): string =>
  PERIODS.map(({ name, slots }) => `${name}: ${formatShare(shareOf(slots(uptime)))}`).join(', ')

const HEIGHT = 24
/** How good a bar is; each level is one path. */
const LEVELS = ['full', 'most', 'part', 'none', 'empty'] as const

function levelOf(slot: Slot): (typeof LEVELS)[number] {
  if (slot === undefined || slot.checks === 0) return 'empty'
  const share = slot.up / slot.checks
  if (share === 1) return 'full'
  if (share >= 0.99) return 'most'
  return share > 0 ? 'part' : 'none'
}

/** One bar for each slot, the latest at the right edge. Stretched to the width of what it stands in. */
function picture(slots: readonly Slot[], kind: 'hours' | 'days'): Html {
  const paths = LEVELS.map((level) => {
    const places = slots.flatMap((slot, place) => (levelOf(slot) === level ? [place] : []))
    if (places.length === 0) return undefined
    const d = places.map((place) => `M${place * 4} 0h3v${HEIGHT}h-3z`).join('')
    return html`<path class="bar-${level}" d="${d}"/>`
  })
  return html`<svg class="bars-${kind}" viewBox="0 0 ${slots.length * 4 - 1} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">${paths}</svg>`
}

/**
 * The bars of a target, and its figures. The page shows those of one period, the one that its reader has chosen: the days
 * of a shorter one are the right end of the longest.
 */
export function uptimeBars(uptime: Uptime | undefined, id: string): Html {
  if (uptime === undefined) return html`<div class="uptime" id="${id}"></div>`
  return html`<div class="uptime" id="${id}" role="img" aria-label="Uptime: ${uptimeText(uptime)}">
<div class="bars">${picture(uptime.hours, 'hours')}${picture(uptime.days, 'days')}</div>
<p class="shares" aria-hidden="true">${PERIODS.map(
    ({ name, key, slots }) =>
      html`<span data-period="${key}"><strong>${formatShare(shareOf(slots(uptime)))}</strong> of ${name}</span>`,
  )}</p>
</div>`
}

/** Which period the bars show is the reader's choice, kept by the script. */
export function periodChoice(): Html {
  return html`<fieldset class="period" id="period"><legend>Uptime of the last</legend>${PERIODS.map(
    ({ name, key }) =>
      html`<label><input type="radio" name="period" value="${key}"${key === '30d' && html` checked`}>${name}</label>`,
  )}</fieldset>`
}
