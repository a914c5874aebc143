/** The input of a stream of tasks: one element at a time, only when asked for, from either kind of iterable. */
import { currentKernel, formatReason, isThenable, self } from '../../kernel/index.js'

type Arrival<In> = { readonly step: IteratorResult<In, unknown> } | { readonly thrown: unknown }

export class Source<In> {
  /** It has no more elements, or failed. */
  ended = false
  readonly #iterator: Iterator<In, unknown> | AsyncIterator<In, unknown>
  readonly #onArrival: () => void
  #awaiting = false
  #arrived: Arrival<In> | undefined = undefined
  #closed = false

  /** @param onArrival called when an element that `take` had to wait for is there */
  constructor(iterable: Iterable<In> | AsyncIterable<In>, onArrival: () => void) {
    this.#iterator = isAsync(iterable) ? iterable[Symbol.asyncIterator]() : iterable[Symbol.iterator]()
    this.#onArrival = onArrival
  }

  /** The next element; undefined when the source has ended, or when it must be waited for. Throws what it throws. */
  take(): { readonly input: In } | undefined {
    if (this.ended || this.#awaiting) return undefined
    const arrived = this.#arrived ?? this.#pull()
    this.#arrived = undefined
    if (arrived === undefined) return undefined
    if ('thrown' in arrived) {
      this.ended = true
      throw arrived.thrown
    }
    if (arrived.step.done !== true) return { input: arrived.step.value }
    this.ended = true
    return undefined
  }

  /** Lets the source clean up, as `break` does in a loop over it. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.ended) return
    this.ended = true
    const closing = this.#iterator.return?.()
    // An async generator that is still busy with its next element closes after it, which may be never.
    if (!this.#awaiting) await closing
    else if (isThenable(closing)) closing.then(undefined, reportStray)
  }

  #pull(): Arrival<In> | undefined {
    let step: IteratorResult<In, unknown> | PromiseLike<IteratorResult<In, unknown>>
    try {
      step = this.#iterator.next()
    } catch (thrown) {
      return { thrown }
    }
    if (!isThenable(step)) return { step }
    this.#awaiting = true
    step.then(
      (late) => this.#arrive({ step: late }),
      (thrown: unknown) => this.#arrive({ thrown }),
    )
    return undefined
  }

  #arrive(arrived: Arrival<In>): void {
    this.#awaiting = false
    if (!this.#closed) {
      this.#arrived = arrived
      this.#onArrival()
    } else if ('thrown' in arrived) reportStray(arrived.thrown)
  }
}

/** Whether a stream can read it at all. */
export function isSource(value: unknown): value is Iterable<unknown> | AsyncIterable<unknown> {
  if (value === undefined || value === null) return false
  const source = value as Iterable<unknown>
  return isAsync(source) || typeof source[Symbol.iterator] === 'function'
}

function isAsync<In>(source: Iterable<In> | AsyncIterable<In>): source is AsyncIterable<In> {
  return typeof (source as Partial<AsyncIterable<In>>)[Symbol.asyncIterator] === 'function'
}

/** The stream is over, so nobody waits for this failure; somebody may look for it. */
function reportStray(thrown: unknown): void {
  currentKernel().report({
    level: 'warn',
    kind: 'task',
    message: `the source of a stream of tasks failed after the stream was closed: ${formatReason(thrown)}`,
    pid: self(),
    reason: thrown,
  })
}
