import type { Context } from '@opentelemetry/api'

/**
 * A context with the number of messages that led to it. A value inside a context would cost a copy of all other values for each
 * message, also for requests that the sampler dropped.
 */
export class ChainedContext implements Context {
  readonly #plain: Context

  constructor(
    context: Context,
    readonly chain: number,
  ) {
    this.#plain = context instanceof ChainedContext ? context.#plain : context
  }

  /** The number of messages that led to `context`. */
  static chainOf(context: Context): number {
    return context instanceof ChainedContext ? context.chain : 0
  }

  getValue(key: symbol): unknown {
    return this.#plain.getValue(key)
  }
  setValue(key: symbol, value: unknown): Context {
    return new ChainedContext(this.#plain.setValue(key, value), this.chain)
  }
  deleteValue(key: symbol): Context {
    return new ChainedContext(this.#plain.deleteValue(key), this.chain)
  }
}
