import { inspect } from 'node:util'

/** A unique reference: what `monitor`, `alias` and `sendAfter` return. Compare with `===`. Erlang's `reference()`. */
export class Reference {
  static #last = 0
  readonly id: number = ++Reference.#last

  toString(): string {
    return `#Ref<${this.id}>`
  }

  toJSON(): string {
    return this.toString()
  }

  [inspect.custom](): string {
    return this.toString()
  }
}
