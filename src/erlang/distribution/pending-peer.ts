import type { Duplex } from 'node:stream'
import { type Clock, Deadline, HeartwoodError } from '../../kernel/index.js'
import type { Connection } from './connection.js'

/**
 * A node to which a connection is being set up, by an attempt of ours or of its own. Its attempt counts when it has proved the cookie.
 * Until then ours continues, so that nobody can end it by using that name.
 */
export class PendingPeer {
  readonly promise: Promise<Connection>
  isOver = false
  /** The socket of our attempt. */
  socket: Duplex | undefined
  readonly #deadline: Deadline
  #isDialing = true
  /** The number of attempts of nodes that claim to be that node. */
  #accepted = 0
  /** Whether the other side has told us to wait for its own attempt. */
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

  /** Whether our own attempt is in progress. */
  get isDialing(): boolean {
    return this.#isDialing
  }

  /**
   * Notes an attempt of the other side.
   *
   * @returns whether ours is in progress, too
   */
  accept(): boolean {
    this.#accepted++
    return this.#isDialing
  }

  /** Called when that attempt has failed. */
  notAccepted(error: unknown): void {
    if (this.#accepted > 0) this.#accepted--
    if (this.#accepted === 0 && !this.#isDialing && !this.#yields) this.fail(error)
  }

  /** Called when our attempt has failed. */
  notDialed(error: unknown): void {
    this.#isDialing = false
    this.#yields = HeartwoodError.is(error, 'HANDSHAKE_YIELDS')
    if (this.#accepted === 0 && !this.#yields) this.fail(error)
  }

  /** @param socket the socket of the connection, of either attempt; the other one is closed */
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
