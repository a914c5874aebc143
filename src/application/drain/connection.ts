/** One connection of a server that may be drained: what is open on it, and how it is ended without losing a request. */
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** A request without its whole answer. */
export interface Open {
  readonly name: string
  readonly response: ServerResponse
}

/** What is spoken on a connection. HTTP/2 is `'other'` here: its sessions are ended, and not its connections. */
export type Protocol = 'http' | 'websocket' | 'other'

export class Connection {
  /** Answers that are not sent as a whole, in the order of their requests: a client may send several at once. */
  readonly #open: Open[] = []
  /** The answers whose `Connection: close` is ours and may still be taken back. */
  readonly #marked = new WeakSet<ServerResponse>()
  /** Bytes read when the last answer was sent; more of them are the beginning of a request. */
  #readAtRest = 0
  #quietLooks = 0
  #saysClose = false

  constructor(
    readonly socket: Socket,
    public protocol: Protocol,
  ) {}

  /** A request has come. @param name what the log calls it */
  begin(response: ServerResponse, name: string, saysClose: boolean): void {
    this.#open.push({ name, response })
    if (saysClose) this.sayClose()
  }

  /** An answer is sent. */
  end(response: ServerResponse): void {
    const at = this.#open.findIndex((each) => each.response === response)
    if (at >= 0) this.#open.splice(at, 1)
    this.#quietLooks = 0
    this.#readAtRest = this.socket.bytesRead
    if (String(response.getHeader('connection')).toLowerCase() === 'close') this.#saysClose = true
  }

  /** What is never answered, now that the connection has ended. Node tells of it only for the first of them. */
  get left(): readonly Open[] {
    return this.#open
  }

  /** Whether an answer has said that it is the last one. */
  get saidClose(): boolean {
    return this.#saysClose
  }

  /**
   * Has the last open answer say `Connection: close`, and none before it: Node ends the connection after the first that
   * says so, and the client would never get the others.
   */
  sayClose(): void {
    const last = this.#open.at(-1)?.response
    for (const { response } of this.#open) {
      if (response.headersSent) continue
      if (response === last) {
        response.setHeader('connection', 'close')
        this.#marked.add(response)
      } else if (this.#marked.delete(response)) response.removeHeader('connection')
    }
  }

  /** Looks whether it is quiet: neither is a request read nor answered. @returns how often it was so without a break */
  look(): number {
    const reading = this.socket.bytesRead !== this.#readAtRest
    this.#quietLooks = this.protocol !== 'http' || this.#open.length > 0 || reading ? 0 : this.#quietLooks + 1
    return this.#quietLooks
  }
}
