/** The event streams: who listens, and what each is told. A client that does not keep up misses events, and is told. */
import type { ServerResponse } from 'node:http'
import type { Kernel } from '../kernel/index.js'

/** Bytes that wait for one client before events for it are dropped. */
const FULL = 256 * 1024
/** Milliseconds that a client may take nothing at all; then its connection is ended. */
const PATIENCE = 30_000

/** Streams at one time. */
export const MOST_STREAMS = 32

/** One event stream. */
export class Client {
  #dropped = 0
  #stuckSince: number | undefined

  constructor(
    private readonly kernel: Kernel,
    private readonly response: ServerResponse,
    /** The process whose trace it wants, as text. */
    readonly trace: string | undefined,
  ) {}

  send(event: string, data: unknown): void {
    if (this.response.writableLength > FULL) {
      this.#dropped++
      this.#stuckSince ??= this.kernel.now()
      if (this.kernel.now() - this.#stuckSince > PATIENCE) this.response.destroy()
      return
    }
    this.#stuckSince = undefined
    if (this.#dropped > 0) {
      const count = this.#dropped
      this.#dropped = 0
      this.#write('dropped', { count })
    }
    this.#write(event, data)
  }

  end(): void {
    this.response.end()
  }

  #write(event: string, data: unknown): void {
    this.response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }
}

/** All event streams of an observer. */
export class Feed {
  readonly #clients = new Set<Client>()

  constructor(private readonly kernel: Kernel) {}

  get size(): number {
    return this.#clients.size
  }

  /** @param left called once, when the stream is over */
  connect(response: ServerResponse, trace: string | undefined, left: () => void): Client {
    const client = new Client(this.kernel, response, trace)
    this.#clients.add(client)
    response.once('close', () => {
      if (this.#clients.delete(client)) left()
    })
    return client
  }

  tell(event: string, data: unknown): void {
    for (const client of this.#clients) client.send(event, data)
  }

  /** Tells those that watch this process. */
  tellTrace(pid: string, data: unknown): void {
    for (const client of this.#clients) if (client.trace === pid) client.send('trace', data)
  }

  traces(pid: string): boolean {
    for (const client of this.#clients) if (client.trace === pid) return true
    return false
  }

  close(): void {
    for (const client of this.#clients) client.end()
    this.#clients.clear()
  }
}
