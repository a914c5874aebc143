import type { Kernel } from '../kernel.js'
import type { Pid } from '../terms/pid.js'
import type { Process } from './process.js'

const libraries = new WeakSet<Pid>()

/** Whether that process stands for a library. */
export function isLibrary(pid: Pid): boolean {
  return libraries.has(pid)
}

/**
 * Stands for a library whose code runs inside whoever happens to call it. The timers and promises that the library leaves behind
 * belong to this process: a failure of theirs is told, and ends nobody. It is in no tree; if somebody ends it, the next call makes
 * it anew.
 */
export class LibraryProcess {
  #process: Process | undefined

  /** @param failed is told of each failure; nobody else is */
  constructor(
    private readonly kernel: Kernel,
    private readonly label: string,
    private readonly failed: (thrown: unknown) => void,
  ) {}

  /** Calls `fn` as this process, with what the stores of the application hold: those of its caller are none of the library's. */
  run<T>(fn: () => T): T {
    const process = this.#process?.alive === true ? this.#process : this.#make()
    return process.enter(fn, undefined)
  }

  #make(): Process {
    this.#process = this.kernel.createOutside({ internal: true, failed: this.failed }, this.label)
    libraries.add(this.#process.pid)
    return this.#process
  }
}
