import type { Alert } from './alerts/alert.js'
import type { CheckResult } from './checks/check.js'
import type { Note } from './journal.js'
import { type TargetStatus, toStatus } from './target-status.js'
import type { Change, Standing } from './verdict.js'

/** How a target stands that another Pulse checks, and which one. */
export interface StatusElsewhere {
  /** Undefined where that is not known. */
  readonly status: TargetStatus | undefined
  /** The name of its node; undefined while nobody is known to check the target. */
  readonly node: string | undefined
}

/** Who tells it checks the target; it has nothing to say of it yet where there is no status. */
export type StatusNews = readonly [target: string, status: TargetStatus | undefined]

/** What one Pulse tells the others. */
export interface News {
  readonly node: string
  readonly statuses: readonly StatusNews[]
  readonly results: readonly CheckResult[]
  /** What all are to know. */
  readonly notes: readonly Note[]
  readonly changes: readonly Change[]
  readonly alerts: readonly Alert[]
}

/** So many changes and alerts of others are remembered. */
const REMEMBERED = 50

/**
 * What is known of the targets that other Pulses check, for the pages. Nothing is decided by it: it may be old for as long as it takes until the next check.
 * It outlives the workers that need it.
 */
export class Elsewhere {
  readonly #statuses = new Map<string, StatusElsewhere>()
  #changes: readonly Change[] = []
  #alerts: readonly Alert[] = []

  /** What the store knew when this Pulse started. */
  begin(notes: readonly Note[]): void {
    const of = <Kind>(prefix: string): Kind[] =>
      notes
        .filter(({ key, value, target }) => key.startsWith(prefix) && value !== null && target !== '')
        .map(({ value }) => value as Kind)
    for (const standing of of<Standing>('verdict/')) this.put(standing.target, toStatus(standing), undefined)
    this.#changes = latest([...this.#changes, ...of<Change>('change/')], keyOf)
    this.#alerts = latest([...this.#alerts, ...of<Alert>('alert/')], ({ id }) => id)
  }

  put(target: string, status: TargetStatus | undefined, node: string | undefined): void {
    this.#statuses.set(target, { status: status ?? this.#statuses.get(target)?.status, node })
  }

  hear({ node, statuses, changes, alerts }: News): void {
    for (const [target, status] of statuses) this.put(target, status, node)
    if (changes.length > 0) this.#changes = latest([...this.#changes, ...changes], keyOf)
    if (alerts.length > 0) this.#alerts = latest([...this.#alerts, ...alerts], ({ id }) => id)
  }

  /** A node is gone, or cannot be reached: who checks its targets is not known. */
  lose(node: string): void {
    for (const [target, known] of this.#statuses) {
      if (known.node === node) this.put(target, known.status, undefined)
    }
  }

  of(target: string): StatusElsewhere | undefined {
    return this.#statuses.get(target)
  }

  /** Those of others and these together, newest first. */
  changes(own: readonly Change[]): readonly Change[] {
    return this.#changes.length === 0 ? own : latest([...own, ...this.#changes], keyOf)
  }

  alerts(own: readonly Alert[]): readonly Alert[] {
    return this.#alerts.length === 0 ? own : latest([...own, ...this.#alerts], ({ id }) => id)
  }
}

const keyOf = ({ target, at, to }: Change): string => `${target}/${at}/${to}`

/** Each once, newest first, and no more than are remembered. */
function latest<Item extends { readonly at: number }>(
  items: readonly Item[],
  idOf: (item: Item) => string,
): readonly Item[] {
  const byId = new Map(items.map((item) => [idOf(item), item]))
  return [...byId.values()].sort((one, other) => other.at - one.at).slice(0, REMEMBERED)
}
