import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream'
import { type KV, Kvm } from '@nats-io/kv'
import { connect, type NatsConnection as Nats, type NodeConnectionOptions } from '@nats-io/transport-node'
import { Deadline } from '../../kernel/index.js'
import type { Opening } from '../engine/engine.js'
import { Pauses } from '../engine/pauses.js'
import { clusterError } from '../errors.js'
import { textOf } from './answers.js'
import { bucketsOf } from './buckets.js'

/** What a node asks while it is connected. */
export interface Servers {
  readonly nats: Nats
  readonly jsm: JetStreamManager
  /** Waits longer: several servers agree on a bucket before it is made. */
  readonly making: { readonly jsm: JetStreamManager; readonly kvm: Kvm }
  readonly leases: KV
  readonly claims: KV
}

/** Milliseconds of the first pause between attempts to connect, and of the longest. */
const PAUSES = [100, 5_000] as const
/** Milliseconds in which a bucket is made or not. */
const MAKING = 15_000
/** Milliseconds between two signs of life, at least. */
const LEAST_PING = 500

/**
 * The connection of a node to the servers, made anew without end. While it is down nothing is sent: the client would keep it in a buffer, and a heartbeat that is sent
 * later says what is not so any more.
 */
export class NatsConnection {
  readonly #options: NodeConnectionOptions
  readonly #opening: Opening
  readonly #pauses: Pauses
  #servers: Servers | undefined
  #isUp = false
  /** Milliseconds until the next attempt, from the last one. */
  #pause = 0
  #again: Deadline | undefined
  #isClosed = false
  readonly #subscriptions = new Map<string, (bytes: Uint8Array) => void>()

  private constructor(options: NodeConnectionOptions, opening: Opening) {
    const { timeout, random } = opening
    this.#opening = opening
    this.#pauses = new Pauses(...PAUSES, random)
    this.#options = {
      ...options,
      timeout,
      // A way on which everything gets lost is given up after three of them.
      pingInterval: Math.max(LEAST_PING, timeout / 2),
      maxPingOut: 2,
      reconnect: true,
      maxReconnectAttempts: -1,
      reconnectDelayHandler: () => this.#pause,
      ignoreAuthErrorAbort: true,
      waitOnFirstConnect: false,
      noAsyncTraces: true,
    }
  }

  /** @throws ENGINE_UNREACHABLE */
  static async open(options: NodeConnectionOptions, opening: Opening): Promise<NatsConnection> {
    const connection = new NatsConnection(options, opening)
    try {
      await connection.#connect()
    } catch (error) {
      throw unreachable(textOf(error), error)
    }
    return connection
  }

  /** What is asked, while the connection is up. @throws ENGINE_UNREACHABLE */
  get servers(): Servers {
    if (this.#servers === undefined || !this.#isUp)
      throw unreachable('the connection is down, and is being made anew')
    return this.#servers
  }

  /** Of what is published there; also after the connection was made anew. */
  subscribe(subject: string, heard: (bytes: Uint8Array) => void): void {
    this.#subscriptions.set(subject, heard)
    if (this.#servers !== undefined) this.#listen(this.#servers.nats, subject, heard)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#isUp = false
    this.#again?.stop()
    await this.#servers?.nats.close()
  }

  async #connect(): Promise<void> {
    const nats = await connect(this.#options)
    if (this.#isClosed) return nats.close()
    const jsm = await jetstreamManager(nats, { timeout: this.#opening.timeout, checkAPI: false })
    const kvm = new Kvm(jsm.jetstream())
    const patient = await jetstreamManager(nats, { timeout: MAKING, checkAPI: false })
    const { leases, claims } = bucketsOf(this.#opening.cluster)
    const bound = { allow_direct: false }
    this.#servers = {
      nats,
      jsm,
      making: { jsm: patient, kvm: new Kvm(patient.jetstream()) },
      leases: await kvm.open(leases, { ...bound }),
      claims: await kvm.open(claims, { ...bound }),
    }
    for (const [subject, heard] of this.#subscriptions) this.#listen(nats, subject, heard)
    this.#pauses.reset()
    this.#isUp = true
    void this.#follow(nats)
  }

  #listen(nats: Nats, subject: string, heard: (bytes: Uint8Array) => void): void {
    nats.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) heard(message.data)
        else this.#opening.onProblem(error)
      },
    })
  }

  async #follow(nats: Nats): Promise<void> {
    for await (const status of nats.status()) {
      if (status.type === 'disconnect') this.#isUp = false
      else if (status.type === 'reconnecting') this.#pause = this.#pauses.next()
      else if (status.type === 'error') this.#opening.onProblem(status.error)
      else if (status.type === 'reconnect') {
        this.#isUp = true
        this.#pause = 0
        this.#pauses.reset()
      }
    }
    // The client itself has given up, as when what makes its credentials throws.
    this.#isUp = false
    if (!this.#isClosed) this.#connectLater()
  }

  #connectLater(): void {
    this.#again = new Deadline(this.#opening.clock, this.#pauses.next(), () => {
      this.#connect().catch((error: unknown) => {
        if (this.#isClosed) return
        this.#opening.onProblem(error)
        this.#connectLater()
      })
    })
  }
}

function unreachable(problem: string, cause?: unknown): Error {
  return clusterError('ENGINE_UNREACHABLE', { engine: 'nats', problem }, cause === undefined ? {} : { cause })
}
