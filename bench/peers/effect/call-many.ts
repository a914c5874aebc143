import * as Effect from 'effect/Effect'
import { began, cost, type Sample } from '../../harness/sample.js'
import { adder } from './calls.js'

const CALLERS = 1_000

export function work(size: number): Promise<Sample> {
  const callers = Math.min(CALLERS, size)
  return Effect.runPromise(
    Effect.gen(function* () {
      const add = yield* adder
      const caller = Effect.gen(function* () {
        for (let left = Math.floor(size / callers); left > 0; left--) yield* add(1)
      })
      const start = began()
      yield* Effect.all(
        Array.from({ length: callers }, () => caller),
        { concurrency: 'unbounded', discard: true },
      )
      const spent = cost(start, size)
      return { counted: yield* add(0), ...spent }
    }),
  )
}
