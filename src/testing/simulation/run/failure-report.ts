/** What is said of a run that failed. */
import { HeartwoodError, printed } from '../../../kernel/index.js'
import type { RunOptions } from '../options.js'
import { scheduleText } from '../search/schedule.js'
import type { Run } from './run.js'
import { mermaidPicture, textPicture } from './sequence-picture.js'
import { type SimulationEvent, wordsOf } from './simulation-trace.js'

/** How much of a run is drawn in an error; `details.picture` and `details.trace` have all of it. */
const DRAWN = 60

/** @param found how it was found, line by line */
export function failureReport(run: Run, options: RunOptions, found: readonly string[]): string {
  const events = run.trace?.events ?? []
  const lines = [
    `a schedule makes the program fail: ${reasonText(run.failure?.error)}`,
    ...found,
    ...departures(run, events),
    `replay: simulate(${replayOptions(run, options)}, program)`,
    '',
    textPicture(events, DRAWN),
    mermaidPicture(events, DRAWN),
  ]
  return lines.join('\n')
}

export function reasonText(error: unknown): string {
  if (HeartwoodError.is(error)) return `${error.code}: ${error.message}`
  return printed(error)
}

function replayOptions(run: Run, options: RunOptions): string {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  const rest = given.map(([name, value]) => `, ${name}: ${JSON.stringify(value)?.replaceAll('"', "'")}`)
  return `{ schedule: '${scheduleText(run)}'${rest.join('')} }`
}

/** Where the schedule leaves the default order, and what happens there. */
function departures({ deviations }: Run, events: readonly SimulationEvent[]): string[] {
  if (deviations.length === 0)
    return ['it is the default order, in which what has been possible for longest comes first']
  const told = deviations.slice(0, 12).map(({ step, fault }) => {
    const first = events.find(
      (event) => event.step === step && (fault !== undefined) === (event.kind === 'fault'),
    )
    const where = first?.place === undefined ? '' : `, at ${first.place}`
    return `  step ${step}: ${first === undefined ? 'another goes first' : wordsOf(first)}${where}`
  })
  const more = deviations.length - told.length
  const places = deviations.length === 1 ? '1 place' : `${deviations.length} places`
  return [
    `it leaves the default order, in which what has been possible for longest comes first, in ${places}:`,
    ...told,
    ...(more > 0 ? [`  and ${more} more`] : []),
  ]
}
