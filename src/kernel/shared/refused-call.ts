import { soon } from '../schedule/scheduler.js'

/**
 * What a thing gets from a function that has no result, because it threw or because its process is dead: a promise that
 * is rejected. A queue or a transaction waits for what its function returns, and hears of it. Emitters, and those who
 * call back, look at no result: they are not to be harmed by the failure of one of many.
 *
 * Not the program's: nobody needs to handle it.
 */
class Refusal extends Promise<never> {
  /** Whether the thing waits for it. */
  heard = false

  // biome-ignore lint/suspicious/noThenProperty: how `await` and everybody else asks
  override then<A = never, B = never>(
    done?: ((value: never) => A | PromiseLike<A>) | null,
    failed?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.heard = true
    return super.then(done, failed)
  }

  /** What is derived of it is any promise. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise
  }
}

/**
 * @param error why there is no result
 * @param unheard called soon after when nobody waits for it
 */
export function refusal(error: unknown, unheard: () => void): Promise<never> {
  const made = new Refusal((_, reject) => reject(error))
  made.catch(() => {})
  made.heard = false
  // To await a promise of a class takes two turns of the queue until its `then` is called.
  soon(() => soon(() => soon(() => made.heard || unheard())))
  return made
}
