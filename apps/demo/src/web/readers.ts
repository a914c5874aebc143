import type { ServerResponse } from 'node:http'

/** A reader that is so many bytes behind is let go: the browser comes back by itself and starts afresh. */
const MAX_BACKLOG = 262_144
/** So many may listen at a time. */
const MOST_READERS = 250

/** Those who listen to a stream of server-sent events. */
export class Readers {
  readonly #all = new Set<ServerResponse>()
  #closed = false

  get count(): number {
    return this.#all.size
  }

  /** Whether another one may come: not after the end, for it would never hear of it. */
  get hasRoom(): boolean {
    return !this.#closed && this.#all.size < MOST_READERS
  }

  /** Adds a reader, if there is room. */
  add(response: ServerResponse): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    response.on('close', () => this.#all.delete(response))
    // A reader that goes away in the middle of a write is no event of note.
    response.on('error', () => this.#all.delete(response))
    this.#all.add(response)
    response.write('retry: 1000\n\n')
  }

  tell(text: string): void {
    for (const reader of this.#all) {
      reader.write(text)
      if (reader.writableLength > MAX_BACKLOG) reader.destroy()
    }
  }

  /** Ends every stream. */
  close(): void {
    this.#closed = true
    for (const reader of this.#all) reader.end()
    this.#all.clear()
  }
}

export const encode = (event: string, payload: unknown): string =>
  `event: ${event}\ndata: ${JSON.stringify(payload)}\n\n`
