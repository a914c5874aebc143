/** One server-sent event, its data read as JSON. */
export interface StreamEvent {
  readonly event: string
  readonly data: unknown
}

/** Reads a stream of server-sent events, each in its turn. */
export class EventReader {
  readonly #events: AsyncGenerator<StreamEvent, undefined>

  private constructor(
    readonly headers: Headers,
    readonly controller: AbortController,
    body: ReadableStream<Uint8Array>,
  ) {
    // Node cancels the body of a response that was collected, as long as nobody reads it: the first
    // `next()` may come late, so it is taken for reading here.
    this.#events = parse(body.values())
  }

  static async open(url: string, headers: Record<string, string> = {}): Promise<EventReader> {
    const controller = new AbortController()
    const response = await fetch(url, { headers, signal: controller.signal })
    if (response.status !== 200 || response.body === null)
      throw new Error(`${url} answered ${response.status}`)
    return new EventReader(response.headers, controller, response.body)
  }

  /** The next event; with a name the data of the next event of that name, past all others. */
  async next(): Promise<StreamEvent>
  async next(event: string): Promise<unknown>
  async next(event?: string): Promise<unknown> {
    for (;;) {
      const { value, done } = await this.#events.next()
      if (done || value === undefined) throw new Error('the stream has ended')
      if (event === undefined) return value
      if (value.event === event) return value.data
    }
  }

  /** The data of all events of that name that are still to come, when the server is gone. */
  async rest(event: string): Promise<unknown[]> {
    const found: unknown[] = []
    try {
      for await (const each of this.#events) if (each.event === event) found.push(each.data)
    } catch (error) {
      // The connection of a server that was killed ends with an error, after all that it had sent.
      if (!(error instanceof TypeError)) throw error
    }
    return found
  }

  /** Resolves when the server ends the stream. */
  async ended(): Promise<void> {
    while (!(await this.#events.next()).done);
  }

  close(): void {
    this.controller.abort()
  }
}

async function* parse(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<StreamEvent, undefined> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const fields = new Map(
        block
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      )
      const event = fields.get('event')
      if (event !== undefined) yield { event, data: JSON.parse(fields.get('data') ?? 'null') }
    }
  }
}
