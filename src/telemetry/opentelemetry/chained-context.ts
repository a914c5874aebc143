import type { Context } from '@opentelemetry/api'

/**
 * A context that knows how many messages led to it. A value in it would cost a copy of all the others for each message, also of
 * requests that the sampler has dropped.
 */
export class ChainedContext implements Context {
  readonly #plain: Context

  constructor(
    context: Context,
    readonly chain: number,
  ) {
    this.#plain = context instanceof ChainedContext ? context.#plain : context
  }

  /** How many messages led to `context`. */
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
