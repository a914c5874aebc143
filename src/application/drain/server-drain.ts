/** The draining of one server: it tracks connections and requests, stops listening, waits, and cuts off the rest. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2Session } from 'node:http2'
import { Server, type Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import {
  AttachedListeners,
  currentKernel,
  currentPid,
  type Pid,
  reasonOf,
  receive,
  self,
  send,
  sleep,
} from '../../kernel/index.js'
import { reasonLine } from '../../logging/index.js'
import { Connection, type Protocol } from './connection.js'
import { DrainedSession } from './http2-session.js'
import { onWebSocket, sayGoingAway } from './web-sockets.js'

/** The options of a drain. */
export interface DrainOptions {
  /** Milliseconds that open requests have to finish. After that their connections are cut off. Default 10,000. */
  readonly timeout?: number | undefined
  /**
   * Milliseconds without a request, since the beginning of the draining, after which a connection is closed. Default 250. No request is
   * cut off for a client that uses its connections more often.
   */
  readonly quiet?: number | undefined
  /** Called when the server stops listening. It should end answers that never end by themselves, such as event streams. */
  readonly begin?: (() => unknown) | undefined
}

/** The draining of a server. */
export interface Drain {
  /**
   * Drains the server now, or waits for the draining that has begun.
   *
   * @returns the requests that were cut off, by method and URL, and the number of other connections
   */
  drained(): Promise<Drained>
}

/** The result of a draining: the requests and the number of other connections that were cut off. */
export interface Drained {
  readonly requests: readonly string[]
  readonly connections: number
}

/** The channel on which Node publishes all HTTP/1 requests, also those without a `request` event, such as with `checkContinue`. */
const REQUESTS = 'http.server.request.start'

/** Milliseconds between two checks for quiet connections. */
const LOOK = 25

/** A server stops listening when no connection has come for this many milliseconds, … */
const CALM = 20

/** … for which it waits at most this long; … */
const CALM_LIMIT = 250

/** … and when Node has then polled once for connections, found none, and was busy for at most this many milliseconds; … */
const TURN = 0.05

/** … which is tried at most this many times. Node accepts one connection per poll, and 511 may wait. */
const TURNS = 512

/** Waits until Node has polled for I/O, which it does between timers and immediates. Then it knows all connections that have arrived. */
const polled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Closes a dummy server, so that Node has compiled the code. At its first run it takes longer, and connections would come meanwhile. */
function rehearseClose(): void {
  Server.prototype.close.call(new Server(), () => {})
}

interface RequestStart {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly server: unknown
}

/** The message that a server has no connection left. */
class Over {
  constructor(readonly of: ServerDrain) {}
}

export class ServerDrain implements Drain {
  /** The open requests: HTTP/1 answers and HTTP/2 streams. */
  readonly #requests = new Map<object, string>()
  readonly #connections = new Map<Socket, Connection>()
  /** The connections of a TLS server whose handshake is not complete, and how often each was checked. */
  readonly #handshakes = new Map<Socket, number>()
  readonly #sessions = new Set<DrainedSession>()
  /** Requests that a client sent after one whose answer had `Connection: close`. */
  readonly #unanswered: string[] = []
  readonly #owner: Pid | undefined = currentPid()
  readonly #kernel = currentKernel()
  readonly #ears = new AttachedListeners()
  readonly #onClose: (this: Socket) => void
  #abandoned = false
  #arrivals = 0
  #lastArrival = Number.NEGATIVE_INFINITY
  #saysClose = false
  #listens = true
  #draining: Promise<Drained> | undefined
  /** The number of checks for quiet connections. */
  #looks = 0
  readonly #looksNeeded: number

  constructor(
    private readonly server: Server & { closeAllConnections?(): void },
    private readonly options: DrainOptions,
  ) {
    this.#looksNeeded = Math.max(1, Math.ceil((options.quiet ?? 250) / LOOK))
    // Of the modules of Node the dearest to load: 12 ms on Node 24.
    const secure = server instanceof process.getBuiltinModule('node:tls').Server
    const http2 = 'updateSettings' in server
    const http = http2 || 'closeIdleConnections' in server
    const ears = this.#ears
    const closed = (socket: Socket): void => this.#closed(socket)
    this.#onClose = function () {
      closed(this)
    }
    ears.on(server, 'connection', (socket: Socket) => {
      this.#arrivals++
      this.#lastArrival = this.#kernel.now()
      if (secure) this.#handshake(socket)
      else this.#connect(socket, http && !http2 ? 'http' : 'other')
    })
    if (secure) {
      ears.on(server, 'secureConnection', (socket: TLSSocket) =>
        this.#secured(socket, http && socket.alpnProtocol !== 'h2' ? 'http' : 'other'),
      )
    }
    if (http2) ears.on(server, 'session', (session: Http2Session) => this.#session(session))
    if (http) this.#watchRequests()
    onWebSocket(server, ears, (socket) => this.#upgraded(socket))
  }

  /** Called when the owner is dead. The server may outlive it; the next incarnation has its own drain. */
  abandon(): void {
    this.#abandoned = true
    // A draining that has begun goes on to its end.
    if (this.#draining === undefined) this.#detach()
  }

  #detach(): void {
    this.#ears.off()
    for (const socket of [...this.#connections.keys(), ...this.#handshakes.keys()]) {
      socket.off('close', this.#onClose)
    }
  }

  /** Adds `Connection: close` to all answers, while the server still listens. */
  announce(): void {
    if (this.#saysClose) return
    this.#saysClose = true
    for (const connection of this.#connections.values()) connection.sayClose()
    for (const session of this.#sessions) session.leave(false)
  }

  drained(): Promise<Drained> {
    if (this.#draining === undefined) {
      this.#draining = this.#drain()
      const over = (): void => {
        if (this.#abandoned) this.#detach()
      }
      this.#draining.then(over, over)
    }
    return this.#draining
  }

  /** The longest time of the draining, in milliseconds. */
  get limit(): number {
    return this.options.timeout ?? 10_000
  }

  async #drain(): Promise<Drained> {
    const timeout = this.limit
    const end = this.#kernel.now() + timeout
    const me = self()
    await this.#stopListening(end, () => send(me, new Over(this)))
    this.#tellClients()
    const isOver = (message: unknown): boolean => message instanceof Over && message.of === this
    for (let left = timeout; ; left = Math.ceil(end - this.#kernel.now())) {
      if ((await receive(isOver, { timeout: Math.max(0, Math.min(LOOK, left)) })) !== undefined) break
      if (left <= 0) return this.#cutOff()
      await polled()
      this.#closeQuiet()
    }
    // A server emits `close` before its last connections do.
    while (this.#connections.size > 0 && this.#kernel.now() < end) await polled()
    return { requests: this.#unanswered, connections: 0 }
  }

  /**
   * Stops listening at a moment without new connections, since the system resets connections that wait to be accepted. Meanwhile answers
   * have no `Connection: close`: clients that get it connect again at once.
   *
   * @param end the end of the time for the drain
   */
  async #stopListening(end: number, over: () => void): Promise<void> {
    this.#saysClose = false
    rehearseClose()
    const now = (): number => this.#kernel.now()
    const limit = now() + CALM_LIMIT
    const left = (): number => Math.min(this.#lastArrival + CALM, limit) - now()
    while (left() > 0) await sleep(Math.ceil(left()))
    for (let turn = 0; turn < TURNS && now() < end; turn++) {
      const begun = now()
      const arrivals = this.#arrivals
      await polled()
      if (arrivals === this.#arrivals && now() - begun <= TURN) break
    }
    // Not `server.close()`: for an HTTP server it also closes connections that seem idle, among them those that still send an answer.
    Server.prototype.close.call(this.server, over)
  }

  #tellClients(): void {
    this.#listens = false
    this.announce()
    for (const connection of this.#connections.values())
      if (connection.protocol === 'websocket') sayGoingAway(connection.socket)
    const { begin } = this.options
    const attempt = async (): Promise<unknown> => begin?.()
    attempt().catch((thrown: unknown) => {
      const reason = reasonOf(thrown)
      const message = `the begin of a drain failed, the draining goes on: ${reasonLine(reason)}`
      this.#kernel.report({ level: 'error', kind: 'drain', message, pid: this.#owner, reason })
    })
  }

  /**
   * Closes connections that were quiet for long enough. It counts checks and not time: on a machine that is so busy that this program
   * hardly runs, its clients hardly run either.
   */
  #closeQuiet(): void {
    this.#looks++
    const enough = this.#looksNeeded
    for (const session of this.#sessions) if (session.look() >= enough) session.close()
    for (const connection of this.#connections.values())
      if (connection.look() >= enough) connection.socket.destroy()
    for (const [socket, looks] of this.#handshakes) {
      if (looks + 1 >= enough && socket.bytesRead === 0) socket.destroy()
      else this.#handshakes.set(socket, looks + 1)
    }
  }

  /** Cuts off all connections at the end of the time. */
  #cutOff(): Drained {
    const requests = [...this.#unanswered, ...this.#requests.values()]
    const sockets = this.#connections.size + this.#handshakes.size
    const connections = Math.max(0, sockets - this.#requests.size)
    this.server.closeAllConnections?.()
    for (const session of this.#sessions) session.destroy()
    for (const socket of [...this.#connections.keys(), ...this.#handshakes.keys()]) socket.destroy()
    return { requests, connections }
  }

  #connect(socket: Socket, protocol: Protocol): Connection {
    const connection = new Connection(socket, protocol)
    this.#connections.set(socket, connection)
    socket.once('close', this.#onClose)
    return connection
  }

  #closed(socket: Socket): void {
    this.#handshakes.delete(socket)
    const connection = this.#connections.get(socket)
    this.#connections.delete(socket)
    for (const { name, response } of connection?.left ?? []) {
      this.#requests.delete(response)
      if (connection?.saidClose) this.#unanswered.push(name)
    }
  }

  #handshake(socket: Socket): void {
    this.#handshakes.set(socket, 0)
    socket.once('close', this.#onClose)
  }

  /** Notes a completed handshake. The raw connection is the one with the same remote port. */
  #secured(socket: TLSSocket, protocol: Protocol): void {
    for (const [raw] of this.#handshakes)
      if (raw.remotePort === socket.remotePort && raw.remoteAddress === socket.remoteAddress)
        this.#handshakes.delete(raw)
    this.#connect(socket, protocol)
  }

  #watchRequests(): void {
    const started = (message: unknown): void => {
      const { request, response, server } = message as RequestStart
      if (server === this.server) this.#request(request, response)
    }
    // The channel is global, so the subscription exists only while the server listens.
    const watch = (): void => subscribe(REQUESTS, started)
    if (this.server.listening) watch()
    this.#ears.on(this.server, 'listening', watch)
    this.#ears.on(this.server, 'close', () => unsubscribe(REQUESTS, started))
    this.#ears.also(() => unsubscribe(REQUESTS, started))
  }

  #request(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request
    const connection = this.#connections.get(socket) ?? this.#connect(socket, 'http')
    const name = `${request.method} ${request.url}`
    this.#requests.set(response, name)
    connection.begin(response, name, this.#saysClose)
    response.once('close', () => {
      this.#requests.delete(response)
      // An answer that is not finished has lost its connection, whose `close` event handles it.
      if (response.writableFinished) connection.end(response)
    })
  }

  #upgraded(socket: Socket): void {
    const connection = this.#connections.get(socket) ?? this.#connect(socket, 'websocket')
    connection.protocol = 'websocket'
    // The client must get the answer to its upgrade before the close frame.
    if (!this.#listens) setImmediate(sayGoingAway, socket)
  }

  #session(made: Http2Session): void {
    const session = new DrainedSession(made, (stream, name) => {
      this.#requests.set(stream, name)
      stream.once('close', () => this.#requests.delete(stream))
      if (this.#saysClose) session.leave(this.#looks >= this.#looksNeeded)
    })
    this.#sessions.add(session)
    made.once('close', () => this.#sessions.delete(session))
  }
}
