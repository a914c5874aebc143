import type { Pid } from '../../kernel/index.js'
import { messageText, reasonText, shown } from '../trace/index.js'

/** Puts values in words that are the same in every run: pids by the titles of their processes, references counted anew. */
export class Wording {
  readonly #references = new Map<string, number>()
  readonly #titleOf: (id: number) => string | undefined

  constructor(titleOf: (id: number) => string | undefined) {
    this.#titleOf = titleOf
  }

  message(message: unknown): string {
    return this.#renamed(messageText(message, this.nameOf))
  }

  value(value: unknown): string {
    return this.#renamed(shown(value, this.nameOf))
  }

  reason(reason: unknown): string {
    return this.#renamed(reasonText(reason))
  }

  readonly nameOf = (pid: Pid): string => this.#titleOf(pid.id) ?? String(pid)

  /** What stands inside of other values, or in texts. Ids of references count on from one run to the next. */
  #renamed(text: string): string {
    return text
      .replace(/(?:Pid)?<0\.(\d+)>/g, (whole, id: string) => this.#titleOf(Number(id)) ?? whole)
      .replace(/#Ref<(\d+)>/g, (_, id: string) => {
        const known = this.#references.get(id) ?? this.#references.size + 1
        this.#references.set(id, known)
        return `#Ref<${known}>`
      })
  }
}
