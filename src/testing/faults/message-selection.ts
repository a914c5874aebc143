/** Which messages a fault is about. */
import {
  askable,
  Continuation,
  definitionOf,
  isCast,
  isServerClass,
  MethodCall,
  SystemRequest,
  tableOf,
} from '../../genserver/index.js'
import { CallRequest, matcherOf, type Pattern, read } from '../../kernel/index.js'
import { demand } from './fault-options.js'

/** Which of the matching messages are hit. */
export interface Turns {
  /** The first message that is hit. Default 1, the next one. */
  readonly nth?: number
  /** The number of messages that are hit. Default 1. */
  readonly times?: number
  /** Whether the test passes if the fault does not strike. Default false: the test fails at its end. */
  readonly allowUnstruck?: boolean
}

/** The same, for a process or for a class with several instances. */
export interface InstanceTurns extends Turns {
  /**
   * Whether each instance is counted separately, including its later instances: with `nth: 2` the second message of
   * each, and `times` of each. Default false: all are counted together.
   */
  readonly perInstance?: boolean
}

/** Selects messages. Default: all. */
export interface MessageSelection extends InstanceTurns {
  /** The method of the class form, or `'handleCall'`, `'handleCast'`, `'handleInfo'`, `'handleContinue'`. */
  readonly handler?: string
  /** A pattern, as in `receive`, for the request of a call or cast, or for the message. */
  readonly message?: Pattern
}

/** The options that say which messages. */
export const SELECTION = ['handler', 'message']

const CALLBACKS = ['handleCall', 'handleCast', 'handleInfo']

/** No message leads there: a callback of the server's own asked for it. */
export const CONTINUE = 'handleContinue'

/**
 * Refuses a handler that a class does not have: such a fault would never strike, and nobody would notice. What a name or a
 * pid stands for may come later, and a state machine has its handlers in its states.
 *
 * @throws TEST_OPTION_INVALID
 */
export function checkHandler(
  target: unknown,
  handler: string | undefined,
  action: string,
  others: readonly string[] = [],
): void {
  const table = isServerClass(target) ? definitionOf(target) : tableOf(target)
  if (handler === undefined || table === undefined || table.engine !== undefined) return
  const optional = others.filter((name) => typeof read(table.Class.prototype, name) === 'function')
  const known = [...table.calls, ...table.casts, ...CALLBACKS, ...optional]
  const expected = `one of the calls and casts of ${table.Class.name} or a callback: ${known.join(', ')}`
  demand(known.includes(handler), action, 'handler', handler, expected)
}

/** Tells whether a message fits. */
export function selector({ handler, message }: MessageSelection): (message: unknown) => boolean {
  const matches = message === undefined ? undefined : matcherOf(message)
  return (given) => {
    const sent = askable(given)
    const content = contentOf(sent)
    // Orders to the engine are none of the messages that a program knows of.
    if (SystemRequest.is(content)) return false
    // Nobody sent a continuation.
    if (sent instanceof Continuation && handler !== CONTINUE) return false
    if (handler !== undefined && handler !== kindOf(sent) && handler !== methodOf(content)) return false
    return matches === undefined || matches(content)
  }
}

/** What came of one instance, or of all together. */
interface Tally {
  seen: number
  struck: number
}

/** Counts what fits, and says which of it is hit. */
export class Counter {
  /** Of all instances together. */
  readonly #all: Tally = { seen: 0, struck: 0 }
  readonly #apart: WeakMap<object, Tally> | undefined
  readonly nth: number
  readonly #times: number

  constructor({ nth = 1, times = 1, perInstance = false }: InstanceTurns) {
    this.nth = nth
    this.#times = times
    this.#apart = perInstance ? new WeakMap() : undefined
  }

  get struck(): number {
    return this.#all.struck
  }

  /** How many fitted, hit or not. */
  get seen(): number {
    return this.#all.seen
  }

  get spent(): boolean {
    return this.#apart === undefined && this.#all.struck >= this.#times
  }

  /** Another one fits; true when it is to be hit. */
  sees(instance: object): boolean {
    const tally = this.#of(instance)
    tally.seen++
    if (tally !== this.#all) this.#all.seen++
    return tally.seen >= this.nth && tally.struck < this.#times
  }

  /** It is hit. */
  strikes(instance: object): void {
    const tally = this.#of(instance)
    tally.struck++
    if (tally !== this.#all) this.#all.struck++
  }

  #of(instance: object): Tally {
    if (this.#apart === undefined) return this.#all
    const tally = this.#apart.get(instance) ?? { seen: 0, struck: 0 }
    this.#apart.set(instance, tally)
    return tally
  }
}

/** Why a fault that counted never struck, in words. @param nothing what to say when nothing fitted */
export function whyUnstruck({ seen, nth }: Counter, { handler }: MessageSelection, nothing: string): string {
  if (seen > 0) return `it waits for the ${nth}. that fits, and ${seen} came`
  return handler === undefined ? nothing : `${nothing} to ${handler}`
}

/**
 * The first fault that is to strike what comes; each of them has counted it, so that none takes for the first what only the
 * others left over.
 */
export function firstDue<F>(faults: readonly F[], isDue: (fault: F) => boolean): F | undefined {
  return faults.filter(isDue)[0]
}

function contentOf(message: unknown): unknown {
  if (message instanceof Continuation) return message.value
  if (CallRequest.is(message)) return message.payload
  return isCast(message) ? message.request : message
}

function kindOf(message: unknown): string {
  if (message instanceof Continuation) return CONTINUE
  if (CallRequest.is(message)) return 'handleCall'
  return isCast(message) ? 'handleCast' : 'handleInfo'
}

function methodOf(content: unknown): string | undefined {
  return MethodCall.is(content) ? content.method : undefined
}
