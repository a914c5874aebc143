import { AsyncLocalStorage } from 'node:async_hooks'
import type { Kernel } from '../kernel.js'
import type { Process } from '../process/process.js'
import { currentProcess } from './current-process.js'
import { runAsNobody } from './no-process.js'

let byDefault: Kernel | undefined
let makeKernel: (() => Kernel) | undefined

/** Sets how the default kernel is made. The file of the kernel calls it when it is loaded, since that file is above this one. */
export function makesDefaultKernel(make: () => Kernel): void {
  makeKernel = make
}

/** Made with the first ground: programs have none and pay nothing for it. */
let grounds: AsyncLocalStorage<Ground> | undefined

/**
 * The kernel of some code outside any process, and of everything that this code starts, instead of the program's default kernel. It stays
 * theirs while the program does something else, for example if a test continues after its time-out.
 */
export class Ground {
  constructor(public kernel: Kernel) {}

  /** Whether the current code belongs to that kernel, as a process or by its ground. */
  static isOf(kernel: Kernel): boolean {
    return (currentProcess<Process>()?.kernel ?? grounds?.getStore()?.kernel) === kernel
  }

  run<T>(fn: () => T): T {
    grounds ??= new AsyncLocalStorage()
    return grounds.run(this, fn)
  }
}

/** Returns the kernel of code outside every process; made at first use. */
export function defaultKernel(): Kernel {
  return grounds?.getStore()?.kernel ?? programKernel()
}

function programKernel(): Kernel {
  byDefault ??= runAsNobody(makeKernel as () => Kernel)
  return byDefault
}

/** Makes `kernel` the default kernel, on which code outside every process acts. Applications do this with their kernel. */
export function setDefaultKernel(kernel: Kernel): void {
  const ground = grounds?.getStore()
  if (ground !== undefined) ground.kernel = kernel
  byDefault = kernel
}

/** Does the same for all code without a ground. Returns the kernel that was the default before. */
export function exchangeDefaultKernel(kernel: Kernel): Kernel {
  const before = programKernel()
  byDefault = kernel
  return before
}

/** The kernel of the current process, or the default one. */
export function currentKernel(): Kernel {
  return currentProcess<Process>()?.kernel ?? defaultKernel()
}

/** Whether `currentKernel` is `kernel`. It makes no kernel: the caller may be about to replace the clocks that a kernel would use. */
export function isCurrentKernel(kernel: Kernel): boolean {
  return (currentProcess<Process>()?.kernel ?? grounds?.getStore()?.kernel ?? byDefault) === kernel
}

/**
 * Returns the acting process: the current process, or the main process outside any. Throws PROCESS_DEAD for left-over code of a dead
 * process.
 */
export function actor(): Process {
  const process = currentProcess<Process>()
  if (process === undefined) return defaultKernel().actor()
  if (!process.alive) throw process.kernel.leftovers.refused(process)
  return process
}
