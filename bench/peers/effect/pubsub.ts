import * as Deferred from 'effect/Deferred'
import * as Effect from 'effect/Effect'
import * as PubSub from 'effect/PubSub'
import * as Queue from 'effect/Queue'
import { began, perOperation, type Sample } from '../../harness/sample.js'

const SUBSCRIBERS = 1_000

/** A thousand fibers, each with a subscription. */
export function work(size: number): Promise<Sample> {
  const subscribers = Math.min(SUBSCRIBERS, size)
  const times = Math.floor(size / subscribers)
  return Effect.runPromise(
    Effect.gen(function* () {
      const bus = yield* PubSub.unbounded<{ news: number }>()
      const ready = yield* Queue.unbounded<'subscribed'>()
      const done = yield* Deferred.make<void>()
      let heard = 0
      const subscriber = Effect.scoped(
        Effect.gen(function* () {
          const subscription = yield* PubSub.subscribe(bus)
          yield* Queue.offer(ready, 'subscribed')
          for (let left = times; left > 0; left--) yield* PubSub.take(subscription)
          heard += times
          if (heard === subscribers * times) yield* Deferred.succeed(done, undefined)
        }),
      )
      for (let i = 0; i < subscribers; i++) yield* Effect.forkChild(subscriber)
      for (let i = 0; i < subscribers; i++) yield* Queue.take(ready)
      const start = began()
      for (let news = 0; news < times; news++) yield* PubSub.publish(bus, { news })
      yield* Deferred.await(done)
      return perOperation(start, heard)
    }),
  )
}
