import type { CheckResult } from './check.js'

/** How a target stands: `slow` is up, but beyond its threshold. */
export type TargetState = 'up' | 'slow' | 'down' | 'pending'

/** A target went from one state to another. */
export interface Change {
  readonly target: string
  readonly from: TargetState
  readonly to: TargetState
  readonly at: number
  readonly reason?: string
  /** It has changed so often lately that this is not worth an alert of its own. */
  readonly flapping?: true
}

/** A target began to change all the time, or stopped doing so. */
export interface Flapping {
  readonly target: string
  readonly flapping: boolean
  readonly state: TargetState
  readonly at: number
}

/** What one more check has changed. */
export interface Judgement {
  readonly change?: Change
  readonly flapping?: Flapping
}

/** From when on a target counts as slow, and how many checks in a row have to agree. */
export interface Rules {
  /** Milliseconds; absent: never slow. */
  readonly slow?: number | undefined
  /** So many checks in a row have to find another state before it counts. */
  readonly confirm: number
}

/** The checks that flapping is judged by. */
const WINDOW = 20
/** So many changes among them are flapping, and it lasts until there are no more than so few. */
const FLAPPING_FROM = 6
const STEADY_UNTIL = 2

/**
 * Where one target stands, judged check by check: a pure function of the results it was given.
 *
 * A state that only one check in a row has seen may be made not to count (`confirm`); a target that changes all the time
 * is said to be flapping, once, and its single changes are marked.
 */
export class Verdict {
  state: TargetState = 'pending'
  /** The time of the check that found it so first. */
  since = 0
  reason: string | undefined
  flapping = false
  #rival: TargetState | undefined
  #rivalSince = 0
  #agreeing = 0
  #seen: TargetState = 'pending'
  /** One bit a check: did it see another state than the check before? The latest is the lowest. */
  #changes = 0

  constructor(
    readonly target: string,
    readonly rules: Rules,
  ) {}

  judge(result: CheckResult): Judgement {
    const seen = this.#stateSeen(result)
    const flapping = this.#turn(seen, result.at)
    const change = this.#settle(seen, result)
    return { ...(change && { change }), ...(flapping && { flapping }) }
  }

  #stateSeen({ up, latency }: CheckResult): TargetState {
    if (!up) return 'down'
    return this.rules.slow !== undefined && latency > this.rules.slow ? 'slow' : 'up'
  }

  #turn(seen: TargetState, at: number): Flapping | undefined {
    const changed = this.#seen !== 'pending' && seen !== this.#seen
    this.#seen = seen
    this.#changes = ((this.#changes << 1) | (changed ? 1 : 0)) & ((1 << WINDOW) - 1)
    const count = bits(this.#changes)
    const flapping = this.flapping ? count > STEADY_UNTIL : count >= FLAPPING_FROM
    if (flapping === this.flapping) return undefined
    this.flapping = flapping
    return { target: this.target, flapping, state: seen, at }
  }

  #settle(seen: TargetState, { at, reason, latency }: CheckResult): Change | undefined {
    const why = seen === 'slow' ? `took ${Math.round(latency)} ms` : reason
    if (seen === this.state) {
      this.#rival = undefined
      this.reason = why
      return undefined
    }
    if (seen !== this.#rival) {
      this.#rival = seen
      this.#rivalSince = at
      this.#agreeing = 0
    }
    this.#agreeing += 1
    if (this.state !== 'pending' && this.#agreeing < this.rules.confirm) return undefined
    const from = this.state
    this.state = seen
    this.since = this.#rivalSince
    this.reason = why
    this.#rival = undefined
    return {
      target: this.target,
      from,
      to: seen,
      at: this.since,
      ...(why !== undefined && { reason: why }),
      ...(this.flapping && { flapping: true }),
    }
  }
}

function bits(value: number): number {
  let count = 0
  for (let rest = value; rest !== 0; rest &= rest - 1) count += 1
  return count
}
