/** Draining: a server takes no new work and finishes what it has, before the tree that does the work is stopped. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2Session } from 'node:http2'
import { Server, type Socket } from 'node:net'
import {
  currentKernel,
  currentPid,
  inherited,
  isAlive,
  type Pid,
  reasonOf,
  receive,
  self,
  send,
} from '../kernel/index.js'
import { reasonLine } from '../logging/index.js'
import { applicationError } from './errors.js'

/** Where processes find the servers that their application drains. */
export const DRAINS: unique symbol = Symbol.for('heartwood.drains')

/** How a server is drained. */
export interface DrainOptions {
  /** Milliseconds that requests in flight may take to be finished; then their connections are cut off. Default 10,000. */
  readonly timeout?: number | undefined
  /** Called as the draining begins: ends what would never end by itself, such as event streams and web sockets. */
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

/** A server of Node's, or a framework around one. */
export type Drainable = Server | { readonly server: Server }

/**
 * Has a server drained before the application of the current process is stopped: it stops listening, closes idle
 * connections, answers what is in flight, and what still comes on open connections, with `Connection: close`, and is
 * given up after the time-out. Only then are `prepStop` run and the tree stopped, so that whatever a request needs is
 * still there.
 *
 * To be called when the server is made: only requests from then on are known. The process should `own` the server, too:
 * a worker that crashes does not drain.
 *
 * @param server of `node:http`, `https`, `http2` or `net`, or what has one as `server`, such as Fastify
 * @returns by which it can be drained at another time, as in `terminate`
 * @throws DRAIN_INVALID
 * @example
 * ```ts
 * const server = own(createServer(handler))
 * drain(server, { timeout: 5_000 })
 * ```
 */
export function drain(server: Drainable, options: DrainOptions = {}): Drain {
  const made = new ServerDrain(checked(server), options)
  const drains = inherited(DRAINS)
  if (drains instanceof Drains) drains.add(made)
  return made
}

/** What an application has to drain. */
export class Drains {
  readonly #all = new Set<ServerDrain>()

  add(drain: ServerDrain): void {
    for (const each of this.#all) if (!each.stands) this.#all.delete(each)
    this.#all.add(drain)
  }

  /** Drains all of them at once; undefined when there are none. */
  get drained(): Promise<readonly Drained[]> | undefined {
    const standing = [...this.#all].filter(({ stands }) => stands)
    return standing.length === 0 ? undefined : Promise.all(standing.map((each) => each.drained()))
  }
}

/** Says that a server has no connection left. */
class Over {
  constructor(readonly of: ServerDrain) {}
}

class ServerDrain implements Drain {
  readonly #requests = new Map<ServerResponse, string>()
  readonly #sockets = new Set<Socket>()
  readonly #secure = new Set<Socket>()
  readonly #sessions = new Set<Http2Session>()
  readonly #owner: Pid | undefined = currentPid()
  #draining: Promise<Drained> | undefined

  constructor(
    private readonly server: Server & { closeIdleConnections?(): void; closeAllConnections?(): void },
    private readonly options: DrainOptions,
  ) {
    server.on('connection', (socket: Socket) => keep(this.#sockets, socket))
    server.on('secureConnection', (socket: Socket) => keep(this.#secure, socket))
    server.on('session', (session: Http2Session) => {
      keep(this.#sessions, session)
      if (this.#draining !== undefined) session.close()
    })
    // Of an HTTP/2 server with streams alone, a listener would make another server.
    if ('closeIdleConnections' in server || server.listenerCount('request') > 0) {
      server.prependListener('request', (request, response) => this.#request(request, response))
    }
  }

  /** Whether there is still something to drain. */
  get stands(): boolean {
    return this.#owner === undefined || isAlive(this.#owner)
  }

  drained(): Promise<Drained> {
    this.#draining ??= this.#drain()
    return this.#draining
  }

  async #drain(): Promise<Drained> {
    const { timeout = 10_000 } = this.options
    const me = self()
    this.#begin(() => send(me, new Over(this)))
    const over = (message: unknown): boolean => message instanceof Over && message.of === this
    if ((await receive(over, { timeout })) !== undefined) return { requests: [], connections: 0 }
    const requests = [...this.#requests.values()]
    const connections = Math.max(0, this.#sockets.size - requests.length)
    this.server.closeAllConnections?.()
    for (const session of this.#sessions) session.destroy()
    for (const socket of this.#sockets) socket.destroy()
    return { requests, connections }
  }

  #begin(over: () => void): void {
    // An error says that it does not listen any more, which is what is wanted.
    this.server.close(() => over())
    for (const response of this.#requests.keys()) sayClose(response)
    this.#closeIdle()
    for (const session of this.#sessions) session.close()
    const { begin } = this.options
    const attempt = async (): Promise<unknown> => begin?.()
    attempt().catch((thrown: unknown) => {
      const reason = reasonOf(thrown)
      const message = `the begin of a drain failed, the draining goes on: ${reasonLine(reason)}`
      currentKernel().report({ level: 'error', kind: 'drain', message, pid: this.#owner, reason })
    })
  }

  #closeIdle(): void {
    if (this.server.closeIdleConnections === undefined) return
    this.server.closeIdleConnections()
    // Node takes a connection that was never used for one with a request to come.
    for (const socket of [...this.#sockets, ...this.#secure]) if (socket.bytesRead === 0) socket.destroy()
  }

  #request(request: IncomingMessage, response: ServerResponse): void {
    this.#requests.set(response, `${request.method} ${request.url}`)
    if (this.#draining !== undefined) sayClose(response)
    response.once('close', () => {
      this.#requests.delete(response)
      // An answer whose head had gone out before leaves its connection open.
      if (this.#draining !== undefined) setImmediate(() => this.#closeIdle())
    })
  }
}

function keep<T extends Socket | Http2Session>(all: Set<T>, one: T): void {
  all.add(one)
  one.once('close', () => all.delete(one))
}

/** HTTP/2 has no such header: its sessions are told. */
function sayClose(response: ServerResponse): void {
  if (!response.headersSent && response.req.httpVersionMajor < 2) response.setHeader('connection', 'close')
}

function checked(given: Drainable): Server {
  const server = given instanceof Server ? given : (given as { server?: unknown } | undefined)?.server
  if (server instanceof Server) return server
  throw applicationError('DRAIN_INVALID', { value: given })
}
