import type { SimulationEvent } from './simulation-trace.js'

/** What the runs of a search reached. Each count is a number of runs. */
export interface Coverage {
  /** The steps: a process took a message, started, continued, got an exit signal: `Account takes call deposit`. Arguments are left out. */
  readonly steps: ReadonlyMap<string, number>
  /** The places where waiting code continued, as `file:line`, as far as they are known. */
  readonly places: ReadonlyMap<string, number>
  /** The processes that crashed or were killed, and the reasons, including faults of the program itself. */
  readonly faults: ReadonlyMap<string, number>
}

/** Counts what runs come to. */
export class CoverageCount implements Coverage {
  readonly steps = new Map<string, number>()
  readonly places = new Map<string, number>()
  readonly faults = new Map<string, number>()

  add(events: readonly SimulationEvent[]): void {
    const [steps, places, faults] = [new Set<string>(), new Set<string>(), new Set<string>()]
    for (const event of events) {
      const step = stepOf(event)
      if (step !== undefined) steps.add(step)
      const place: unknown = 'place' in event ? event.place : undefined
      if (typeof place === 'string') places.add(place)
      if (event.kind === 'exit' && !ORDERLY.test(event.what)) {
        faults.add(`${plain(event.from)}: ${event.what}`)
      }
    }
    for (const step of steps) count(this.steps, step)
    for (const place of places) count(this.places, place)
    for (const fault of faults) count(this.faults, fault)
  }
}

const ORDERLY = /^(normal|shutdown|shutdown: .*)$/

function stepOf({ kind, from, to, what }: SimulationEvent): string | undefined {
  const who = plain(to)
  if (kind === 'start') return `${who} starts`
  if (kind === 'take') return `${who} takes ${what.replace(/\(.*/, '')}`
  if (kind === 'resume')
    return from === to ? `${who} goes on` : `${who} goes on with an answer of ${plain(from)}`
  if (kind === 'signal') return `${who} is sent the exit signal ${what}`
  return undefined
}

/** Without its number among those of the same label. */
function plain(title: string): string {
  return title.replace(/#\d+$/, '')
}

function count(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1)
}
