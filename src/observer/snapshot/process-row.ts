import { type Pid, type ProcessSummary, processSummary } from '../../kernel/index.js'
import type { Measures } from './handler-times.js'
import { namesOf, type Who } from './process-identity.js'
import { behaviourName, type ProcessType, typeOf } from './process-type.js'

/** A process in the list. */
export interface Row extends Who {
  readonly behaviour: string
  readonly type: ProcessType
  readonly status: ProcessSummary['status']
  readonly queue: number
  /** Messages handled, modulo 2³². */
  readonly handled: number
  /** Messages a second; null at the first look. */
  readonly rate: number | null
  /** Percent of one core that its handlers take, up to their first `await`; null at the first look, and of a script. */
  readonly time: number | null
  readonly links: number
  readonly owned: number
  readonly parent: string | null
}

/** A row of the list; undefined for a dead process. */
export function rowOf(pid: Pid, { rates, times }: Measures): Row | undefined {
  const seen = processSummary(pid)
  if (seen === undefined) return undefined
  const { status, queueLength, handled, links, owned, parent } = seen
  const type = typeOf(pid)
  return {
    pid: String(pid),
    ...namesOf(seen),
    behaviour: behaviourName(pid),
    type,
    status,
    queue: queueLength,
    handled,
    rate: rates.of(pid, handled),
    time: type === 'script' ? null : times.of(pid),
    links,
    owned,
    parent: parent === undefined ? null : String(parent),
  }
}
