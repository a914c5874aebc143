import * as Effect from 'effect/Effect'
import * as Queue from 'effect/Queue'
import { began, perOperation, type Sample } from '../../harness/sample.js'

/** A fiber that throws when it is told to, and that `retry` starts again. */
export function work(size: number): Promise<Sample> {
  return Effect.runPromise(
    Effect.gen(function* () {
      const orders = yield* Queue.unbounded<'crash'>()
      const ups = yield* Queue.unbounded<'up'>()
      const careless = Effect.gen(function* () {
        yield* Queue.offer(ups, 'up')
        yield* Queue.take(orders)
        return yield* Effect.fail(new Error('oops'))
      })
      yield* Effect.forkChild(Effect.retry(careless, { times: size + 1 }))
      yield* Queue.take(ups)
      const start = began()
      let counted = 0
      for (; counted < size; counted++) {
        yield* Queue.offer(orders, 'crash')
        yield* Queue.take(ups)
      }
      return perOperation(start, counted)
    }),
  )
}
