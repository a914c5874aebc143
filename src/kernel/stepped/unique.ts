import { randomUUID } from 'node:crypto'
import type { Kernel } from '../kernel.js'
import { SteppedKernel } from './stepped-kernel.js'

/** Returns a unique text; in a simulation it is the same in each run. */
export function uniqueText(kernel: Kernel): string {
  return kernel instanceof SteppedKernel ? kernel.uniqueText() : randomUUID().slice(0, 13)
}
