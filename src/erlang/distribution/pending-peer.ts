import type { Duplex } from 'node:stream'
import type { Clock } from '../../kernel/index.js'
import { Deadline } from '../handshake/deadline.js'
import type { Connection } from './connection.js'

/** A node that somebody waits for to be connected to, by an attempt of ours or of its own. */
export class PendingPeer {
  readonly promise: Promise<Connection>
  /** Our own attempt is on. */
  isDialing = false
  /** Its attempt is on, and is the one that counts. */
  isAccepted = false
  isOver = false
  /** That of our attempt. */
  socket: Duplex | undefined
  readonly #deadline: Deadline
  #resolve!: (connection: Connection) => void
  #reject!: (error: unknown) => void

  constructor(clock: Clock, timeout: number, onTimeout: () => void) {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.#deadline = new Deadline(clock, timeout, onTimeout)
  }

  /** The attempt of the other side counts: ours ends. */
  accept(): void {
    this.isAccepted = true
    this.isDialing = false
    this.socket?.destroy()
  }

  succeed(connection: Connection): void {
    this.#end()
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
