/**
 * The hook into Node for uncaught failures. Heartwood gets them first, without a listener: a listener would be visible to the program
 * and would change how Node behaves.
 *
 * Node calls `process.emit` and acts on its result, which is true if there was a listener:
 *
 * | failure | events, one right after the other |
 * | --- | --- |
 * | an exception | `uncaughtExceptionMonitor`, `uncaughtException` |
 * | a rejection, by default | `unhandledRejection`; without listeners, the two of an exception |
 * | a rejection, `--unhandled-rejections=strict` | the two of an exception, then `unhandledRejection` |
 * | a rejection, the other modes | `unhandledRejection` |
 *
 * So `process.emit` is replaced. For a contained failure it returns true. For any other it passes the event on, and Node behaves as
 * without Heartwood: it prints the source line, exits, or calls the program's own handlers.
 */
import { isError, leaveFrame, read } from '../../kernel/index.js'

type Emit = (event: string | symbol, ...args: unknown[]) => boolean

/** A handler for failures. Each copy of Heartwood in a program has one. */
export interface Catcher {
  /** Contains a failure of one of its processes. Returns false for any other failure. */
  contains(error: unknown, promise?: unknown): boolean
  /** Called once for a failure that nobody contains, before Node gets it. */
  passedOn(failure: PassedOn): void
  /** Called when the program exits. */
  exits(code: number): void
}

/** A failure that is passed on to Node. */
export interface PassedOn {
  readonly error: unknown
  readonly what: 'uncaught exception' | 'unhandled rejection'
  /** Whether Node ends the program, unless the program has a handler. False if Node only warns or ignores it. */
  readonly fatal: boolean
}

/** The failure of the last event, kept while further events of the same failure may come. */
interface Judged {
  readonly event: string
  readonly error: unknown
  readonly contained: boolean
  told: boolean
}

/** The key of the shared list of catchers: otherwise each copy of Heartwood would pass on the failures of the other. */
const CATCHERS = Symbol.for('heartwood.catchers')

/** Adds a catcher for all failures, permanently: left-over code may fail as long as the program runs. */
export function addCatcher(catcher: Catcher): void {
  const program = process as { [CATCHERS]?: Catcher[] }
  const { [CATCHERS]: known } = program
  if (known !== undefined) {
    known.push(catcher)
    return
  }
  const catchers = [catcher]
  Object.defineProperty(program, CATCHERS, { value: catchers })
  const uncaught = new Uncaught(catchers)
  interceptEmit((event, args, pass) => uncaught.answer(event, args, pass))
  uncaught.interceptCaptures()
}

const expected = new WeakSet<object>()
let expects = false

/** Contains an error that nobody may catch, of a program that ends already, for another cause and with another exit code. */
export function expectUncaught(error: object): void {
  expected.add(error)
  if (expects) return
  expects = true
  const contains = (failure: unknown): boolean => isError(failure) && expected.has(failure)
  addCatcher({ contains, passedOn() {}, exits() {} })
}

/**
 * Contains a rejection that a library with its own promises reports, since Node does not.
 *
 * @returns whether it was contained. If not, it is logged, and the library handles it
 */
export function containsRejection(error: unknown, promise: unknown): boolean {
  const { [CATCHERS]: catchers = [] } = process as { [CATCHERS]?: Catcher[] }
  if (catchers.some((each) => each.contains(error, promise))) return true
  for (const each of catchers) each.passedOn({ error, what: 'unhandled rejection', fatal: false })
  return false
}

class Uncaught {
  #judged: Judged | undefined
  /** Whether the program has set a capture callback through our wrapper. */
  #captures = false

  constructor(private readonly catchers: readonly Catcher[]) {}

  /** The result of `process.emit` for an event. */
  answer(event: string | symbol, args: readonly unknown[], pass: () => boolean): boolean {
    const [error, detail] = args
    switch (event) {
      case 'unhandledRejection':
        return this.#rejected(error, detail) || pass()
      case 'uncaughtExceptionMonitor':
        return this.#thrown(error, detail === 'unhandledRejection') || pass()
      case 'uncaughtException':
        return this.#left(error, detail === 'unhandledRejection') || pass()
      case 'exit':
        for (const each of this.catchers) each.exits(Number(error))
    }
    return pass()
  }

  /**
   * Wraps the functions that set capture callbacks: such a callback gets exceptions instead of all listeners. A callback that is set from
   * now on is called only for failures that are not contained. One that was set before gets everything, as without Heartwood; so does a
   * domain with its own handler.
   */
  interceptCaptures(): void {
    const { setUncaughtExceptionCaptureCallback: set } = process
    process.setUncaughtExceptionCaptureCallback = (capture) => {
      const first = (error: Error): void => {
        if (!this.#left(error)) capture?.(error)
      }
      set(typeof capture === 'function' ? first : capture)
      this.#captures = typeof capture === 'function'
    }
    const program = process as typeof process & { addUncaughtExceptionCaptureCallback?: AddCapture }
    const { addUncaughtExceptionCaptureCallback: add } = program
    if (add === undefined) return
    // Node calls the callback that was added last first.
    add((error) => this.#left(error))
    program.addUncaughtExceptionCaptureCallback = (capture) =>
      add(typeof capture === 'function' ? (error) => this.#left(error) || capture(error) : capture)
  }

  #rejected(reason: unknown, promise: unknown): boolean {
    const before = this.#goesOn('uncaughtException', reason)
    const contained = before?.contained ?? this.#contains(reason, promise)
    if (contained) return true
    const judged = this.#judge('unhandledRejection', reason, contained, before?.told)
    if (process.listenerCount('unhandledRejection') > 0) this.#tell(judged, 'unhandled rejection', true)
    return false
  }

  #thrown(error: unknown, fromPromise: boolean): boolean {
    if (process.hasUncaughtExceptionCaptureCallback() && !this.#captures) return false
    // A rejection that Node turned into an exception, or that a handler of the program has thrown again.
    const before = this.#goesOn('unhandledRejection', error)
    const contained = before === undefined && this.#contains(error)
    const judged = this.#judge('uncaughtExceptionMonitor', error, contained, before?.told)
    if (!contained) {
      const failure = before ?? judged
      this.#tell(failure, fromPromise ? 'unhandled rejection' : 'uncaught exception', true)
      judged.told = true
    }
    return contained
  }

  /** Whether an exception was contained at its first event. Without a first event, the program emitted it itself. */
  #answered(error: unknown, fromPromise: boolean): boolean {
    const before = this.#goesOn('uncaughtExceptionMonitor', error)
    if (before === undefined) return false
    if (fromPromise) this.#judge('uncaughtException', error, before.contained, before.told)
    return before.contained
  }

  /** The same; also leaves the async context of the failed code. */
  #left(error: unknown, fromPromise = false): boolean {
    if (!this.#answered(error, fromPromise)) return false
    leaveFrame()
    return true
  }

  #contains(error: unknown, promise?: unknown): boolean {
    return this.catchers.some((each) => each.contains(error, promise))
  }

  #judge(event: string, error: unknown, contained: boolean, told = false): Judged {
    const judged: Judged = { event, error, contained, told }
    this.#judged = judged
    // Node emits all events of one failure before other code runs.
    process.nextTick(() => {
      if (event === 'unhandledRejection') this.#tell(judged, 'unhandled rejection', false)
      if (this.#judged === judged) this.#judged = undefined
    })
    return judged
  }

  /** The failure, if the last event was this one and about the same error. */
  #goesOn(event: string, error: unknown): Judged | undefined {
    const judged = this.#judged
    return judged?.event === event && isSame(judged.error, error) ? judged : undefined
  }

  #tell(judged: Judged, what: PassedOn['what'], fatal: boolean): void {
    if (judged.told) return
    judged.told = true
    for (const each of this.catchers) each.passedOn({ error: judged.error, what, fatal })
  }
}

type AddCapture = (capture: (error: unknown) => unknown) => void

/** Compares two errors. A reason that is no error is wrapped by Node when it turns the rejection into an exception. */
function isSame(one: unknown, other: unknown): boolean {
  return Object.is(one, other) || isWrapped(one) || isWrapped(other)
}

function isWrapped(error: unknown): boolean {
  return isError(error) && read(error, 'code') === 'ERR_UNHANDLED_REJECTION'
}

/**
 * Replaces `process.emit` so that `answer` decides its result, also if other code replaces it before or after. Many libraries replace it
 * for a while and then restore the old function: `signal-exit` in most command-line tools, profilers, tracers. So it becomes an
 * accessor: a function that is written is called after ours, and a read returns ours.
 */
function interceptEmit(
  answer: (event: string | symbol, args: readonly unknown[], pass: () => boolean) => boolean,
): void {
  const own = Object.getOwnPropertyDescriptor(process, 'emit')?.value as Emit | undefined
  const ours = new WeakSet<Emit>()
  let newest: Emit
  const before = (next: Emit | undefined): Emit => {
    function emit(this: unknown, event: string | symbol, ...args: unknown[]): boolean {
      // Looked up at each call, since `node:domain` replaces it when it is loaded.
      const pass = (): boolean =>
        Reflect.apply(next ?? (Object.getPrototypeOf(process).emit as Emit), this, [event, ...args])
      // An older function of ours is called by a library that saved it; then the newest has decided already.
      return newest === emit && this === process ? answer(event, args, pass) : pass()
    }
    ours.add(emit)
    return emit
  }
  newest = before(own)
  Object.defineProperty(process, 'emit', {
    configurable: true,
    enumerable: own !== undefined,
    get: () => newest,
    set(next: Emit) {
      newest = ours.has(next) ? next : before(next)
    },
  })
}
