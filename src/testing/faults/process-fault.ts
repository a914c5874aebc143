import { exit, type Pid } from '../../kernel/index.js'
import type { Incarnations } from '../test-kernel/restart-history.js'
import type { Aim } from '../test-target.js'
import { InjectedFault } from './injected-fault.js'
import {
  Counter,
  type InstanceTurns,
  type MessageSelection,
  selector,
  whyUnstruck,
} from './message-selection.js'

/** Where in the life of a process a fault strikes. */
export type Point = 'init' | 'handler' | 'terminate' | 'shutdown'

/** What happens there: its code throws, it is killed, or it never goes on. */
export type FaultEffect = 'crash' | 'kill' | 'hang'

/** Options of a fault that throws. */
export interface CrashOptions extends InstanceTurns {
  /** What is thrown. Default an `InjectedFault`. */
  readonly error?: unknown
}

/** Where a fault of a process strikes, and how. */
export interface Strike {
  readonly point: Point
  readonly effect: FaultEffect
  /** Only the inits of restarts count. */
  readonly restartsOnly?: boolean
}

/** What a fault of a process is made of. */
export interface ProcessFaultOptions extends MessageSelection, CrashOptions, Strike {
  /** Told when it strikes. */
  readonly onStrike?: (pid: Pid) => void
}

const WHERE: Readonly<Record<Point, string>> = {
  init: 'the init of',
  handler: 'a handler of',
  terminate: 'the terminate of',
  shutdown: 'the shutdown of',
}

const NEVER: Readonly<Record<Point, string>> = {
  init: 'it was not started after that',
  handler: 'no message for that came',
  terminate: 'its terminate never ran',
  shutdown: 'it was not told to stop',
}

/** A fault at a point in the life of a process and of those that come after it. */
export class ProcessFault {
  readonly point: Point
  readonly #aim: Aim
  readonly #options: ProcessFaultOptions
  readonly #incarnations: Incarnations
  readonly #selects: (message: unknown) => boolean
  readonly counter: Counter

  constructor(aim: Aim, incarnations: Incarnations, options: ProcessFaultOptions) {
    this.point = options.point
    this.#aim = aim
    this.#incarnations = incarnations
    this.#options = options
    this.#selects = options.point === 'handler' ? selector(options) : () => true
    this.counter = new Counter(options)
  }

  /** In words, for the trace. */
  get text(): string {
    return `${this.#options.effect} in ${WHERE[this.point].replace(' of', '')}`
  }

  /** Counts a process that comes to its point, if it is about that; true when it is to strike. */
  isDue(pid: Pid, message: unknown): boolean {
    if (!this.#aim.hits(pid) || !this.#selects(message)) return false
    if (this.#options.restartsOnly === true && !this.#incarnations.isRestart(pid)) return false
    return this.counter.sees(this.#incarnations.instanceOf(pid))
  }

  /** It strikes. */
  strike(pid: Pid): void {
    this.counter.strikes(this.#incarnations.instanceOf(pid))
    this.#options.onStrike?.(pid)
  }

  /** What it throws. */
  error(name: string): unknown {
    return this.#options.error ?? new InjectedFault(`${WHERE[this.point]} ${name}`)
  }

  /** Whether it can strike no more, now that `dead` is. */
  isOver(dead: Pid): boolean {
    return this.counter.spent || this.#aim.isOnly(dead)
  }

  /** Why it did not strike, in words. */
  get why(): string {
    if (!this.#aim.known) return 'there never was such a process'
    return `${this.#options.restartsOnly === true ? 'it never restarted' : whyUnstruck(this.counter, this.#options, NEVER[this.point])}`
  }

  get effect(): FaultEffect {
    return this.#options.effect
  }
}

/** Kills the current process, so that its code goes no further. */
export function killSelf(pid: Pid): never {
  exit(pid, 'kill')
  throw new InjectedFault('a process that is dead')
}
