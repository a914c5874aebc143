import type { ServerResponse } from 'node:http'
import { type Fragment, fragments, live, type PageModel } from './page.js'

/** A reader that is so many bytes behind is let go: the browser comes back by itself and starts afresh. */
const MAX_BACKLOG = 1_048_576

/**
 * The open event streams (server-sent events). Programs read `result`, `change` and `stored` events, each one JSON
 * object; the page reads `fragment` events, `{ id, html }`: the pieces of it that have changed.
 */
export class LiveStream {
  readonly #readers = new Set<ServerResponse>()
  #sent = new Map<string, string>()

  /** How many are listening. */
  get readers(): number {
    return this.#readers.size
  }

  /** Adds a reader; what it needs to begin with is sent when it comes. */
  connect(response: ServerResponse, model: PageModel): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    response.on('close', () => this.#readers.delete(response))
    // A reader that goes away in the middle of a write is no event of note.
    response.on('error', () => this.#readers.delete(response))
    // Readers that are here already are told what differs from what they were sent last; a first one, from what it gets now.
    if (this.#readers.size === 0) this.#sent = textsOf(fragments(model))
    this.#readers.add(response)
    response.write('retry: 1000\n\n')
    response.write(encode('fragment', data(live(model))))
  }

  /** Tells every reader about something that happened. */
  publish(event: 'result' | 'change' | 'stored', payload: unknown): void {
    if (this.#readers.size > 0) this.#broadcast(encode(event, payload))
  }

  /** Sends the pieces of the page that are not as they were, and a comment when nothing changed: dead readers show by it. */
  refresh(model: PageModel): void {
    const current = fragments(model)
    const next = textsOf(current)
    const sameShape =
      next.size === this.#sent.size && current.every((fragment) => this.#sent.has(fragment.id))
    const changed = sameShape
      ? current.filter((fragment) => this.#sent.get(fragment.id) !== fragment.html.text)
      : [live(model)]
    this.#sent = next
    const text = changed.map((fragment) => encode('fragment', data(fragment))).join('')
    this.#broadcast(text === '' ? ':\n\n' : text)
  }

  /** Ends every stream. */
  close(): void {
    for (const reader of this.#readers) reader.end()
    this.#readers.clear()
  }

  #broadcast(text: string): void {
    for (const reader of this.#readers) {
      reader.write(text)
      if (reader.writableLength > MAX_BACKLOG) reader.destroy()
    }
  }
}

const textsOf = (list: readonly Fragment[]): Map<string, string> =>
  new Map(list.map((fragment) => [fragment.id, fragment.html.text]))

const data = (fragment: Fragment) => ({ id: fragment.id, html: fragment.html.text })

const encode = (event: string, payload: unknown): string =>
  `event: ${event}\ndata: ${JSON.stringify(payload)}\n\n`
