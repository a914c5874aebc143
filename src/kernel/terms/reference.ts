import { inspect } from 'node:util'
import { SHOWN_BY_NAME } from '../show/index.js'

/** A unique reference: what `monitor`, `alias` and `sendAfter` return. Compare with `===`. Erlang's `reference()`. */
export class Reference {
  static #last = 0
  readonly id: number = ++Reference.#last

  static {
    Object.defineProperty(Reference.prototype, SHOWN_BY_NAME, { value: true })
  }

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
