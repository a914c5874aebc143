/**
 * Where Node tells of what no code caught, and how Heartwood hears of it first without a listener that others could see,
 * count or be kept quiet by.
 *
 * Node asks `process.emit`, and acts on whether somebody listened:
 *
 * | failure | events, one right after the other |
 * | --- | --- |
 * | an exception | `uncaughtExceptionMonitor`, `uncaughtException` |
 * | a rejection, by default | `unhandledRejection`; where nobody listens, the two of an exception |
 * | a rejection, `--unhandled-rejections=strict` | the two of an exception, then `unhandledRejection` |
 * | a rejection, the other modes | `unhandledRejection` |
 *
 * So `process.emit` answers these events itself where the failure is contained. Where it is not, it passes them on, and Node
 * and everybody else do as without Heartwood: print the source line, exit, call the program's own handlers.
 */
import { isError, leaveFrame, read } from '../../kernel/index.js'

type Emit = (event: string | symbol, ...args: unknown[]) => boolean

/** Who is asked about a failure, and told of it. Each copy of Heartwood in a program is one. */
export interface Catcher {
  /** Deals with a failure that is one of its own; false for any other. */
  contains(error: unknown, promise?: unknown): boolean
  /** Told once of a failure that is nobody's, before Node and others hear of it. */
  passedOn(failure: PassedOn): void
  /** The program exits. */
  exits(code: number): void
}

/** A failure that Node deals with. */
export interface PassedOn {
  readonly error: unknown
  readonly what: 'uncaught exception' | 'unhandled rejection'
  /** The program ends, unless a handler of its own has it go on; false where Node only warns, or not even that. */
  readonly fatal: boolean
}

/** What Node has just told of, as long as more of the same failure may come. */
interface Judged {
  readonly event: string
  readonly error: unknown
  readonly contained: boolean
  told: boolean
}

/** Two copies of Heartwood would each take the other's failures for nobody's. */
const CATCHERS = Symbol.for('heartwood.catchers')

/** Has `catcher` asked about every failure from now on: code that outlives its process may fail as long as the program runs. */
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

/**
 * Asks about a rejection of which Node is not told, since a library looks after its promises itself.
 *
 * @returns whether it is contained; where not it is the library's business, and in the log
 */
export function containsRejection(error: unknown, promise: unknown): boolean {
  const { [CATCHERS]: catchers = [] } = process as { [CATCHERS]?: Catcher[] }
  if (catchers.some((each) => each.contains(error, promise))) return true
  for (const each of catchers) each.passedOn({ error, what: 'unhandled rejection', fatal: false })
  return false
}

class Uncaught {
  #judged: Judged | undefined
  /** The program's own capture callback is in place, and asks here first. */
  #captures = false

  constructor(private readonly catchers: readonly Catcher[]) {}

  /** What `process.emit` returns: whether somebody listened. */
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
   * A capture callback has an exception in place of all listeners. One that is set from now on asks here first. One that was
   * set before has everything, as it would without Heartwood; so has a domain with a handler of its own.
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
    // The one that was added last is asked first.
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
    // Made an exception of by Node, or thrown again by a handler of the program's own.
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

  /** Whether an exception that Node goes on with has been contained. Without a verdict it was emitted by hand. */
  #answered(error: unknown, fromPromise: boolean): boolean {
    const before = this.#goesOn('uncaughtExceptionMonitor', error)
    if (before === undefined) return false
    if (fromPromise) this.#judge('uncaughtException', error, before.contained, before.told)
    return before.contained
  }

  /** The same; what comes after it is no longer the doing of who threw. */
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
    // All that Node tells of one failure it tells before anything else runs.
    process.nextTick(() => {
      if (event === 'unhandledRejection') this.#tell(judged, 'unhandled rejection', false)
      if (this.#judged === judged) this.#judged = undefined
    })
    return judged
  }

  /** What was judged of the same failure, when its last event was this one. */
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

/** A reason that is no error Node wraps in one of its own, where it makes an exception of the rejection. */
function isSame(one: unknown, other: unknown): boolean {
  return Object.is(one, other) || isWrapped(one) || isWrapped(other)
}

function isWrapped(error: unknown): boolean {
  return isError(error) && read(error, 'code') === 'ERR_UNHANDLED_REJECTION'
}

/**
 * Has `answer` decide what `process.emit` returns, whoever replaces that function before or after. Many libraries do for a
 * while, and put back what they found: `signal-exit` in most command-line tools, profilers, tracers. So what is written to
 * the property is what comes after us, and what is read from it is us.
 */
function interceptEmit(
  answer: (event: string | symbol, args: readonly unknown[], pass: () => boolean) => boolean,
): void {
  const own = Object.getOwnPropertyDescriptor(process, 'emit')?.value as Emit | undefined
  const ours = new WeakSet<Emit>()
  let newest: Emit
  const before = (next: Emit | undefined): Emit => {
    function emit(this: unknown, event: string | symbol, ...args: unknown[]): boolean {
      // Looked up each time: `node:domain` replaces it when it is loaded.
      const pass = (): boolean =>
        Reflect.apply(next ?? (Object.getPrototypeOf(process).emit as Emit), this, [event, ...args])
      // An older one is what a library found and calls: the newest has decided.
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
