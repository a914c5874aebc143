import { exit, type Pid } from '../../kernel/index.js'
import type { Aim } from '../target.js'
import { InjectedFault } from './injected.js'
import { Counter, type MessageSelection, selector, type Turns } from './selection.js'

/** Where in the life of a process a fault strikes. */
export type Point = 'init' | 'handler' | 'terminate' | 'shutdown'

/** What happens there: its code throws, it is killed, or it never goes on. */
export type Blow = 'crash' | 'kill' | 'hang'

/** Options of a fault that throws. */
export interface CrashOptions extends Turns {
  /** What is thrown. Default an `InjectedFault`. */
  readonly error?: unknown
}

/** A fault that was installed. */
export interface Fault {
  /** How often it struck so far. */
  readonly struck: number
  /** It strikes no more. */
  remove(): void
}

/** What a fault of a process is made of. */
export interface ProcessFaultOptions extends MessageSelection, CrashOptions {
  readonly point: Point
  readonly blow: Blow
  /** The first init is let pass: it is no restart. */
  readonly restartsOnly?: boolean
}

const WHERE: Readonly<Record<Point, string>> = {
  init: 'the init of',
  handler: 'a handler of',
  terminate: 'the terminate of',
  shutdown: 'the shutdown of',
}

/** A fault at a point in the life of a process and of those that come after it. */
export class ProcessFault {
  readonly point: Point
  readonly #aim: Aim
  readonly #options: ProcessFaultOptions
  readonly #selects: (message: unknown) => boolean
  readonly #counter: Counter
  #letPass: boolean

  constructor(aim: Aim, options: ProcessFaultOptions, action: string) {
    this.point = options.point
    this.#aim = aim
    this.#options = options
    this.#selects = options.point === 'handler' ? selector(options) : () => true
    this.#counter = new Counter(options, action)
    this.#letPass = options.restartsOnly === true && aim.pid === undefined
  }

  get struck(): number {
    return this.#counter.struck
  }

  /** In words, for the trace. */
  get text(): string {
    return `${this.#options.blow} in ${WHERE[this.point].replace(' of', '')}`
  }

  /** Whether it strikes a process that comes to its point. */
  strikes(pid: Pid, message: unknown): boolean {
    if (!this.#aim.hits(pid) || !this.#selects(message)) return false
    if (this.#letPass) {
      this.#letPass = false
      return false
    }
    return this.#counter.hit()
  }

  /** What it throws. */
  error(name: string): unknown {
    return this.#options.error ?? new InjectedFault(`${WHERE[this.point]} ${name}`)
  }

  /** Whether it can strike no more, now that `dead` is. */
  isOver(dead: Pid): boolean {
    return this.#counter.spent || this.#aim.isOnly(dead)
  }

  get blow(): Blow {
    return this.#options.blow
  }
}

/** Kills the current process, so that its code goes no further. */
export function killSelf(pid: Pid): never {
  exit(pid, 'kill')
  throw new InjectedFault('a process that is dead')
}
