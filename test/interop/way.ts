/** A way between two nodes that can be cut, and on which everything can get lost. */
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

export class Way {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #isSwallowing = false

  private constructor(
    server: Server,
    private readonly to: { readonly host: string; readonly port: number },
  ) {
    this.#server = server
    server.on('connection', (near) => this.#join(near))
  }

  static async to(host: string, port: number): Promise<Way> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new Way(server, { host, port })
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port
  }

  /** How often somebody came. */
  count = 0

  /** Both ends hear of it. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Nothing that is said arrives any more, and nobody hears why. */
  swallow(): void {
    this.#isSwallowing = true
  }

  /** Those who come from now on are let through. */
  heal(): void {
    this.#isSwallowing = false
  }

  close(): void {
    this.cut()
    this.#server.close()
  }

  #join(near: Socket): void {
    this.count++
    const far = connect(this.to.port, this.to.host)
    const isCut = { swallows: false }
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from)
      from.setNoDelay(true)
      from.on('error', () => {})
      from.on('data', (chunk) => {
        isCut.swallows ||= this.#isSwallowing
        if (!isCut.swallows) into.write(chunk)
      })
      from.on('close', () => {
        this.#sockets.delete(from)
        if (!isCut.swallows) into.destroy()
      })
    }
  }
}
