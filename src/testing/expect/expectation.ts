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

/** The default time. Virtual time costs nothing, so it is long enough for any back-off in a test. */
const WITHIN = 60_000

/** The parts of an expectation. */
export interface ExpectationParts<T> extends WaitOptions {
  /** The expected event as text, such as `a restart of counter`. */
  readonly what: string
  /** Looks whether it has happened. */
  look(): { readonly value: T } | undefined
  /** Returns what happened instead, as text for the failure. */
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
    // A forgotten `await` must not make the test pass.
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
 * Waits for a message. It must have come by the end of the test, even if no code awaits it.
 *
 * @param take begins to wait for it, until the signal fires: a message that comes after a wait in vain belongs to other code
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

/** Returns the place of the current code in the test, as `file:line`. */
export function placeHere(): string {
  return placeOf(stackHere(placeHere))?.at ?? 'an unknown place'
}

/** Makes the failure of an expectation, with the tree and the last events. */
export function failed(kernel: TestKernel, expected: string, received: string): Error {
  return testingError('TEST_EXPECTATION_FAILED', {
    expected,
    received,
    tree: kernel.tree(),
    timeline: kernel.timeline(),
  })
}
