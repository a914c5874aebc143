import { AsyncLocalStorage } from 'node:async_hooks'
import type { Pid } from '../../src/kernel/index.js'
import { type World, world } from '../kernel/world.js'

/** A process that waits, and lets a test run code as it, synchronously. */
export interface Owner {
  readonly pid: Pid
  run<T>(code: () => T): T
}

/** Runs a test among processes of a fresh world, and waits until all has settled. The test itself runs as no process. */
export function amongProcesses(
  body: (owners: { a: Owner; b: Owner; world: World }) => unknown,
): () => Promise<void> {
  return async () => {
    const made = world()
    const owner = (): Owner => {
      let run: Owner['run'] = (code) => code()
      const pid = made.kernel.spawn(() => {
        run = AsyncLocalStorage.snapshot()
        return new Promise(() => {})
      })
      return { pid, run: (code) => run(code) }
    }
    const [a, b] = [owner(), owner()]
    await made.kernel.settled()
    await body({ a, b, world: made })
    await made.kernel.settled()
  }
}
