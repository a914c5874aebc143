import type { Pid } from '../../../kernel/index.js'
import { messageText, reasonText, shown } from '../../trace/index.js'

/** Gives processes and references in a text names that are the same in every run; `references` knows those before. */
export function renamed(
  text: string,
  titleOf: (id: number) => string | undefined,
  references: Map<string, number> = new Map(),
): string {
  return text
    .replace(/(?:Pid)?<[^<>\s]+\.(\d+)>/g, (whole, id: string) => titleOf(Number(id)) ?? whole)
    .replace(/#Ref<(\d+)>/g, (_, id: string) => {
      const known = references.get(id) ?? references.size + 1
      references.set(id, known)
      return `#Ref<${known}>`
    })
}

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
    return renamed(text, this.#titleOf, this.#references)
  }
}
