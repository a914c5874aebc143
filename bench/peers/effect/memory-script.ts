import * as Effect from 'effect/Effect'
import * as Queue from 'effect/Queue'
import type { Sample } from '../../harness/sample.js'
import { grown } from '../idle-memory.js'

/** Fibers that each wait at a queue of their own, which is kept, or the fiber would be collected. */
export function work(size: number): Promise<Sample> {
  return grown(size, () => {
    const queue = Effect.runSync(Queue.unbounded<string>())
    return { queue, fiber: Effect.runFork(Queue.take(queue)) }
  })
}
