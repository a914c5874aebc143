import { context } from '../context/async-scope.js'
import { currentProcess } from '../context/current-process.js'
import type { Kernel } from '../kernel.js'
import type { Pid } from '../terms/pid.js'
import type { Process } from './process.js'

const libraries = new WeakSet<Pid>()

/** Whether a process represents a library. */
export function isLibrary(pid: Pid): boolean {
  return libraries.has(pid)
}

/** The kernel of the current process, alive or dead; `undefined` outside any process and in one that represents a library. */
export function kernelOfUser(): Kernel | undefined {
  const process = currentProcess<Process>()
  return process === undefined || process.body.failed !== undefined ? undefined : process.kernel
}

type Method<T> = (this: unknown, ...args: unknown[]) => T

/**
 * A process that represents a library. The timers and promises that the library begins during a call belong to this process and not to
 * the caller: their failures are reported, and crash nothing. It is in no tree. If it is ended, the next call makes another one.
 */
export class LibraryProcess {
  #process: Process | undefined

  /** @param failed called with each failure, which is not reported otherwise */
  constructor(
    private readonly kernel: Kernel,
    private readonly label: string,
    private readonly failed: (thrown: unknown) => void,
  ) {}

  /** Calls `fn` as this process, with the AsyncLocalStorage stores of the application and not those of the caller. */
  run<T>(fn: () => T): T {
    return this.#current().enter(fn, undefined)
  }

  /** Calls a method of the library as this process, with the stores of the caller: for methods that the program itself calls. */
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
