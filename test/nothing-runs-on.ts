/**
 * For test files that share a program: what one of them leaves running takes the processor from all that come after it, and
 * each of them takes longer, without a failure anywhere.
 */
import { afterAll } from 'vitest'

/** Turns of the event loop in which what ends by itself may end. */
const TURNS = 1_000
/** In a program where it was told: what comes later has no part in it. */
const TOLD = Symbol.for('heartwood.tests.runs-on')

afterAll(async () => {
  if (TOLD in globalThis) return
  for (let turn = 0; turn < TURNS; turn++) {
    await new Promise((resolve) => setImmediate(resolve))
    if (!process.getActiveResourcesInfo().includes('Immediate')) return
  }
  Object.assign(globalThis, { [TOLD]: true })
  throw new Error(
    'something that this file started still runs in each turn of the event loop: end it with its test, as by exit(pid, "kill")',
  )
})
