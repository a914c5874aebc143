/** Which messages a fault is about. */
import {
  definitionOf,
  isCast,
  isServerClass,
  MethodCall,
  SystemRequest,
  tableOf,
} from '../../genserver/index.js'
import { CallRequest, matcherOf, type Pattern } from '../../kernel/index.js'
import { testingError } from '../errors.js'

/** Which of the messages that fit, and how many of them. */
export interface Turns {
  /** The first that is hit: 1, the default, is the next. */
  readonly nth?: number
  /** How many are hit in all. Default 1. */
  readonly times?: number
}

/** Which messages are meant; default: all. */
export interface MessageSelection extends Turns {
  /** The method of the class form, or `'handleCall'`, `'handleCast'`, `'handleInfo'`. */
  readonly handler?: string
  /** A pattern as of `receive`, for the request of a call or cast, or the message. */
  readonly message?: Pattern
}

const CALLBACKS = ['handleCall', 'handleCast', 'handleInfo']

/**
 * Refuses a handler that a class does not have: such a fault would never strike, and nobody would notice. What a name or a
 * pid stands for may come later, and a state machine has its handlers in its states.
 *
 * @throws TEST_OPTION_INVALID
 */
export function checkHandler(target: unknown, handler: string | undefined, action: string): void {
  const table = isServerClass(target) ? definitionOf(target) : tableOf(target)
  if (handler === undefined || table === undefined || table.engine !== undefined) return
  const known = [...table.calls, ...table.casts, ...CALLBACKS]
  if (known.includes(handler)) return
  const expected = `one of the calls and casts of ${table.Class.name} or a callback: ${known.join(', ')}`
  throw testingError('TEST_OPTION_INVALID', { action, option: 'handler', value: handler, expected })
}

/** Tells whether a message fits. */
export function selector({ handler, message }: MessageSelection): (message: unknown) => boolean {
  const matches = message === undefined ? undefined : matcherOf(message)
  return (sent) => {
    const content = contentOf(sent)
    // Orders to the engine are none of the messages that a program knows of.
    if (content instanceof SystemRequest) return false
    if (handler !== undefined && handler !== kindOf(sent) && handler !== methodOf(content)) return false
    return matches === undefined || matches(content)
  }
}

/** Counts what fits, and says which of it is hit. */
export class Counter {
  struck = 0
  #seen = 0
  readonly #nth: number
  readonly #times: number

  /** @throws TEST_OPTION_INVALID */
  constructor({ nth = 1, times = 1 }: Turns, action: string) {
    for (const [option, value] of [
      ['nth', nth],
      ['times', times],
    ] as const) {
      if (
        (Number.isInteger(value) && value >= 1) ||
        (option === 'times' && value === Number.POSITIVE_INFINITY)
      )
        continue
      throw testingError('TEST_OPTION_INVALID', { action, option, value, expected: 'a whole number from 1' })
    }
    this.#nth = nth
    this.#times = times
  }

  get spent(): boolean {
    return this.struck >= this.#times
  }

  /** Another one fits; true when it is hit. */
  hit(): boolean {
    this.#seen++
    if (this.#seen < this.#nth || this.struck >= this.#times) return false
    this.struck++
    return true
  }
}

function contentOf(message: unknown): unknown {
  if (message instanceof CallRequest) return message.payload
  return isCast(message) ? message.request : message
}

function kindOf(message: unknown): string {
  if (message instanceof CallRequest) return 'handleCall'
  return isCast(message) ? 'handleCast' : 'handleInfo'
}

function methodOf(content: unknown): string | undefined {
  return content instanceof MethodCall ? content.method : undefined
}
