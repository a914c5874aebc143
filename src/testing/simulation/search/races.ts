import type { Accesses, Arrival } from '../../../kernel/index.js'

/** A step of a run, as far as its order matters. */
export interface Step {
  /** Who went on with what; undefined for the kernel's own steps, which stay in their place. */
  readonly key: string | undefined
  readonly number: number
  readonly accesses: Accesses
  /** The numbers of the steps that sent what it took, or that made its process ready. */
  readonly causes: readonly number[]
  /** The keys of the processes that would have taken a message when it was made. */
  readonly receptive: ReadonlySet<string>
}

/** An arrival in a run. */
export interface ArrivalAt extends Arrival {
  /** The place of the step; the number of steps, where it is still on its way. */
  readonly at: number
}

/** Two steps that could have come in the other order. */
export interface Race {
  /** The place of the first. */
  readonly before: number
  /** The steps any of which, taken in place of the first, leads to the other order. */
  readonly initials: readonly string[]
}

/** The races of one run. */
export class Races {
  readonly #steps: readonly Step[]
  /** For each step, those that must come before it. */
  readonly #before: Uint8Array[] = []
  readonly #found: { first: number; second: number }[] = []

  constructor(steps: readonly Step[]) {
    this.#steps = steps
    for (let at = 0; at < steps.length; at++) this.#add(at)
  }

  all(): Race[] {
    return this.#found.map(({ first, second }) => ({
      before: first,
      initials: this.#initials(first, second),
    }))
  }

  /**
   * The race of a message with the last step of its receiver before which it could have come, for the receiver would have
   * taken it then: it may have made steps since in which it took none. Undefined where it is sent after that in any order.
   */
  raceOf({ key, to, sent, at }: ArrivalAt): Race | undefined {
    const sender = this.#steps.findIndex(({ number }) => number === sent)
    const state = `state ${to}`
    for (let first = at - 1; first >= 0; first--) {
      const step = this.#steps[first] as Step
      if (!step.receptive.has(to) || !step.accesses.touches(state) || step.key === undefined) continue
      if (first > sender) return { before: first, initials: [key] }
      if (this.#before[sender]?.[first] === 1) return undefined
      return { before: first, initials: this.#initials(first, sender) }
    }
    return undefined
  }

  #add(second: number): void {
    const step = this.#steps[second] as Step
    const before = new Uint8Array(second)
    this.#before.push(before)
    // From the latest: one that is before another that is before this one is no race of its own.
    for (let first = second - 1; first >= 0; first--) {
      if (before[first] === 1) continue
      const other = this.#steps[first] as Step
      const caused = step.causes.includes(other.number)
      const kernels = step.key === undefined || other.key === undefined
      if (!caused && !kernels && !other.accesses.conflictsWith(step.accesses)) continue
      if (!caused && !kernels) this.#found.push({ first, second })
      before[first] = 1
      const theirs = this.#before[first] as Uint8Array
      for (let at = 0; at < first; at++) if (theirs[at] === 1) before[at] = 1
    }
  }

  /** Of the steps between that need not come after the first, and the second: those that need none of the others. */
  #initials(first: number, second: number): string[] {
    const free: number[] = []
    for (let at = first + 1; at < second; at++) if (this.#before[at]?.[first] !== 1) free.push(at)
    free.push(second)
    const initials = free.filter((at) => !free.some((other) => other < at && this.#before[at]?.[other] === 1))
    return initials.map((at) => this.#steps[at]?.key).filter((key) => key !== undefined)
  }
}
