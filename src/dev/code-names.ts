/**
 * Which value of new code stands in the place of which of old: that with the same name at the top level of the same module, exported or not.
 */
import type { SuccessorOf } from './code-swap.js'

/** The names of a module, each with how its value is read. */
export type NamesOfModule = Readonly<Record<string, () => unknown>>

export class CodeNames {
  /** Of a value, also one of older code, for as long as somebody holds it. */
  readonly #nameOf = new WeakMap<object, string>()
  readonly #values = new Map<string, object>()
  readonly #pending = new Map<string, NamesOfModule>()

  /** A module has been evaluated. What it has counts once all that was loaded with it is there. */
  note(module: string, names: NamesOfModule): void {
    this.#pending.set(module, names)
  }

  /** All that was loaded is there. */
  settle(): void {
    for (const [module, names] of this.#pending) {
      for (const [name, read] of Object.entries(names)) this.#take(`${module}#${name}`, read())
    }
    this.#pending.clear()
  }

  readonly successorOf: SuccessorOf = (code) => {
    const name = this.#nameOf.get(code)
    const now = name === undefined ? undefined : this.#values.get(name)
    return now === code ? undefined : now
  }

  /** Of two names of one value the first counts. */
  #take(name: string, value: unknown): void {
    if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return
    this.#values.set(name, value)
    if (!this.#nameOf.has(value)) this.#nameOf.set(value, name)
  }
}
