import { currentProcess } from '../context/current-process.js'
import { quietFence } from '../context/dead-process-error.js'
import type { Process } from '../process/process.js'
import { Exit } from '../terms/exit-reason.js'
import type { Callable, Crossing } from './crossing.js'
import { blame } from './failure-owner.js'
import type { Lent } from './lent-object.js'

/** How many hand-overs a function has to be called in before it counts as one that a thing keeps. */
const RECENT = 64

/** A function that was handed over, as its process knows it. */
export interface Kept {
  /** Some time has passed since it was handed over. */
  age(): void
  /** It does not run any more. */
  forget(): void
}

/**
 * The functions that a process has handed to the things behind one crossing, and what those wait for of them. A thing
 * that keeps the listener of a dead process must keep nothing of that process, so what is kept for long is held here, in
 * a `WeakMap`. An entry costs several microseconds where many are made, so a callback that is soon called, and once,
 * has none.
 */
export class Handings {
  /** By what a thing keeps of a function. */
  functions = new WeakMap<Kept, Callable>()
  /** Options as they were handed in, by the copy that a thing has. */
  originals = new WeakMap<object, object>()
  /** What stands for its objects, by the object; kept at its end, so that what it closes then can take them off again. */
  readonly lents = new WeakMap<object, Lent>()
  /** Why none of them runs any more; the process is dead then. */
  fence: Error | undefined = undefined
  readonly #recent: Kept[] = []
  #next = 0
  readonly #owed = new Set<(error: Error) => void>()

  /** @param process undefined for code of no process, which has no end */
  constructor(
    public process: Process | undefined,
    readonly crossing: Crossing,
  ) {}

  add(kept: Kept): void {
    const oldest = this.#recent[this.#next]
    this.#recent[this.#next] = kept
    this.#next = (this.#next + 1) % RECENT
    oldest?.age()
  }

  /** What a function of the process promised; rejected when the process dies, since a queue would wait for ever. */
  promised(result: Promise<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#owed.add(reject)
      result.then(
        (value) => {
          this.#owed.delete(reject)
          resolve(this.crossing.handed(value))
        },
        (error: unknown) => {
          this.#owed.delete(reject)
          if (error instanceof Exit) this.process?.fail(error)
          if (this.process !== undefined) blame(error, this.process, this.crossing.home)
          reject(error)
        },
      )
    })
  }

  /** The process is dead. */
  drop(process: Process): void {
    const fence = quietFence(process)
    blame(fence, process, this.crossing.home)
    this.fence = fence
    this.process = undefined
    this.originals = new WeakMap()
    this.functions = new WeakMap()
    for (const each of this.#recent.splice(0)) each.forget()
    for (const reject of this.#owed) reject(fence)
    this.#owed.clear()
  }
}

/** Of code that belongs to no process. */
const OUTSIDE = new WeakMap<Crossing, Handings>()

function found(process: Process | undefined, crossing: Crossing): Handings | undefined {
  if (process === undefined) return OUTSIDE.get(crossing)
  return process.handings?.find((each) => each.crossing === crossing)
}

export function handingsOf(process: Process | undefined, crossing: Crossing): Handings {
  const known = found(process, crossing)
  if (known !== undefined) return known
  const made = new Handings(process, crossing)
  if (process === undefined) OUTSIDE.set(crossing, made)
  else {
    process.handings = [...(process.handings ?? []), made]
    if (!process.alive) made.drop(process)
  }
  return made
}

/** What the current process handed in as `copy`. */
export function originalOf(copy: object, crossing: Crossing): object | undefined {
  return found(currentProcess(), crossing)?.originals.get(copy)
}

/** The process is dead: nothing that it handed over runs any more. */
export function dropHandings(process: Process): void {
  for (const each of process.handings ?? []) each.drop(process)
}
