import type { Duplex } from 'node:stream'
import { type Clock, Deadline, HeartwoodError } from '../../kernel/index.js'
import type { Connection } from './connection.js'

/**
 * A node that somebody waits for to be connected to, by an attempt of ours or of its own. What its attempt is worth is known when it has
 * shown the cookie: until then ours goes on, so that nobody can end it by saying that name.
 */
export class PendingPeer {
  readonly promise: Promise<Connection>
  isOver = false
  /** That of our attempt. */
  socket: Duplex | undefined
  readonly #deadline: Deadline
  #isDialing = true
  /** Attempts of others that say they are that node. */
  #accepted = 0
  /** Somebody there has told us to wait for its own attempt. */
  #yields = false
  #resolve!: (connection: Connection) => void
  #reject!: (error: unknown) => void

  constructor(clock: Clock, timeout: number, onTimeout: () => void) {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.#deadline = new Deadline(clock, timeout, onTimeout)
  }

  /** Our own attempt is on. */
  get isDialing(): boolean {
    return this.#isDialing
  }

  /** An attempt of the other side. @returns whether ours is on, too */
  accept(): boolean {
    this.#accepted++
    return this.#isDialing
  }

  /** That attempt came to nothing. */
  notAccepted(error: unknown): void {
    if (this.#accepted > 0) this.#accepted--
    if (this.#accepted === 0 && !this.#isDialing && !this.#yields) this.fail(error)
  }

  /** Ours came to nothing. */
  notDialed(error: unknown): void {
    this.#isDialing = false
    this.#yields = HeartwoodError.is(error, 'HANDSHAKE_YIELDS')
    if (this.#accepted === 0 && !this.#yields) this.fail(error)
  }

  /** @param socket that of the connection, by whichever attempt; the other one ends */
  succeed(connection: Connection, socket: Duplex): void {
    this.#end()
    if (this.socket !== socket) this.socket?.destroy()
    this.#resolve(connection)
  }

  fail(error: unknown): void {
    this.#end()
    this.socket?.destroy()
    this.#reject(error)
  }

  #end(): void {
    this.isOver = true
    this.#deadline.stop()
  }
}
