import * as Deferred from 'effect/Deferred'
import * as Effect from 'effect/Effect'
import * as Queue from 'effect/Queue'
import { began, cost, type Sample } from '../../harness/sample.js'

/** Two fibers, each with a queue. */
export function work(size: number): Promise<Sample> {
  return Effect.runPromise(
    Effect.gen(function* () {
      const one = yield* Queue.unbounded<number>()
      const other = yield* Queue.unbounded<number>()
      const done = yield* Deferred.make<void>()
      let counted = 0
      const player = (mine: typeof one, theirs: typeof one) =>
        Effect.gen(function* () {
          for (;;) {
            const left = yield* Queue.take(mine)
            if (left === 0) {
              yield* Deferred.succeed(done, undefined)
              continue
            }
            counted++
            yield* Queue.offer(theirs, left - 1)
          }
        })
      yield* Effect.forkChild(player(one, other))
      yield* Effect.forkChild(player(other, one))
      const start = began()
      yield* Queue.offer(one, size)
      yield* Deferred.await(done)
      return { counted, ...cost(start, size) }
    }),
  )
}
