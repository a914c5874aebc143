import { context } from '../context/async-scope.js'
import { currentProcess } from '../context/current-process.js'
import type { Kernel } from '../kernel.js'
import type { Pid } from '../terms/pid.js'
import type { Process } from './process.js'

const libraries = new WeakSet<Pid>()

/** Whether that process stands for a library. */
export function isLibrary(pid: Pid): boolean {
  return libraries.has(pid)
}

/** The kernel of the process that runs now, alive or dead; undefined outside any, and in one that stands for a library itself. */
export function kernelOfUser(): Kernel | undefined {
  const process = currentProcess()
  return process === undefined || process.body.failed !== undefined ? undefined : process.kernel
}

type Method<T> = (this: unknown, ...args: unknown[]) => T

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
    return this.#current().enter(fn, undefined)
  }

  /** Calls a method of the library as this process, with what stores hold where it is called: the program calls it by itself. */
  runHere<T>(method: Method<T>, self: unknown, args: readonly unknown[]): T {
    return context.run(this.#current(), Reflect.apply<unknown, readonly unknown[], T>, method, self, args)
  }

  #current(): Process {
    return this.#process?.alive === true ? this.#process : this.#make()
  }

  #make(): Process {
    this.#process = this.kernel.createOutside({ internal: true, failed: this.failed }, this.label)
    libraries.add(this.#process.pid)
    return this.#process
  }
}
