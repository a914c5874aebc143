/**
 * Those who have connected and have not shown yet who they are: at most so many. When one more comes, one has to go: who has said
 * nothing for longest, or else who is at it for longest. So whoever holds connections open keeps nobody out.
 */
import type { Socket } from 'node:net'

/** As far as an outsider can tell, which connection it is: over TLS there are two sockets of it. */
type Way = Pick<Socket, 'remoteAddress' | 'remotePort'>

export class WaitingRoom {
  readonly #most: number
  /** In the order in which they came. */
  readonly #silent = new Map<string, Socket>()
  readonly #speaking = new Map<string, Socket>()

  constructor(most: number) {
    this.#most = most
  }

  enter(socket: Socket): void {
    // Whoever listens to it is told as well; it may be gone before anybody does.
    socket.on('error', () => {})
    if (socket.remotePort === undefined) {
      socket.destroy()
      return
    }
    const way = wayOf(socket)
    if (this.#silent.size + this.#speaking.size >= this.#most) this.#makeRoom()
    this.#silent.set(way, socket)
    socket.once('close', () => this.#left(way, socket))
  }

  /** It has said something that makes sense. */
  speaks(socket: Way): void {
    const way = wayOf(socket)
    const found = this.#silent.get(way)
    if (found === undefined) return
    this.#silent.delete(way)
    this.#speaking.set(way, found)
  }

  /** It is known who that is. */
  known(socket: Way): void {
    const way = wayOf(socket)
    this.#silent.delete(way)
    this.#speaking.delete(way)
  }

  close(): void {
    for (const socket of [...this.#silent.values(), ...this.#speaking.values()]) socket.destroy()
  }

  #makeRoom(): void {
    const [first] = this.#silent.size > 0 ? this.#silent : this.#speaking
    if (first === undefined) return
    const [way, socket] = first
    this.#left(way, socket)
    socket.destroy(new Error(`more than ${this.#most} connect at a time, and it has been at it for longest`))
  }

  #left(way: string, socket: Socket): void {
    for (const room of [this.#silent, this.#speaking]) if (room.get(way) === socket) room.delete(way)
  }
}

function wayOf({ remoteAddress, remotePort }: Way): string {
  return `${remoteAddress} ${remotePort}`
}
