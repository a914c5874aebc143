/** The open exchanges of both sides of a connection: Erlang names more in an answer than the kernel does. */

import type { Target } from '../distribution/control.js'
import type { ErlangPid, ErlangReference } from '../terms/identifiers.js'

/** A monitor: its owner and its target. */
export interface Watch {
  readonly from: ErlangPid
  readonly to: Target
  readonly ref: ErlangReference
}

/** A call of the other side. */
export interface Served {
  readonly caller: ErlangPid
  readonly tag: unknown
  /** By which its caller watches the server. */
  readonly key: string | undefined
  readonly isSystem: boolean
}

export class OpenExchanges {
  /** Our monitors. */
  readonly monitors = new Map<number, Watch>()
  /** Our calls. */
  readonly calls = new Map<number, Watch>()
  /** The monitors of the other side. */
  readonly watches = new Map<string, Watch>()
  readonly #serving = new Map<number, Served>()
  readonly #servedBy = new Map<string, number>()
  #lastServed = 0

  /** Adds a call of the other side. */
  serve(call: Served): number {
    const id = ++this.#lastServed
    this.#serving.set(id, call)
    if (call.key !== undefined) this.#servedBy.set(call.key, id)
    return id
  }

  /** Removes a call that was answered, or never will be. */
  served(id: number): Served | undefined {
    const call = this.#serving.get(id)
    if (call === undefined) return undefined
    this.#serving.delete(id)
    if (call.key !== undefined) this.#servedBy.delete(call.key)
    return call
  }

  /** Removes a call whose caller has removed its monitor. */
  abandoned(key: string): number | undefined {
    const id = this.#servedBy.get(key)
    if (id !== undefined) this.served(id)
    return id
  }
}
