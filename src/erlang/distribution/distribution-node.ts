/** A hidden node: it can be connected to, and connects. There is one connection for each other node. */
import { randomInt } from 'node:crypto'
import type { AddressInfo, Server, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type Clock, rules } from '../../kernel/index.js'
import { Epmd, type EpmdOptions, type KeptRegistration } from '../handshake/epmd.js'
import { distributionError } from '../handshake/errors.js'
import * as flag from '../handshake/flags.js'
import { AcceptingHandshake, DialingHandshake, type Welcome } from '../handshake/handshake.js'
import type { Introduction } from '../handshake/handshake-messages.js'
import { isLoopback } from '../handshake/loopback.js'
import { type NodeName, parsedNodeName } from '../handshake/node-name.js'
import { type Shaken, shakeHands } from '../handshake/shaking-hands.js'
import { type NodeTls, type Transport, tcp, tlsTransport } from '../handshake/transport.js'
import { WaitingRoom } from '../handshake/waiting-room.js'
import { Connection, type ConnectionOptions } from './connection.js'
import { PendingPeer } from './pending-peer.js'

export interface DistributionOptions extends ConnectionOptions {
  readonly clock: Clock
  /** Such as `shop@10.0.0.5`. */
  readonly name: string
  /** Which of those that had the name it is; default a random one. */
  readonly creation?: number
  readonly cookie: string
  /** Where it listens; default 127.0.0.1. */
  readonly host?: string
  /** Default 0: any that is free. */
  readonly port?: number
  /** How ports are found and made known; false for neither, with `resolve`. */
  readonly epmd?: Omit<EpmdOptions, 'clock'> | false
  /** Where a node is, in place of EPMD. */
  readonly resolve?: (node: string) => Address | undefined | Promise<Address | undefined>
  readonly tls?: NodeTls
  /** Connects in plain text beyond loopback, too; default false. */
  readonly insecure?: boolean
  /** Milliseconds until a connection is up or given up; default 7,000, as on a BEAM. */
  readonly setupTime?: number
  /** Others that connect at a time; default 100. For one more, who has been at it for longest has to go. */
  readonly pending?: number
  /** Which nodes may connect: those that it returns `true` for; default all that have the cookie. */
  readonly allow?: (node: string) => boolean
  /** A connection is up. It is to be listened to at once. */
  readonly onConnection: (connection: Connection) => void
  /** What goes wrong where nobody waits for it: handshakes of others, EPMD. */
  readonly onProblem?: (error: unknown) => void
}

export interface Address {
  readonly host: string
  readonly port: number
  /** What it wants to be shown; default the cookie of this node. */
  readonly cookie?: string | undefined
}

export class DistributionNode {
  readonly name: string
  readonly creation: number
  readonly #options: DistributionOptions
  readonly #self: Introduction
  readonly #parsed: NodeName
  readonly #transport: Transport
  readonly #epmd: Epmd | undefined
  readonly #up = new Map<string, Connection>()
  readonly #pending = new Map<string, PendingPeer>()
  #server: Server | undefined
  #registration: KeptRegistration | undefined
  readonly #room: WaitingRoom
  #closed = false

  /** @throws NODE_OPTION_INVALID */
  constructor(options: DistributionOptions) {
    const parsed = parsedNodeName(options.name)
    if (parsed === undefined)
      throw invalid(`its name must be name@host, but is ${JSON.stringify(options.name)}`)
    if (typeof options.cookie !== 'string' || options.cookie === '')
      throw invalid('its cookie must be a non-empty string')
    if (options.epmd === false && options.resolve === undefined)
      throw invalid('without EPMD it needs a resolve that knows where nodes are')
    this.name = options.name
    this.creation = options.creation ?? randomInt(4, 2 ** 32)
    this.#parsed = parsed
    this.#options = options
    this.#transport = options.tls === undefined ? tcp : tlsTransport(options.tls)
    this.#epmd = options.epmd === false ? undefined : new Epmd({ clock: options.clock, ...options.epmd })
    this.#self = { node: options.name, flags: flag.OURS, creation: this.creation }
    this.#room = new WaitingRoom(options.pending ?? 100)
  }

  get #setupTime(): number {
    return this.#options.setupTime ?? 7_000
  }

  /** Where it listens. */
  get port(): number {
    return (this.#server?.address() as AddressInfo | null | undefined)?.port ?? 0
  }

  /** The nodes that it is connected to. */
  nodes(): readonly string[] {
    return [...this.#up.keys()]
  }

  /** Listens, and makes itself known. @throws EPMD_UNREACHABLE, EPMD_REFUSED */
  async start(): Promise<void> {
    const { host = '127.0.0.1', port = 0 } = this.#options
    const refused = (problem: string): void =>
      this.#problem(distributionError('HANDSHAKE_FAILED', { problem }))
    const server = this.#transport.serve(this.#setupTime, (socket) => this.#accept(socket), refused)
    this.#server = server
    // Also those who have not even begun with TLS.
    server.on('connection', (socket) => this.#room.enter(socket))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, host, () => resolve())
    })
    server.on('error', (error) => this.#problem(error))
    const registration = { name: this.#parsed.alive, port: this.port, hidden: true }
    try {
      this.#registration = await this.#epmd?.register(registration, (error) => this.#problem(error))
    } catch (error) {
      server.close()
      throw error
    }
  }

  /** Ends all connections. */
  close(): void {
    this.#closed = true
    this.#registration?.close()
    this.#server?.close()
    this.#room.close()
    for (const [node, pending] of this.#pending) pending.fail(this.#unreachable(node, 'this node is closed'))
    for (const connection of [...this.#up.values()]) connection.close()
  }

  /**
   * The connection to a node, which is made if there is none.
   *
   * @throws NODE_NOT_FOUND, NODE_UNREACHABLE, HANDSHAKE_FAILED, EPMD_UNREACHABLE
   */
  connect(node: string): Promise<Connection> {
    const connection = this.#up.get(node)
    if (connection !== undefined) return Promise.resolve(connection)
    return (this.#pending.get(node) ?? this.#begin(node)).promise
  }

  #begin(node: string): PendingPeer {
    const { clock } = this.#options
    const pending = new PendingPeer(clock, this.#setupTime, () =>
      pending.fail(this.#unreachable(node, `no connection is up within ${this.#setupTime} ms`)),
    )
    this.#pending.set(node, pending)
    pending.promise
      .catch(() => {})
      .finally(() => {
        if (this.#pending.get(node) === pending) this.#pending.delete(node)
      })
    this.#dial(node, pending).catch((error: unknown) => pending.notDialed(error))
    return pending
  }

  async #dial(node: string, pending: PendingPeer): Promise<void> {
    const name = parsedNodeName(node)
    if (name === undefined || node === this.name || this.#closed)
      throw distributionError('NODE_NOT_FOUND', { node, problem: 'a node is name@host, and another one' })
    const { host, port, cookie = this.#options.cookie } = await this.#addressOf(node, name)
    if (pending.isOver) return
    const socket = await this.#socketTo(name, host, port, pending)
    const { other, splitter } = await this.#shake(socket, (send) => {
      return new DialingHandshake(node, { self: this.#self, cookie, send })
    })
    this.#connected({ other, splitter }, socket)
  }

  /** Refuses plain text beyond this machine, unless the option allows it. */
  async #checkWay(node: string, host: string): Promise<void> {
    const { tls, insecure } = this.#options
    if (tls !== undefined || insecure === true || (await isLoopback(host))) return
    throw this.#unreachable(node, `${host} is not this machine, and without tls nothing is sent there`)
  }

  async #addressOf(node: string, name: NodeName): Promise<Address> {
    const found = (await this.#options.resolve?.(node)) ?? undefined
    if (found !== undefined && !isAddress(found))
      throw this.#unreachable(node, `resolve returned ${rules.shownValue(found)}, and not { host, port }`)
    // This comes before any request there: the name of a node may have been sent by some other code.
    await this.#checkWay(node, found?.host ?? name.host)
    if (found !== undefined) return found
    if (this.#epmd === undefined)
      throw distributionError('NODE_NOT_FOUND', { node, problem: 'resolve does not know it' })
    const { epmd, clock } = this.#options
    const at = new Epmd({ clock, host: name.host, ...(epmd === false ? {} : epmd) })
    return { host: name.host, port: await at.lookUp(name.alive) }
  }

  #socketTo(name: NodeName, host: string, port: number, pending: PendingPeer): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      const fail = (error?: Error): void => {
        socket.on('error', () => {})
        const problem = error?.message ?? 'the connection is closed'
        reject(this.#unreachable(`${name.alive}@${name.host}`, problem))
      }
      const socket = this.#transport.dial(name, host, port, () => {
        socket.off('error', fail)
        socket.off('close', fail)
        resolve(socket)
      })
      pending.socket = socket
      socket.on('error', fail)
      socket.on('close', fail)
    })
  }

  #accept(socket: Socket): void {
    if (this.#closed) {
      socket.destroy()
      return
    }
    let handshake: AcceptingHandshake | undefined
    this.#shake(socket, (send) => {
      const welcome = (other: Introduction): Welcome => this.#welcome(other, socket)
      handshake = new AcceptingHandshake({ self: this.#self, cookie: this.#options.cookie, send, welcome })
      return handshake
    }).then(
      (shaken) => {
        this.#room.known(socket)
        this.#connected(shaken, socket)
      },
      (error: unknown) => {
        this.#pending.get(handshake?.other?.node ?? '')?.notAccepted(error)
        this.#problem(error)
      },
    )
  }

  /** Whether a node may connect. Only `true` allows it: any other answer refuses. */
  #allows(node: string): boolean {
    const { allow } = this.#options
    const answer: unknown = allow === undefined || allow(node)
    if (typeof answer !== 'boolean') {
      if (answer instanceof Promise) answer.catch(() => {})
      const problem = `${node} is not let in, since allow returned ${rules.shownValue(answer)} and not true or false`
      this.#problem(distributionError('HANDSHAKE_FAILED', { problem }))
    }
    return answer === true
  }

  /** Decides about a node that introduces itself, as a BEAM does. */
  #welcome(other: Introduction, socket: Socket): Welcome {
    this.#room.speaks(socket)
    const name = parsedNodeName(other.node)
    if (name === undefined || other.node === this.name) return 'not_allowed'
    if (!this.#allows(other.node) || !this.#transport.mayBe(socket, name)) return 'not_allowed'
    if (this.#up.has(other.node)) return 'alive'
    const pending = this.#pending.get(other.node)
    if (pending === undefined) return 'ok'
    // Both sides connect: the attempt of the one with the greater name goes on.
    if (pending.isDialing && this.name > other.node) return 'nok'
    return pending.accept() ? 'ok_simultaneous' : 'ok'
  }

  #shake(socket: Duplex, begin: Parameters<typeof shakeHands>[1]['begin']): Promise<Shaken> {
    const { clock } = this.#options
    const { lengthBytes } = this.#transport
    return shakeHands(socket, { clock, timeout: this.#setupTime, lengthBytes, begin })
  }

  #connected({ other, splitter }: Shaken, socket: Duplex): void {
    const { node, creation, flags } = other
    const connection = new Connection(
      { node, creation, flags: flags & flag.OURS },
      socket,
      splitter,
      this.#options,
    )
    if (this.#closed) {
      connection.close()
      return
    }
    // It connects anew, so what was there is no more.
    this.#up.get(node)?.close(`${node} connects anew`)
    this.#up.set(node, connection)
    connection.onEnd = () => {
      if (this.#up.get(node) === connection) this.#up.delete(node)
    }
    this.#options.onConnection(connection)
    this.#pending.get(node)?.succeed(connection, socket)
  }

  #problem(error: unknown): void {
    this.#options.onProblem?.(error)
  }

  #unreachable(node: string, problem: string): Error {
    return distributionError('NODE_UNREACHABLE', { node, problem })
  }
}

function isAddress(value: unknown): value is Address {
  if (!rules.isRecord(value)) return false
  const { host, port, cookie = 'that of this node' } = value
  return rules.text.fits(host) && rules.wholeNumber(1, 65_535).fits(port) && rules.text.fits(cookie)
}

function invalid(problems: string): Error {
  return distributionError('NODE_OPTION_INVALID', { problems })
}
