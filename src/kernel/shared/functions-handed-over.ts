import { currentProcess, type ProcessInContext } from '../context/current-process.js'
import { quietFence } from '../context/dead-process-error.js'
import { Exit } from '../terms/exit-reason.js'
import type { Callable, Crossing, SharingProcess } from './crossing.js'
import { blame } from './failure-owner.js'

/** The number of further passed functions after which a function counts as one that the thing keeps. */
const RECENT = 64

/** A process that passes functions to things. */
interface HandingProcess extends SharingProcess {
  handings: readonly Handings[] | undefined
}

/** A function that was passed to a thing, as its process knows it. */
export interface Kept {
  /** Called when some time has passed since it was passed on. */
  age(): void
  /** Called when it must not run any more. */
  forget(): void
}

/**
 * The functions that a process has passed to the things behind one crossing, and their results for which the things wait. A thing that
 * keeps the listener of a dead process must not keep anything of that process in memory, so functions that are kept for long are stored
 * here, in a `WeakMap`. An entry costs several microseconds where many are made, so a callback that is soon called, and once, has none.
 */
export class Handings {
  /** The functions, by the object that the thing keeps. */
  functions = new WeakMap<Kept, Callable>()
  /** The original options, by the copy that the thing has. */
  originals = new WeakMap<object, object>()
  /** The stand-ins of its objects, by the object. They are kept at the end of the process, so that what it closes then can remove them. */
  readonly lents = new WeakMap<object, object>()
  /** The error for each of them when the process is dead. */
  fence: Error | undefined = undefined
  readonly #recent: Kept[] = []
  #next = 0
  readonly #owed = new Set<(error: Error) => void>()

  /** @param process undefined for code outside any process, which has no end */
  constructor(
    public process: HandingProcess | undefined,
    readonly crossing: Crossing,
  ) {}

  add(kept: Kept): void {
    const oldest = this.#recent[this.#next]
    this.#recent[this.#next] = kept
    this.#next = (this.#next + 1) % RECENT
    oldest?.age()
  }

  /**
   * Returns a promise for the result of a function. It is rejected when the process dies, since, for example, a queue would wait without
   * end.
   */
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

  /** Called when the process is dead. */
  drop(process: HandingProcess): void {
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

/** The functions of code outside any process. */
const OUTSIDE = new WeakMap<Crossing, Handings>()

function found(process: HandingProcess | undefined, crossing: Crossing): Handings | undefined {
  if (process === undefined) return OUTSIDE.get(crossing)
  return process.handings?.find((each) => each.crossing === crossing)
}

export function handingsOf(process: HandingProcess | undefined, crossing: Crossing): Handings {
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

/** Returns the object that the current process passed in as `copy`. */
export function originalOf(copy: object, crossing: Crossing): object | undefined {
  return found(currentProcess<HandingProcess & ProcessInContext>(), crossing)?.originals.get(copy)
}

/** Called when a process is dead: nothing that it passed on runs any more. */
export function dropHandings(process: HandingProcess): void {
  for (const each of process.handings ?? []) each.drop(process)
}
