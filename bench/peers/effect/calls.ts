import * as Deferred from 'effect/Deferred'
import * as Effect from 'effect/Effect'
import * as Queue from 'effect/Queue'

/** A fiber that adds; a request carries the deferred that is answered. The time-out is that of `call`. */
export const adder = Effect.gen(function* () {
  const queue = yield* Queue.unbounded<{ by: number; answer: Deferred.Deferred<number> }>()
  yield* Effect.forkChild(
    Effect.gen(function* () {
      let value = 0
      for (;;) {
        const { by, answer } = yield* Queue.take(queue)
        value += by
        yield* Deferred.succeed(answer, value)
      }
    }),
  )
  return (by: number) =>
    Effect.gen(function* () {
      const answer = yield* Deferred.make<number>()
      yield* Queue.offer(queue, { by, answer })
      return yield* Effect.timeout(Deferred.await(answer), 5_000)
    })
})
