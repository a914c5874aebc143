import { z } from 'zod'
import { onlyKeysOf } from './known-keys.js'

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
const WEEKLY = /^(sun|mon|tue|wed|thu|fri|sat) ([01]\d|2[0-3]):([0-5]\d)$/i
const MINUTE = 60_000
const WEEK = 7 * 24 * 60 * MINUTE

const TARGETS = 'a list of names of targets, or "all"'
const MOMENT = 'a moment with its offset, such as 2027-01-31T22:00:00Z'
const WEEKLY_TEXT = 'a weekday and a time in UTC, such as "sun 02:00"'
const REASON = 'text of 1 to 200 characters that says what for'
const MINUTES = 'a whole number of minutes from 1 to 10080'

const moment = z.iso.datetime({ offset: true, error: MOMENT }).optional()

const shape = {
  targets: z.union([z.literal('all'), z.array(z.string(TARGETS)).min(1, TARGETS)], TARGETS).default('all'),
  reason: z.string(REASON).min(1, REASON).max(200, REASON).default('maintenance'),
  from: moment,
  to: moment,
  weekly: z.string(WEEKLY_TEXT).regex(WEEKLY, WEEKLY_TEXT).optional(),
  minutes: z.int(MINUTES).min(1, MINUTES).max(10_080, MINUTES).optional(),
}

/** A time in which what goes wrong is expected, and no alert is sent: once (`from`, `to`), or every week. */
export const maintenanceSchema = z.strictObject(shape, onlyKeysOf(shape)).superRefine((window, context) => {
  const missing = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message })
  const once = window.from !== undefined || window.to !== undefined
  const weekly = window.weekly !== undefined || window.minutes !== undefined
  if (once === weekly) return missing('from', `${MOMENT}, with "to"; or else "weekly" and "minutes"`)
  if (weekly && window.weekly === undefined) return missing('weekly', WEEKLY_TEXT)
  if (weekly && window.minutes === undefined) return missing('minutes', MINUTES)
  if (once && window.from === undefined) return missing('from', MOMENT)
  if (once && window.to === undefined) return missing('to', MOMENT)
  if (once && Date.parse(window.from ?? '') >= Date.parse(window.to ?? '')) {
    return missing('to', 'a moment after "from"')
  }
})

export type Maintenance = z.output<typeof maintenanceSchema>

/** The window that a target is in, if any. */
export function maintenanceOf(
  windows: readonly Maintenance[],
  target: string,
  at: number,
): Maintenance | undefined {
  return windows.find(
    (window) => (window.targets === 'all' || window.targets.includes(target)) && isOpen(window, at),
  )
}

function isOpen({ from, to, weekly, minutes }: Maintenance, at: number): boolean {
  if (from !== undefined && to !== undefined) return Date.parse(from) <= at && at < Date.parse(to)
  const [, day = '', hour, minute] = WEEKLY.exec(weekly ?? '') ?? []
  const weekday = WEEKDAYS.indexOf(day.toLowerCase() as (typeof WEEKDAYS)[number])
  const start = ((weekday * 24 + Number(hour)) * 60 + Number(minute)) * MINUTE
  // The first of January 1970 was a Thursday.
  const inWeek = (at + 4 * 24 * 60 * MINUTE) % WEEK
  return (inWeek - start + WEEK) % WEEK < (minutes ?? 0) * MINUTE
}
