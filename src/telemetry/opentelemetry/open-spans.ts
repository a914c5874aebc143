import type { Context, Span, SpanOptions, Tracer } from '@opentelemetry/api'
import type { Kernel } from '../../kernel/index.js'
import type { SdkFaults } from './sdk-faults.js'

/** Where spans are noted, by what stands for them. */
interface SpanNotes extends Disposable {
  of(key: object): Span | undefined
  set(key: object, span: Span | undefined): void
}

/**
 * The spans that have begun and not ended. Who is disposed of begins none, and stays until those that are open have ended, each at its
 * own time: one that never ends is never exported, and what is below it in its trace is below nothing.
 */
export class OpenSpans implements Disposable {
  #open = 0
  #isClosing = false

  /** @param drained called once it is disposed of and none is open */
  constructor(
    private readonly tracer: Tracer,
    private readonly faults: SdkFaults,
    private readonly notes: SpanNotes,
    private readonly drained: () => void,
  ) {}

  /** Whether it is disposed of. */
  get isClosing(): boolean {
    return this.#isClosing
  }

  /** @returns undefined where the SDK fails: then there is no span */
  begin(kernel: Kernel, key: object, name: string, options: SpanOptions, parent: Context): Span | undefined {
    if (this.#isClosing) return undefined
    const start = (): Span => this.tracer.startSpan(name, options, parent)
    const span = this.faults.caught(kernel, `start the span ${name}`, start)
    if (span === undefined) return undefined
    this.#open++
    this.notes.set(key, span)
    return span
  }

  has(key: object): boolean {
    return this.notes.of(key) !== undefined
  }

  /**
   * Ends the span that began with `key`, if one did.
   *
   * @param mark notes on it how it ended
   */
  end(kernel: Kernel, key: object, mark?: (span: Span) => void): void {
    const span = this.notes.of(key)
    if (span === undefined) return
    this.notes.set(key, undefined)
    this.#open--
    if (mark !== undefined) this.faults.caught(kernel, 'mark a span', () => mark(span))
    this.faults.caughtApart(kernel, 'end a span', () => span.end())
    this.#close()
  }

  [Symbol.dispose](): void {
    this.#isClosing = true
    this.#close()
  }

  #close(): void {
    if (!this.#isClosing || this.#open > 0) return
    this.notes[Symbol.dispose]()
    this.drained()
  }
}
