import { soon } from '../schedule/scheduler.js'

/**
 * The result that a thing gets from a function without a result, because the function threw or its process is dead: a rejected promise. A
 * queue or a transaction waits for the result of its function, and so gets the error. Emitters and code that calls back ignore results: the
 * failure of one of many functions must not harm them.
 *
 * The promise is none of the program's: no code needs to handle it.
 */
class Refusal extends Promise<never> {
  /** Whether the thing waits for the result. */
  heard = false

  // biome-ignore lint/suspicious/noThenProperty: how `await` and everybody else asks
  override then<A = never, B = never>(
    done?: ((value: never) => A | PromiseLike<A>) | null,
    failed?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.heard = true
    return super.then(done, failed)
  }

  /** A promise derived from it is an ordinary one. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise
  }
}

/**
 * Makes such a promise.
 *
 * @param error why there is no result
 * @param unheard called soon after if no code waits for it
 */
export function refusal(error: unknown, unheard: () => void): Promise<never> {
  const made = new Refusal((_, reject) => reject(error))
  made.catch(() => {})
  made.heard = false
  // An `await` of a promise of another class takes two turns of the queue until its `then` is called.
  soon(() => soon(() => soon(() => made.heard || unheard())))
  return made
}
