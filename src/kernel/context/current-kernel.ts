import { AsyncLocalStorage } from 'node:async_hooks'
import type { Kernel } from '../kernel.js'
import type { Process } from '../process/process.js'
import { currentProcess } from './current-process.js'
import { runAsNobody } from './no-process.js'

let byDefault: Kernel | undefined
let makeKernel: (() => Kernel) | undefined

/** Says how the default kernel is made. The kernel's own file calls it when it is loaded: it is above this one. */
export function makesDefaultKernel(make: () => Kernel): void {
  makeKernel = make
}

/** Made when there is a first ground: programs have none, and pay for none. */
let grounds: AsyncLocalStorage<Ground> | undefined

/**
 * The kernel that some code outside any process stands on, with all that it starts, in place of the program's default one. It
 * stays theirs when they go on while the program has come to something else, as a test does that has timed out.
 */
export class Ground {
  constructor(public kernel: Kernel) {}

  /** Whether the code that runs now is a process of that kernel, or stands on it: any other is somebody else's, or nobody's. */
  static isOf(kernel: Kernel): boolean {
    return (currentProcess()?.kernel ?? grounds?.getStore()?.kernel) === kernel
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

/** Makes `kernel` the default one, on which code outside every process acts, as an application does with its own. */
export function setDefaultKernel(kernel: Kernel): void {
  const ground = grounds?.getStore()
  if (ground !== undefined) ground.kernel = kernel
  byDefault = kernel
}

/** The same for all code without a ground, in place of what is returned. */
export function exchangeDefaultKernel(kernel: Kernel): Kernel {
  const before = programKernel()
  byDefault = kernel
  return before
}

/** The kernel of the current process, or the default one. */
export function currentKernel(): Kernel {
  return currentProcess()?.kernel ?? defaultKernel()
}

/** Whether `currentKernel` is `kernel`. Makes none: whoever asks may stand in for the clocks that a kernel is made with. */
export function isCurrentKernel(kernel: Kernel): boolean {
  return (currentProcess()?.kernel ?? grounds?.getStore()?.kernel ?? byDefault) === kernel
}

/** The process that acts. Throws PROCESS_DEAD for left-over code of a dead one. */
export function actor(): Process {
  const process = currentProcess()
  if (process === undefined) return defaultKernel().actor()
  if (!process.alive) throw process.kernel.leftovers.refused(process)
  return process
}
