/** What a trace says of values: on one line, and the same in every run. */
import { inspect } from 'node:util'
import { CastMessage, MethodCall } from '../../genserver/index.js'
import { CallRequest, DownMessage, ExitMessage, ReplyMessage, TimeoutMessage } from '../../kernel/index.js'

const SHOWN = { depth: 2, breakLength: Number.POSITIVE_INFINITY, sorted: false } as const
const LONGEST = 100

/** Puts values in words; pids by the titles of their processes, references numbered as they come. */
export class Wording {
  readonly #references = new Map<string, number>()

  constructor(readonly titleOf: (id: number) => string | undefined) {}

  message(message: unknown): string {
    if (message instanceof CallRequest) return `call ${this.#request(message.payload)}`
    if (message instanceof CastMessage) return `cast ${this.#request(message.request)}`
    if (message instanceof ExitMessage) return `EXIT ${this.value(message.reason)}`
    if (message instanceof DownMessage) return `DOWN ${this.value(message.reason)}`
    if (message instanceof ReplyMessage) return `reply ${this.value(message.value)}`
    if (message instanceof TimeoutMessage) return `timeout ${this.value(message.message)}`
    return this.value(message)
  }

  value(value: unknown): string {
    const text = value instanceof Error ? `${value.name}: ${value.message}` : inspect(value, SHOWN)
    const line = this.#renamed(text.replaceAll('\n', '⏎'))
    return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line
  }

  #request(payload: unknown): string {
    if (!(payload instanceof MethodCall)) return this.value(payload)
    return `${payload.method}(${payload.args.map((each) => this.value(each)).join(', ')})`
  }

  /** Ids of references count on from one run to the next; those of pids do not, but say nothing. */
  #renamed(text: string): string {
    return text
      .replace(/(?:Pid)?<0\.(\d+)>/g, (whole, id: string) => this.titleOf(Number(id)) ?? whole)
      .replace(/#Ref<(\d+)>/g, (_, id: string) => {
        const known = this.#references.get(id) ?? this.#references.size + 1
        this.#references.set(id, known)
        return `#Ref<${known}>`
      })
  }
}
