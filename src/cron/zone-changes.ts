/** When the clocks of a time zone are changed, and what that does to a schedule. */
import { CronTimes } from './cron-times.js'

const DAY = 86_400_000
/** Days that are looked at before an instant. */
const MOST_DAYS = 40
/** Instants in an hour that is left out or repeated. */
const MOST_INSTANTS = 3_600

/** The clocks of a zone are changed. */
export interface ZoneChange {
  readonly at: number
  /** `'gap'`: an hour is left out; `'overlap'`: one comes twice. */
  readonly kind: 'gap' | 'overlap'
  /** How many instants of the expression fall into that hour. */
  readonly instants: number
  /** How many of them come when the hour is there for the second time. */
  readonly repeated: number
}

const FORMATS = new Map<string, Intl.DateTimeFormat>()

/** Milliseconds by which the clocks of a zone are ahead of UTC. */
export function offsetAt(zone: string, at: number): number {
  const format = FORMATS.get(zone) ?? formatOf(zone)
  const part: Record<string, number> = {}
  for (const { type, value } of format.formatToParts(at)) part[type] = Number(value)
  const { year = 0, month = 1, day, hour, minute, second } = part
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const number = 'numeric'
  const format = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
    timeZone: zone,
    hourCycle: 'h23',
    year: number,
    month: number,
    day: number,
    hour: number,
    minute: number,
    second: number,
  })
  FORMATS.set(zone, format)
  return format
}

/** The changes after one instant and up to another that concern the expression; of a long time, those of the last days. */
export function zoneChanges(times: CronTimes, after: number, until: number): ZoneChange[] {
  const { zone, expression } = times
  const changes: ZoneChange[] = []
  let from = Math.max(after, until - MOST_DAYS * DAY)
  let before = offsetAt(zone, from)
  while (from < until) {
    const to = Math.min(until, from + DAY)
    const now = offsetAt(zone, to)
    if (now !== before) {
      const change = changeAt(times, new CronTimes(expression, 'UTC'), changed(zone, from, to), before, now)
      if (change.instants > 0) changes.push(change)
    }
    from = to
    before = now
  }
  return changes
}

function changeAt(times: CronTimes, naive: CronTimes, at: number, before: number, now: number): ZoneChange {
  const count = (some: CronTimes, from: number, to: number): number =>
    some.between(from - 1, to - 1, MOST_INSTANTS).instants.length
  if (now > before) return { at, kind: 'gap', instants: count(naive, at + before, at + now), repeated: 0 }
  const instants = count(naive, at + now, at + before)
  return { at, kind: 'overlap', instants, repeated: count(times, at, at + before - now) }
}

/** The first instant with another offset than at `from`. */
function changed(zone: string, from: number, to: number): number {
  const before = offsetAt(zone, from)
  let [low, high] = [from, to]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(zone, middle) === before) low = middle
    else high = middle
  }
  return high
}
