import type { FaultEffect, NextStep, Pid, SteppedKernel, Stride } from '../../../kernel/index.js'
import { InjectedFault } from '../../faults/injected-fault.js'
import { Counter, type MessageSelection, selector } from '../../faults/message-selection.js'
import type { Aim } from '../../test-target.js'
import type { WatchedKernel } from '../../watched-kernel.js'

/** In which steps of a process a fault can strike. */
export type FaultPoint = 'start' | 'restart' | 'handler' | 'message'

/** What a fault of a simulation is made of. */
export interface SimulatedFaultOptions extends MessageSelection {
  readonly point: FaultPoint
  /** What happens, to the process of that name. */
  readonly effect: (name: string) => FaultEffect
  /** In words, such as `crashInHandler of account`. */
  readonly text: string
  /** Whose message it is; default anybody's. */
  readonly from?: Aim | undefined
  /** Whose step it is, or to whom the message goes; default anybody's. */
  readonly to: Aim | undefined
}

/** A stepped kernel as its faults know it. */
export type FaultyKernel = SteppedKernel &
  WatchedKernel & {
    /** The process of a key, dead or alive. */
    pidOf(key: string): Pid | undefined
    /** Looks at processes without a step that depends on it. */
    unnoticed<T>(look: () => T): T
  }

/** Something that may go wrong in a run, where the schedule says. */
export class SimulatedFault {
  readonly text: string
  readonly #kernel: FaultyKernel
  readonly #options: SimulatedFaultOptions
  readonly #selects: (message: unknown) => boolean
  readonly #counter: Counter
  isRemoved = false

  constructor(
    kernel: FaultyKernel,
    /** As which of the run it was installed, from 1. */
    readonly number: number,
    options: SimulatedFaultOptions,
  ) {
    this.#kernel = kernel
    this.#options = options
    this.text = options.text
    this.#selects = selector(options)
    this.#counter = new Counter({ ...options, nth: 1 })
  }

  get struck(): number {
    return this.#counter.struck
  }

  /** The place where it strikes in any schedule; undefined where the schedule decides. */
  get nth(): number | undefined {
    return this.#options.nth
  }

  /** How many of the steps that it is about were made. */
  get seen(): number {
    return this.#counter.seen
  }

  /** Whether it could strike in this step. */
  fits(stride: Stride): boolean {
    const { point, from, to } = this.#options
    if (this.isRemoved) return false
    if (this.#counter.spent || !isAt(point, stride)) return false
    const { pid } = stride.actor
    if (to !== undefined && !to.hits(pid)) return false
    if (point === 'restart' && !this.#kernel.incarnations.comesAgain(pid)) return false
    if (stride.does !== 'take')
      return point !== 'message' && this.#options.handler === undefined && !this.#isPicky
    if (from !== undefined && !this.#isFrom(from, stride.from)) return false
    return this.#selects(stride.message)
  }

  /** A step that it fits is made; true when it is the one in which it strikes in any schedule. */
  passes(stride: Stride): boolean {
    this.#counter.sees(this.#instance(stride))
    return this.#options.nth === this.#counter.seen
  }

  /** It strikes. */
  effect(stride: Stride): FaultEffect {
    this.#counter.strikes(this.#instance(stride))
    return this.#options.effect(this.#kernel.trace.nameOf(stride.actor.pid))
  }

  /** It is about certain messages alone. */
  get #isPicky(): boolean {
    return this.#options.message !== undefined
  }

  #instance({ actor: { pid } }: Stride): object {
    return this.#kernel.incarnations.instanceOf(pid)
  }

  #isFrom(from: Aim, key: string): boolean {
    // The program itself has no name but that.
    if (String(from) === key) return true
    const pid = this.#kernel.pidOf(key)
    return pid !== undefined && from.hits(pid)
  }
}

function isAt(point: FaultPoint, { does }: Stride): boolean {
  if (point === 'start' || point === 'restart') return does === 'start'
  return point === 'message' ? does === 'take' : does !== 'start'
}

/** A step as one of the choices: what would come next, and something goes wrong in it; or something goes wrong beside all steps. */
export class FaultStep implements NextStep {
  constructor(
    readonly base: NextStep | undefined,
    readonly fault: { readonly number: number; readonly text: string },
    /** As which of the steps that this fault could strike in now, from 0. */
    readonly place: number,
    readonly strike: () => void,
    /** Whom it is about. */
    readonly pid?: Pid,
  ) {}

  get key(): string {
    return `${this.base?.key ?? ''}!${this.fault.number}`
  }

  get from(): string | undefined {
    return this.base?.from
  }
}

/** What is thrown where nothing else is given. */
export function injected(error: unknown, where: string): unknown {
  return error ?? new InjectedFault(where)
}
