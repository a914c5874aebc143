import * as Deferred from 'effect/Deferred'
import * as Effect from 'effect/Effect'
import * as Queue from 'effect/Queue'
import { began, perOperation, type Sample } from '../../harness/sample.js'

/** Fibers that each put one message in the queue of a counter and end. */
export function work(size: number): Promise<Sample> {
  return Effect.runPromise(
    Effect.gen(function* () {
      const queue = yield* Queue.unbounded<string>()
      const done = yield* Deferred.make<number>()
      yield* Effect.forkChild(
        Effect.gen(function* () {
          for (let seen = 0; seen < size; seen++) yield* Queue.take(queue)
          yield* Deferred.succeed(done, size)
        }),
      )
      const start = began()
      for (let i = 0; i < size; i++) yield* Effect.forkChild(Queue.offer(queue, 'up'))
      const counted = yield* Deferred.await(done)
      return perOperation(start, counted)
    }),
  )
}
