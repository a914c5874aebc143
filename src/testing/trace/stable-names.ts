import { inherits, Pid } from '../../kernel/index.js'
import type { TraceEvent } from './event.js'
import type { NameOf } from './wording.js'

/**
 * Names that are the same in every run: that of a pid is the label of its process, with the place among those of one label
 * (`Ticker`, `Ticker#2`), and references are counted anew.
 */
export class StableNames {
  readonly #nameOf: NameOf
  readonly #names = new Map<string, string>()
  readonly #taken = new Map<string, number>()
  readonly #references = new Map<string, number>()

  /** @param events in whose order those of one label are counted */
  constructor(events: readonly TraceEvent[], nameOf: NameOf) {
    this.#nameOf = nameOf
    for (const { from, to } of events) {
      for (const actor of [from, to]) if (inherits(actor, Pid.prototype)) this.nameOf(actor as Pid)
    }
  }

  readonly nameOf = (pid: Pid): string => {
    const id = String(pid)
    const known = this.#names.get(id)
    if (known !== undefined) return known
    const title = this.#nameOf(pid)
    // A registered name stands for all that have it, one after the other.
    const name = title.endsWith(id) ? this.#numbered(title.slice(0, -id.length).trimEnd()) : title
    this.#names.set(id, name)
    return name
  }

  /** A text without what differs from run to run. */
  renamed(text: string): string {
    return text
      .replace(/(?:Pid)?(<\d+\.\d+>)/g, (_, id: string) => this.#names.get(id) ?? this.#stranger(id))
      .replace(/#Ref<(\d+)>/g, (_, id: string) => {
        const known = this.#references.get(id) ?? this.#references.size + 1
        this.#references.set(id, known)
        return `#Ref<${known}>`
      })
  }

  #stranger(id: string): string {
    const name = this.#numbered('')
    this.#names.set(id, name)
    return name
  }

  #numbered(label: string): string {
    const title = label === '' ? 'process' : label
    const count = (this.#taken.get(title) ?? 0) + 1
    this.#taken.set(title, count)
    return count === 1 ? title : `${title}#${count}`
  }
}
