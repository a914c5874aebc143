import { inspect } from 'node:util'
import type { Process } from '../process/process.js'
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

/** A reference that was made in another kernel. */
export class RemoteReference extends Reference {
  constructor(
    readonly node: string,
    readonly creation: number,
    /** What it is in the kernel that made it. */
    readonly home: number | string,
    /** What stands here for the process that it may be an alias of. */
    readonly route: Process,
  ) {
    super()
  }

  override toString(): string {
    return `#Ref<${this.node}.${this.home}>`
  }
}
