import { currentProcess, runAsNobody } from './context.js'
import type { Kernel } from './kernel.js'
import type { Process } from './process.js'

let byDefault: Kernel | undefined
let makeKernel: (() => Kernel) | undefined

/** Says how the default kernel is made. The kernel's own file calls it when it is loaded: it is above this one. */
export function makesDefaultKernel(make: () => Kernel): void {
  makeKernel = make
}

/** The kernel of code outside any process; made at first use. */
export function defaultKernel(): Kernel {
  byDefault ??= runAsNobody(makeKernel as () => Kernel)
  return byDefault
}

/** Makes `kernel` the one that code outside any process acts on, as an application does with its own. */
export function setDefaultKernel(kernel: Kernel): void {
  byDefault = kernel
}

/** The kernel of the current process, or the default one. */
export function currentKernel(): Kernel {
  return currentProcess()?.kernel ?? defaultKernel()
}

/** The process that acts. Throws PROCESS_DEAD for left-over code of a dead one. */
export function actor(): Process {
  const process = currentProcess()
  if (process === undefined) return defaultKernel().actor()
  if (!process.alive) throw process.kernel.leftovers.refused(process)
  return process
}
