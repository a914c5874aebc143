/** The draining of one server: which connections and requests it has, when it stops listening, and what is cut off. */
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

/** How a server is drained. */
export interface DrainOptions {
  /** Milliseconds that requests in flight may take to be finished; then their connections are cut off. Default 10,000. */
  readonly timeout?: number | undefined
  /**
   * Milliseconds for which a connection without a request must be quiet, from the begin of the draining on, before it is closed. Default 250. A client that
   * uses its connections more often than that has no request cut off.
   */
  readonly quiet?: number | undefined
  /** Called when the server stops listening: ends what would never end by itself, such as event streams. */
  readonly begin?: (() => unknown) | undefined
}

/** A server that is, or will be, drained. */
export interface Drain {
  /**
   * Drains it now, or waits for the draining that is going on.
   *
   * @returns the requests that were cut off, by method and URL; and how many other connections
   */
  drained(): Promise<Drained>
}

/** What came of it. */
export interface Drained {
  readonly requests: readonly string[]
  readonly connections: number
}

/** Node tells here of each HTTP/1 request, also of those that no `request` listener hears of, as with `checkContinue`. */
const REQUESTS = 'http.server.request.start'

/** Milliseconds between two looks at which connections are quiet. */
const LOOK = 25

/** A server goes on listening until no connection has come for so many milliseconds … */
const CALM = 20

/** … but does not wait for longer than this for that … */
const CALM_LIMIT = 250

/** … and then until Node has looked for connections, found none, and has done nothing else for longer than so many … */
const TURN = 0.05

/** … but does not look more often than this. Node accepts one connection at each look, and 511 may wait for that. */
const TURNS = 512

/** What has arrived at the machine is known to Node once it has polled, which it does between timers and immediates. */
const polled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Node compiles code when it first runs, which here takes longer than the closing itself, and connections come meanwhile. */
function rehearseClose(): void {
  Server.prototype.close.call(new Server(), () => {})
}

interface RequestStart {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly server: unknown
}

/** Says that a server has no connection left. */
class Over {
  constructor(readonly of: ServerDrain) {}
}

export class ServerDrain implements Drain {
  /** Requests that are not through: HTTP/1 answers and HTTP/2 streams. */
  readonly #requests = new Map<object, string>()
  readonly #connections = new Map<Socket, Connection>()
  /** Connections of a TLS server whose handshake is not done, and how often they were looked at. */
  readonly #handshakes = new Map<Socket, number>()
  readonly #sessions = new Set<DrainedSession>()
  /** Requests that a client sent behind one whose answer said `close`. */
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
  /** How often it was looked which connections are quiet. */
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

  /** Its owner is dead. A server may outlive that: the next incarnation has a drain of its own. */
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

  /** Has every answer say that its connection ends, while the server still listens. */
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

  /** Milliseconds that it takes at most. */
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
    // A server says that it is closed before its last connections do.
    while (this.#connections.size > 0 && this.#kernel.now() < end) await polled()
    return { requests: this.#unanswered, connections: 0 }
  }

  /**
   * Stops listening in a moment in which nobody connects: the system resets connections that wait to be accepted then.
   * Clients that are told to close come again at once, so meanwhile they are not told.
   *
   * @param end when the time of the drain is up
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
    // Node's HTTP servers take a connection whose answer is still being sent for an idle one, and close it here.
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
   * Closes what was quiet for long enough. What counts is how often that was seen, and not the time: where the machine is so
   * busy that this program hardly runs, its clients hardly run either.
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

  /** The time is up. */
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

  /** The connection below it is the one from the same port. */
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
    // The channel belongs to the program: what is subscribed there is kept for as long as the server listens.
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
      // An answer that is not finished has lost its connection, whose end tells.
      if (response.writableFinished) connection.end(response)
    })
  }

  #upgraded(socket: Socket): void {
    const connection = this.#connections.get(socket) ?? this.#connect(socket, 'websocket')
    connection.protocol = 'websocket'
    // The client must have the answer to its upgrade first.
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
