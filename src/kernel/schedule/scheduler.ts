import { nodeImmediate, ownTurns } from '../clock.js'
import { addsMicrotask, beginMicrotask, endMicrotask, NativePromise } from '../context/native-promise.js'
import { runOutside } from '../context/no-process.js'
import { checkKnown } from '../errors/known-options.js'

/** An object that can run for a turn, such as a process. */
export interface Runnable {
  /** The next task in the queue of the scheduler. A task is in at most one queue. */
  nextTask: Runnable | undefined
  /**
   * Runs until the task waits or has used up its share. Returns true if its code continues in a microtask that should
   * run before any other task.
   */
  turn(): boolean
  /** The rest of its share. It decreases while its code takes messages in microtasks, and is 0 when the task must wait. */
  readonly left?: number
}

/** The interface of schedulers, which decide which process runs next. Tests may use a seeded one; the default is `FairScheduler`. */
export interface Scheduler {
  enqueue(task: Runnable): void
  /** Whether no task is ready to run. */
  readonly idle: boolean
  /**
   * Called once by the kernel with a function to call each time the queue becomes empty, and each time Node's event loop has run while
   * tasks were ready. Time-outs of calls begin then.
   */
  onIdle(callback: () => void): void
  /**
   * Called by a task from time to time during a long turn. Returns true if Node's event loop or another task must run first; the task is
   * then already back in the queue. Without this method no turn is interrupted.
   */
  interrupt?(task: Runnable): boolean
  /** The number of messages that a task may take between two calls of `interrupt`: a power of two, default 8. */
  readonly stride?: number
  /**
   * Whether a new task may run at once, inside the code that made it ready: if it would be next anyway and there is time for it.
   * Without this method every task waits for its turn.
   */
  runsAtOnce?(): boolean
}

const now = NativePromise.resolve()
const { then } = NativePromise.prototype

/**
 * Runs a function in a microtask of its own. It is cheaper than `queueMicrotask`, which makes an async resource.
 *
 * Where a library has put its own `then` in place before (zone.js), which may run a function and what that asks for in the same
 * microtask, V8's `await` is used: that asks for no `then`.
 */
export const soon: (run: () => void) => void = isOfV8(then)
  ? (run) => {
      void then.call(now, run)
    }
  : async (run) => {
      await undefined
      run()
    }

function isOfV8(given: typeof then): boolean {
  return Object.getPrototypeOf(given.call(now, undefined)) === NativePromise.prototype
}

/** Runs a turn of a task. A task that throws would stop the scheduler for ever, so its error is thrown in a microtask instead. */
function turnOf(task: Runnable): boolean {
  try {
    return task.turn()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
    return false
  }
}

/** The most turns between two readings of the clock. A reading costs as much as a short turn. */
const MOST_TURNS = 64

/** The number of messages between two readings of the clock within a turn: fewer if messages take long. */
const LONGEST_STRIDE = 32
const SHORTEST_STRIDE = 8

/**
 * The default scheduler: tasks run in the order of their arrival for a slice of time; then Node's timers and I/O run (`setImmediate`).
 * So two processes in an endless ping-pong block nothing else.
 */
export class FairScheduler implements Scheduler {
  #first: Runnable | undefined
  #last: Runnable | undefined
  #scheduled = false
  #sliceEnd = 0
  #turnsToCheck = 1
  #turnsLeft = 1
  #checkedAt = 0
  stride = SHORTEST_STRIDE
  /** The time of the last call of `interrupt`. */
  #askedAt = 0
  /** Whether a task noticed in its turn that the slice has ended. */
  #interrupted = false
  /** The first task of a slice, until another task runs. */
  #sliceOwner: Runnable | undefined
  #whenIdle: () => void = () => {}
  readonly #slice: number
  readonly #now: () => number
  /** The task whose code continues in microtasks, and the rest of its share at the last check. */
  #continuing: Runnable | undefined
  #left = 0
  readonly #drain = (): void => {
    beginMicrotask()
    const left = this.#continuing?.left ?? 0
    if (left > 0 && left < this.#left) {
      // A script takes one message per microtask. It may take as many in its turn as a reactive process.
      this.#left = left
      soon(this.#drain)
    } else {
      this.#continuing = undefined
      try {
        runOutside(this.#run)
      } finally {
        endMicrotask()
      }
    }
  }
  readonly #run = (): void => this.#runSlice()
  readonly #nextSlice = (): void => {
    ownTurns.pending--
    this.#checkedAt = this.#now()
    this.#sliceEnd = this.#checkedAt + this.#slice
    this.#turnsLeft = this.#turnsToCheck
    this.#interrupted = false
    this.#sliceOwner = this.#first
    if (this.#first !== undefined) this.#whenIdle()
    this.#drain()
  }

  /**
   * @param options.slice milliseconds that processes may run before Node's event loop; default 2
   * @param options.now returns the time of the machine, not of a kernel: a slice limits real blocking
   */
  constructor(options: { slice?: number; now: () => number }) {
    checkKnown('new FairScheduler', options, ['slice', 'now'])
    this.#slice = options.slice ?? 2
    this.#now = options.now
  }

  get idle(): boolean {
    return this.#first === undefined && !this.#scheduled
  }

  onIdle(callback: () => void): void {
    this.#whenIdle = callback
  }

  enqueue(task: Runnable): void {
    this.#append(task)
    if (this.#scheduled) return
    this.#scheduled = true
    addsMicrotask()
    soon(this.#drain)
  }

  /**
   * A task that has used a whole slice goes to the end of the queue. Any other task keeps its place, so that the order of
   * short turns does not depend on the end of a slice.
   */
  interrupt(task: Runnable): boolean {
    const now = this.#now()
    // The stride is long only if it takes at most an eighth of a slice, measured by the last one.
    const long = (now - this.#askedAt) * (LONGEST_STRIDE / this.stride) <= this.#slice / 8
    this.stride = long ? LONGEST_STRIDE : SHORTEST_STRIDE
    this.#askedAt = now
    if (now < this.#sliceEnd) return false
    if (this.#sliceOwner === task) this.#append(task)
    else {
      task.nextTask = this.#first
      this.#first = task
      this.#last ??= task
    }
    if (this.#scheduled) this.#interrupted = true
    else {
      this.#scheduled = true
      this.#setNextSlice()
    }
    return true
  }

  runsAtOnce(): boolean {
    if (this.#first !== undefined || this.#interrupted) return false
    if (--this.#turnsLeft > 0 || !this.#sliceIsOver()) return true
    // The next turn is then the last one before Node's event loop runs.
    this.#turnsLeft = 1
    return false
  }

  #append(task: Runnable): void {
    const last = this.#last
    if (last === undefined) this.#first = task
    else last.nextTask = task
    this.#last = task
  }

  #setNextSlice(): void {
    ownTurns.pending++
    nodeImmediate(this.#nextSlice)
  }

  #runSlice(): void {
    if (this.#interrupted) {
      this.#setNextSlice()
      return
    }
    for (let task = this.#first; task !== undefined; task = this.#first) {
      this.#first = task.nextTask
      if (task.nextTask === undefined) this.#last = undefined
      task.nextTask = undefined
      if (this.#sliceOwner !== task) this.#sliceOwner = undefined
      const continues = turnOf(task)
      if (this.#interrupted || (--this.#turnsLeft <= 0 && this.#sliceIsOver())) {
        this.#setNextSlice()
        return
      }
      if (continues) {
        this.#continuing = task
        this.#left = task.left ?? 0
        soon(this.#drain)
        return
      }
    }
    this.#scheduled = false
    this.#sliceOwner = undefined
    this.#whenIdle()
  }

  /** Reads the clock, and computes from the time of the last turns when to read it again. */
  #sliceIsOver(): boolean {
    const now = this.#now()
    const perTurn = (now - this.#checkedAt) / this.#turnsToCheck
    const fit = Math.floor(this.#slice / 8 / Math.max(perTurn, 1e-6))
    this.#turnsToCheck = Math.max(1, Math.min(MOST_TURNS, this.#turnsToCheck * 2, fit))
    this.#turnsLeft = this.#turnsToCheck
    this.#checkedAt = now
    return now >= this.#sliceEnd
  }
}
