import type { Context, Span, SpanOptions, Tracer } from '@opentelemetry/api'
import type { Kernel } from '../../kernel/index.js'
import type { SdkFaults } from './sdk-faults.js'

/** A store of spans by key. */
interface SpanNotes extends Disposable {
  of(key: object): Span | undefined
  set(key: object, span: Span | undefined): void
}

/**
 * The spans that have begun and not ended. After disposal no span begins, but the object stays active until all open spans have ended:
 * a span that never ends is never exported, and its children in the trace would have no parent.
 */
export class OpenSpans implements Disposable {
  #open = 0
  #isClosing = false

  /** @param drained called when it is disposed of and no span is open any more */
  constructor(
    private readonly tracer: Tracer,
    private readonly faults: SdkFaults,
    private readonly notes: SpanNotes,
    private readonly drained: () => void,
  ) {}

  /** Whether it was disposed of. */
  get isClosing(): boolean {
    return this.#isClosing
  }

  /** Begins a span. @returns `undefined` if the SDK fails */
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
   * Ends the span that was begun with `key`, if there is one.
   *
   * @param mark adds the outcome to the span
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
