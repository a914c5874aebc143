import * as Effect from 'effect/Effect'
import { began, cost, type Sample } from '../../harness/sample.js'
import { adder } from './calls.js'

export function work(size: number): Promise<Sample> {
  return Effect.runPromise(
    Effect.gen(function* () {
      const add = yield* adder
      const start = began()
      for (let i = 0; i < size; i++) yield* add(1)
      const spent = cost(start, size)
      return { counted: yield* add(0), ...spent }
    }),
  )
}
