import * as Effect from 'effect/Effect'
import { began, perOperation, type Sample } from '../../harness/sample.js'

/** `forEach` with eight fibers at a time. */
export function work(size: number): Promise<Sample> {
  const numbers = Array.from({ length: size }, (_, at) => at)
  return Effect.runPromise(
    Effect.gen(function* () {
      const start = began()
      const results = yield* Effect.forEach(numbers, (n) => Effect.sync(() => n + 1), { concurrency: 8 })
      return perOperation(start, results.length)
    }),
  )
}
