/** A connection of a drained server: its open requests, and how it is closed without losing a request. */
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** A request whose answer is not complete. */
export interface Open {
  readonly name: string
  readonly response: ServerResponse
}

/** The protocol of a connection. HTTP/2 is `'other'` here, since its sessions are closed, not its connections. */
export type Protocol = 'http' | 'websocket' | 'other'

export class Connection {
  /** The open answers in the order of their requests. A client may send several requests at once. */
  readonly #open: Open[] = []
  /** The answers to which we have added `Connection: close`, which may still be removed. */
  readonly #marked = new WeakSet<ServerResponse>()
  /** The number of bytes read when the last answer was sent. More bytes are the beginning of a new request. */
  #readAtRest = 0
  #quietLooks = 0
  #saysClose = false

  constructor(
    readonly socket: Socket,
    public protocol: Protocol,
  ) {}

  /** Notes a new request. @param name the request, for the log */
  begin(response: ServerResponse, name: string, saysClose: boolean): void {
    this.#open.push({ name, response })
    if (saysClose) this.sayClose()
  }

  /** Notes that an answer is complete. */
  end(response: ServerResponse): void {
    const at = this.#open.findIndex((each) => each.response === response)
    if (at >= 0) this.#open.splice(at, 1)
    this.#quietLooks = 0
    this.#readAtRest = this.socket.bytesRead
    if (String(response.getHeader('connection')).toLowerCase() === 'close') this.#saysClose = true
  }

  /** The requests that are never answered, when the connection has ended. Node reports only the first of them. */
  get left(): readonly Open[] {
    return this.#open
  }

  /** Whether an answer had `Connection: close`. */
  get saidClose(): boolean {
    return this.#saysClose
  }

  /**
   * Adds `Connection: close` to the last open answer, and removes it from the others: Node closes the connection after the first answer
   * that has it, and the client would never get the others.
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

  /** Checks whether the connection is quiet: no request is being read or answered. @returns the number of quiet checks in a row */
  look(): number {
    const reading = this.socket.bytesRead !== this.#readAtRest
    this.#quietLooks = this.protocol !== 'http' || this.#open.length > 0 || reading ? 0 : this.#quietLooks + 1
    return this.#quietLooks
  }
}
