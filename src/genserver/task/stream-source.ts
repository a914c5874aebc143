/** The source of a stream of tasks. It reads an iterable or async iterable, one element at a time, and only on request. */
import { currentKernel, formatReason, isRevoked, isThenable, self } from '../../kernel/index.js'

type Arrival<In> = { readonly step: IteratorResult<In, unknown> } | { readonly thrown: unknown }

export class Source<In> {
  /** True when the source has no more elements, or has failed. */
  ended = false
  readonly #iterator: Iterator<In, unknown> | AsyncIterator<In, unknown>
  readonly #onArrival: () => void
  #awaiting = false
  #arrived: Arrival<In> | undefined = undefined
  #closed = false

  /** @param onArrival called when an element that `take` had to wait for has arrived */
  constructor(iterable: Iterable<In> | AsyncIterable<In>, onArrival: () => void) {
    this.#iterator = isAsync(iterable) ? iterable[Symbol.asyncIterator]() : iterable[Symbol.iterator]()
    this.#onArrival = onArrival
  }

  /** Takes the next element. Undefined when the source has ended, or when the element has not arrived yet. Errors of the source are thrown. */
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

  /** Closes the source, as `break` does in a loop over it. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.ended) return
    this.ended = true
    const closing = this.#iterator.return?.()
    // An async generator that is still working on its next element closes after that element, which may never happen.
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

/** Whether a value is a source that a stream can read. */
export function isSource(value: unknown): value is Iterable<unknown> | AsyncIterable<unknown> {
  if (value === undefined || value === null || isRevoked(value)) return false
  const source = value as Iterable<unknown>
  return isAsync(source) || typeof source[Symbol.iterator] === 'function'
}

function isAsync<In>(source: Iterable<In> | AsyncIterable<In>): source is AsyncIterable<In> {
  return typeof (source as Partial<AsyncIterable<In>>)[Symbol.asyncIterator] === 'function'
}

/** Reports a failure of the source after the stream is over, when no reader waits for it any more. */
function reportStray(thrown: unknown): void {
  currentKernel().report({
    level: 'warn',
    kind: 'task',
    message: `the source of a stream of tasks failed after the stream was closed: ${formatReason(thrown)}`,
    pid: self(),
    reason: thrown,
  })
}
