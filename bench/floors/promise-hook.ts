import { promiseHooks } from 'node:v8'
import type { Sample } from '../harness/sample.js'
import { work as withoutHook } from './promise.js'

/** The same while V8 tells a function that does nothing of each promise that is made. */
export async function work(size: number): Promise<Sample> {
  const stop = promiseHooks.onInit(() => {}) as () => void
  try {
    return await withoutHook(size)
  } finally {
    stop()
  }
}
