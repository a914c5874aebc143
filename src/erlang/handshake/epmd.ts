/**
 * The port mapper of Erlang, one for each host: it knows the ports of its nodes. A node is known for as long as it keeps
 * its connection to EPMD.
 */
import { connect, type Socket } from 'node:net'
import { type Clock, Deadline } from '../../kernel/index.js'
import { distributionError } from './errors.js'

export const EPMD_PORT = 4369

const ALIVE = 120
const ALIVE_ANSWER = 121
const ALIVE_X_ANSWER = 118
const PORT_PLEASE = 122
const PORT_ANSWER = 119
const NORMAL = 77
const HIDDEN = 72
const TCP = 0
/** The versions of the handshake that we know. */
const HIGHEST = 6
const LOWEST = 6
/** No answer of EPMD is longer: two texts of 16 bits and some numbers. */
const LONGEST_ANSWER = 512
const FIRST_RETRY = 1_000
const LAST_RETRY = 30_000

export interface EpmdOptions {
  readonly clock: Clock
  /** Default 127.0.0.1. */
  readonly host?: string
  /** Default 4369. */
  readonly port?: number
  /** Milliseconds for an answer; default 5,000. */
  readonly timeout?: number
}

export interface Registration {
  readonly name: string
  readonly port: number
  readonly hidden: boolean
}

export class Epmd {
  readonly #clock: Clock
  readonly #host: string
  readonly #port: number
  readonly #timeout: number

  constructor({ clock, host = '127.0.0.1', port = EPMD_PORT, timeout = 5_000 }: EpmdOptions) {
    this.#clock = clock
    this.#host = host
    this.#port = port
    this.#timeout = timeout
  }

  /**
   * The port of a node by its name without the host.
   *
   * @throws EPMD_UNREACHABLE, NODE_NOT_FOUND
   */
  async lookUp(name: string): Promise<number> {
    const request = Buffer.concat([Buffer.of(PORT_PLEASE), Buffer.from(name)])
    const { answer, socket } = await this.#ask(
      request,
      (bytes) => bytes.length >= 2 && (bytes[1] !== 0 || bytes.length >= 4),
    )
    socket.destroy()
    if (answer[0] !== PORT_ANSWER) throw this.#unreachable(`it answers with ${answer[0]}`)
    if (answer[1] !== 0)
      throw distributionError('NODE_NOT_FOUND', {
        node: name,
        problem: `EPMD at ${this.#place} does not know it`,
      })
    return answer.readUInt16BE(2)
  }

  /**
   * Makes a node known, for as long as the registration is not closed: it registers again when EPMD was gone.
   *
   * @throws EPMD_UNREACHABLE, EPMD_REFUSED
   */
  async register(
    registration: Registration,
    onLost: (error: unknown) => void = () => {},
  ): Promise<KeptRegistration> {
    const socket = await this.#announce(registration)
    return new KeptRegistration(this.#clock, socket, () => this.#announce(registration), onLost)
  }

  async #announce({ name, port, hidden }: Registration): Promise<Socket> {
    const text = Buffer.from(name)
    const request = Buffer.alloc(13 + text.length)
    request[0] = ALIVE
    request.writeUInt16BE(port, 1)
    request[3] = hidden ? HIDDEN : NORMAL
    request[4] = TCP
    request.writeUInt16BE(HIGHEST, 5)
    request.writeUInt16BE(LOWEST, 7)
    request.writeUInt16BE(text.length, 9)
    request.set(text, 11)
    const { answer, socket } = await this.#ask(request, (bytes) => bytes.length >= 4)
    if (answer[0] !== ALIVE_ANSWER && answer[0] !== ALIVE_X_ANSWER) {
      socket.destroy()
      throw this.#unreachable(`it answers with ${answer[0]}`)
    }
    if (answer[1] !== 0) {
      socket.destroy()
      throw distributionError('EPMD_REFUSED', { name, problem: 'another node of this host has it' })
    }
    return socket
  }

  #ask(request: Buffer, isWhole: (answer: Buffer) => boolean): Promise<{ answer: Buffer; socket: Socket }> {
    const framed = Buffer.alloc(2 + request.length)
    framed.writeUInt16BE(request.length)
    framed.set(request, 2)
    return new Promise((resolve, reject) => {
      const socket = connect(this.#port, this.#host)
      const deadline = new Deadline(this.#clock, this.#timeout, () =>
        fail(`no answer within ${this.#timeout} ms`),
      )
      let answer = Buffer.alloc(0)
      const fail = (problem: string): void => {
        deadline.stop()
        socket.removeAllListeners()
        socket.on('error', () => {})
        socket.destroy()
        reject(this.#unreachable(problem))
      }
      socket.on('connect', () => socket.write(framed))
      socket.on('error', (error) => fail(error.message))
      socket.on('close', () => fail('it closes the connection'))
      socket.on('data', (chunk) => {
        answer = Buffer.concat([answer, chunk])
        if (!isWhole(answer)) {
          if (answer.length > LONGEST_ANSWER) fail('its answer has no end')
          return
        }
        deadline.stop()
        socket.removeAllListeners()
        socket.on('error', () => {})
        resolve({ answer, socket })
      })
    })
  }

  get #place(): string {
    return `${this.#host}:${this.#port}`
  }

  #unreachable(problem: string): Error {
    return distributionError('EPMD_UNREACHABLE', { place: this.#place, problem })
  }
}

/** A name that EPMD has for us. */
export class KeptRegistration {
  readonly #clock: Clock
  readonly #announce: () => Promise<Socket>
  readonly #onLost: (error: unknown) => void
  #socket: Socket | undefined
  #retry: Deadline | undefined
  #wait = FIRST_RETRY
  #closed = false

  constructor(
    clock: Clock,
    socket: Socket,
    announce: () => Promise<Socket>,
    onLost: (error: unknown) => void,
  ) {
    this.#clock = clock
    this.#announce = announce
    this.#onLost = onLost
    this.#keep(socket)
  }

  close(): void {
    this.#closed = true
    this.#retry?.stop()
    this.#socket?.destroy()
  }

  #keep(socket: Socket): void {
    if (this.#closed) {
      socket.destroy()
      return
    }
    this.#socket = socket
    this.#wait = FIRST_RETRY
    socket.unref()
    // It says nothing more; reading is how its end is noticed.
    socket.resume()
    socket.on('close', () => {
      this.#socket = undefined
      this.#again()
    })
  }

  /** EPMD is gone, and with it our name. */
  #again(): void {
    if (this.#closed) return
    this.#retry = new Deadline(this.#clock, this.#wait, () => {
      this.#announce().then(
        (socket) => this.#keep(socket),
        (error) => {
          this.#onLost(error)
          this.#wait = Math.min(this.#wait * 2, LAST_RETRY)
          this.#again()
        },
      )
    })
    this.#retry.release()
  }
}
