import { nodeImmediate, ownTurns } from '../clock.js'
import { runOutside } from '../context/current-process.js'
import { addsMicrotask, beginMicrotask, endMicrotask } from '../context/native-promise.js'
import { checkKnown } from '../errors/known-options.js'

/** Something that can be run for a turn: a process. */
export interface Runnable {
  /** Used by the scheduler that holds the task; a task is in one queue at most. */
  nextTask: Runnable | undefined
  /**
   * Runs until it waits or has used its share. Returns true when code of it continues in a microtask that should
   * come before anyone else's turn.
   */
  turn(): boolean
  /** How much is left of its share; it goes down while its code takes messages in microtasks, 0 once that must wait. */
  readonly left?: number
}

/** Who decides which process runs next. A seeded one in tests, the fair one otherwise. */
export interface Scheduler {
  enqueue(task: Runnable): void
  /** Nothing is ready to run. */
  readonly idle: boolean
  /**
   * Called by the kernel once: what to do each time the queue has run empty, and, if Node has a go while tasks are ready,
   * each time it had one. Time-outs of calls begin then.
   */
  onIdle(callback: () => void): void
  /**
   * Asked by a task now and then in a long turn: whether Node, or others, must have a go first. If so the task is in
   * the queue again. Without this method no turn is interrupted.
   */
  interrupt?(task: Runnable): boolean
  /** How many messages a task may take until it asks `interrupt`: a power of two, default 8. */
  readonly stride?: number
  /**
   * Asked when a task could as well have its turn at once, inside whoever made it ready: whether it would be next anyway,
   * and there is time for it. Without this method every task waits for its turn.
   */
  runsAtOnce?(): boolean
}

const now = Promise.resolve()

/** Cheaper than `queueMicrotask`, which makes a resource of each. */
export function soon(run: () => void): void {
  void now.then(run)
}

/** One turn. A task that throws would keep all others from theirs for ever: its failure is told as nobody's. */
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

/** How often the clock is looked at: at least every so many turns. Reading it costs as much as a turn. */
const MOST_TURNS = 64

/** The same within a turn, in messages: so many, or fewer where messages take long. */
const LONGEST_STRIDE = 32
const SHORTEST_STRIDE = 8

/**
 * First come, first served, for a slice of time; then Node's timers and I/O have their go (`setImmediate`), so two
 * processes in endless ping-pong starve nobody.
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
  /** When a task last asked whether to go on. */
  #askedAt = 0
  /** A task found in its turn that the slice is over. */
  #interrupted = false
  /** The first task of a slice, until another has its turn. */
  #sliceOwner: Runnable | undefined
  #whenIdle: () => void = () => {}
  readonly #slice: number
  readonly #now: () => number
  /** The task whose code goes on in microtasks, and what was left of its share when that was last looked at. */
  #continuing: Runnable | undefined
  #left = 0
  readonly #drain = (): void => {
    beginMicrotask()
    const left = this.#continuing?.left ?? 0
    if (left > 0 && left < this.#left) {
      // A script takes one message a microtask: it has as many in its turn as one that is handed them.
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
   * @param options.slice milliseconds the processes may run before Node has a go; default 2
   * @param options.now the machine's time, not a kernel's: a slice is about real starvation
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
   * A task that has used a whole slice goes to the end of the queue. Another keeps its place, so that the order of
   * short turns does not depend on when a slice happened to end.
   */
  interrupt(task: Runnable): boolean {
    const now = this.#now()
    // So long a stride that, going by the last one, it takes an eighth of a slice at most.
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
    // Then the next turn is the last before Node has a go.
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

  /** Looks at the clock, and decides from how long the last turns took when to look again. */
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
