import type { CheckResult } from './checks/check.js'

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

/** Where a target stands: all that was concluded from its checks. */
export interface Standing {
  readonly target: string
  readonly state: TargetState
  /** The time of the check that found it so first. */
  readonly since: number
  readonly reason?: string
  /** Whether it changes all the time. */
  readonly flapping: boolean
  /** How often it has changed, or begun or ceased to flap: tells one standing from another, also in another run. */
  readonly turn: number
  /** What the next checks are judged by. */
  readonly changes: number
  /** The time of the check that it is as of; one that was kept by an older Pulse has none. */
  readonly at?: number
}

/** What one more check has changed. */
export interface Judgement {
  readonly standing: Standing
  /** Whether it is worth keeping: another state than before, or flapping has begun or ended. */
  readonly turned: boolean
  readonly change?: Change
}

/** From when on a target counts as slow, how many checks in a row have to agree, and how often there is one. */
export interface Rules {
  /** Milliseconds; absent: never slow. */
  readonly slow?: number | undefined
  /** So many checks in a row have to find another state before it counts. */
  readonly confirm: number
  /** Milliseconds from one check to the next. */
  readonly interval?: number
}

/** The checks that flapping is judged by. */
const WINDOW = 20
/** So many changes among them are flapping, and it lasts until there are no more than so few. */
const FLAPPING_FROM = 6
const STEADY_UNTIL = 2

/**
 * Where one target stands, judged check by check: a pure function of the results it was given, and of the standing that
 * an earlier one has come to.
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
  #turn = 0
  #standing: Standing | undefined
  #rival: TargetState | undefined
  #rivalSince = 0
  #agreeing = 0
  #seen: TargetState = 'pending'
  /** One bit a check: did it see another state than the check before? The latest is the lowest. */
  #changes = 0
  /** What was kept is as of then. Checks that changed nothing are kept by nobody. */
  #keptAt: number | undefined

  constructor(
    readonly target: string,
    public rules: Rules,
    kept?: Standing,
  ) {
    if (kept === undefined) return
    this.state = kept.state
    this.#seen = kept.state
    this.since = kept.since
    this.reason = kept.reason
    this.flapping = kept.flapping
    this.#turn = kept.turn
    this.#changes = kept.changes
    this.#keptAt = kept.at ?? kept.since
  }

  judge(result: CheckResult): Judgement {
    const seen = this.#stateSeen(result)
    this.#passQuietChecks(result.at)
    const flapped = this.#look(seen)
    const change = this.#settle(seen, result)
    const turned = flapped || change !== undefined
    if (turned) this.#turn += 1
    return { standing: this.#stand(turned, result.at), turned, ...(change && { change }) }
  }

  /** Made anew only when it is another. */
  #stand(turned: boolean, at: number): Standing {
    const { target, state, since, reason, flapping } = this
    if (turned || this.#standing === undefined || this.#standing.reason !== reason) {
      const told = { target, state, since, flapping, turn: this.#turn, changes: this.#changes, at }
      this.#standing = { ...told, ...(reason !== undefined && { reason }) }
    }
    return this.#standing
  }

  #stateSeen({ up, latency }: CheckResult): TargetState {
    if (!up) return 'down'
    return this.rules.slow !== undefined && latency > this.rules.slow ? 'slow' : 'up'
  }

  /** Between what was kept and now: by the time that has passed, for neither those checks nor a stop are on record. */
  #passQuietChecks(at: number): void {
    if (this.#keptAt === undefined) return
    const passed = (at - this.#keptAt) / (this.rules.interval ?? Number.POSITIVE_INFINITY)
    const quiet = Math.min(WINDOW, Math.max(0, Math.round(passed) - 1))
    this.#changes = (this.#changes << quiet) & ((1 << WINDOW) - 1)
    this.#keptAt = undefined
  }

  /** Whether flapping has begun or ended. */
  #look(seen: TargetState): boolean {
    const changed = this.#seen !== 'pending' && seen !== this.#seen
    this.#seen = seen
    this.#changes = ((this.#changes << 1) | (changed ? 1 : 0)) & ((1 << WINDOW) - 1)
    const count = bits(this.#changes)
    const flapping = this.flapping ? count > STEADY_UNTIL : count >= FLAPPING_FROM
    if (flapping === this.flapping) return false
    this.flapping = flapping
    return true
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
