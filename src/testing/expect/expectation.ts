import { checkKnown, namesOf, placeOf, stackHere } from '../../kernel/index.js'
import { testingError } from '../errors.js'
import { MachineWait } from '../test-kernel/real-work-wait.js'
import type { TestKernel } from '../test-kernel/test-kernel.js'
import { limitOf } from '../test-kernel/wait-limit.js'

/** The options of a wait in a test. */
export interface WaitOptions {
  /** Milliseconds of virtual time that may pass. Default 60,000. */
  readonly within?: number
}

const WAIT_OPTIONS = namesOf<WaitOptions>({ within: true })

/** @throws BAD_OPTION */
export function checkWait(action: string, options: WaitOptions): void {
  checkKnown(action, options, WAIT_OPTIONS)
}

/** Virtual time costs nothing: long enough for any back-off that a test would want to see. */
const WITHIN = 60_000

/** What an expectation is made of. */
export interface ExpectationParts<T> extends WaitOptions {
  /** In words: `a restart of counter`. */
  readonly what: string
  /** Looks whether it came about. */
  look(): { readonly value: T } | undefined
  /** What is the case instead, in words, for the failure. */
  instead(): string
}

/**
 * An event that a test expects. If it has not happened at the end of the test, the test fails, even if nobody awaited it. It counts events from the moment it is made. Time moves for it only while it is
 * awaited, and only when nothing else is ready to run.
 */
export class Expectation<T> implements PromiseLike<T> {
  readonly #kernel: TestKernel
  readonly #parts: ExpectationParts<T>
  #waiting: Promise<T> | undefined

  constructor(kernel: TestKernel, parts: ExpectationParts<T>) {
    this.#kernel = kernel
    this.#parts = parts
    const at = placeHere()
    // An `await` that was forgotten must not make a test green.
    kernel.onFinish(async () => {
      if (this.#waiting !== undefined) return
      await kernel.settled()
      if (parts.look() === undefined) throw this.#failure(` It was expected at ${at}, and nobody awaited it`)
    })
  }

  // biome-ignore lint/suspicious/noThenProperty: it is awaited, and must know when
  then<A = T, B = never>(
    onfulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onrejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): PromiseLike<A | B> {
    this.#waiting ??= this.#kernel.waits(() => this.#wait())
    return this.#waiting.then(onfulfilled, onrejected)
  }

  async #wait(): Promise<T> {
    const { within = WITHIN, look, what } = this.#parts
    const { clock } = this.#kernel
    const limit = limitOf(clock, within, what)
    const work = new MachineWait(this.#kernel)
    for (;;) {
      await this.#kernel.settled()
      const found = look()
      if (found !== undefined) return found.value
      if (!(await work.goOn(limit))) throw this.#failure()
    }
  }

  #failure(more = ''): Error {
    const { what, instead } = this.#parts
    return failed(this.#kernel, what, `${instead()}${more === '' ? '' : `.${more}`}`)
  }
}

/**
 * Waits for a message; at the end of the test it must have come, also when nobody awaited it.
 *
 * @param take begins to wait for it, until the signal fires: one that comes when the wait was in vain is another's
 */
export function arrival<T>(
  kernel: TestKernel,
  take: (signal: AbortSignal) => Promise<T>,
  what: string,
  options: WaitOptions,
): Promise<T> {
  const end = new AbortController()
  const at = placeHere()
  const arrived = kernel.runUntil(take(end.signal), { what, ...options })
  const over = (): void => end.abort()
  arrived.then(over, over)
  kernel.onFinish(async () => {
    await kernel.settled()
    if (!end.signal.aborted)
      throw failed(kernel, what, `it had not come when the test ended. It was expected at ${at}`)
  })
  return arrived
}

/** Where in the test its code is, as `file:line`. */
export function placeHere(): string {
  return placeOf(stackHere(placeHere))?.at ?? 'an unknown place'
}

/** The failure of an expectation, with the tree and what happened last. */
export function failed(kernel: TestKernel, expected: string, received: string): Error {
  return testingError('TEST_EXPECTATION_FAILED', {
    expected,
    received,
    tree: kernel.tree(),
    timeline: kernel.timeline(),
  })
}
