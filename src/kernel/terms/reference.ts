import { inspect } from 'node:util'
import { SHOWN_BY_NAME } from '../show/index.js'
import type { Routed } from './pid.js'

/** A unique reference, as `monitor`, `alias` and `sendAfter` return. It is compared with `===`. Erlang's `reference()`. */
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

/** A reference that was made in another kernel. */
export class RemoteReference extends Reference {
  constructor(
    readonly node: string,
    readonly creation: number,
    /** The id in the kernel that made it. */
    readonly home: number | string,
    /** The process here that represents the remote process whose alias it may be. */
    readonly route: Routed,
  ) {
    super()
  }

  override toString(): string {
    return `#Ref<${this.node}.${this.home}>`
  }
}
