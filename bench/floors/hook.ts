import { promiseHooks } from 'node:v8'
import type { Sample, Work } from '../harness/sample.js'

/** The same while V8 tells a function that does nothing of each promise that is made. */
export function hooked(work: Work): Work {
  return async (size): Promise<Sample> => {
    const stop = promiseHooks.onInit(() => {}) as () => void
    try {
      return await work(size)
    } finally {
      stop()
    }
  }
}
