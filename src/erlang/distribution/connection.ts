/** A connection to a node that is known: messages in both directions, until it breaks. */
import type { Duplex } from 'node:stream'
import type { Clock, Traffic } from '../../kernel/index.js'
import type { NodeFormOptions } from '../format/forms.js'
import type { DecodeLimits } from '../format/limits.js'
import { distributionError } from '../handshake/errors.js'
import type { FrameSplitter } from '../handshake/frame-splitter.js'
import type { Control, Incoming } from './control.js'
import { MessageCodec } from './message-codec.js'
import { Ticks } from './ticks.js'

/** The identity of the other side. */
export interface Peer {
  readonly node: string
  readonly creation: number
  /** The capabilities that both sides have. */
  readonly flags: bigint
}

export interface ConnectionLimits extends DecodeLimits {
  /** Bytes of one message; default 64 MiB. */
  readonly message?: number
  /** Bytes of all messages that have come in part, of as many senders; default eight times `message`, 512 MiB. */
  readonly incomplete?: number
  /** Bytes that wait to be sent, from which on the connection is busy; default 1 MiB, as on a BEAM. */
  readonly busy?: number
  /** Bytes that may wait to be sent: beyond, the other side is given up; default 256 MiB. */
  readonly waiting?: number
}

export interface ConnectionOptions {
  readonly clock: Clock
  /** Milliseconds without a sign of life after which the other side is gone; default 60,000. */
  readonly tickTime?: number
  readonly limits?: ConnectionLimits
  /** The form of payloads; see `decode`. */
  readonly forms?: NodeFormOptions
  /** Returns what to send for a value without a term; see `encode`. */
  readonly replace?: (value: unknown) => unknown
}

/** A listener to a connection. */
export interface ConnectionListener {
  onControl(control: Control, payload: unknown): void
  /** Called once, when the connection has ended. */
  onDown(reason: Error): void
  /** Called when the connection is not busy any more. */
  onReady?(): void
}

const TICK = Buffer.alloc(4)
const MIB = 1024 * 1024
/** The number of messages of the largest size that may arrive at the same time. */
const AT_ONCE = 8

export class Connection {
  readonly peer: Peer
  /** Called for its node when it has ended. */
  onEnd: (() => void) | undefined
  readonly #socket: Duplex
  readonly #splitter: FrameSplitter
  readonly #codec: MessageCodec
  readonly #ticks: Ticks
  readonly #busyAt: number
  readonly #most: number
  #listener: ConnectionListener | undefined
  #outgoing: Buffer[] = []
  #outgoingBytes = 0
  #wasBusy = false
  #paused = false
  #down: Error | undefined
  readonly #moved = { bytesIn: 0, bytesOut: 0, messagesIn: 0, messagesOut: 0 }
  readonly #flush = (): void => this.#sendOut()

  constructor(peer: Peer, socket: Duplex, splitter: FrameSplitter, options: ConnectionOptions) {
    const { clock, tickTime = 60_000, limits = {}, forms = {}, replace } = options
    const { message = 64 * MIB, incomplete, busy = MIB, waiting = 256 * MIB, ...terms } = limits
    this.peer = peer
    this.#socket = socket
    this.#splitter = splitter
    this.#busyAt = busy
    this.#most = waiting
    this.#codec = new MessageCodec({
      flags: peer.flags,
      limits: { size: message, ...terms },
      most: message,
      incomplete: incomplete ?? AT_ONCE * message,
      forms,
      replace,
    })
    this.#ticks = new Ticks(clock, tickTime, {
      tick: () => this.#write(TICK),
      silent: () => this.close(`nothing came from it for ${tickTime} ms`),
    })
    splitter.change(4, message)
    socket.on('data', (chunk: Buffer) => this.#arrived(chunk))
    socket.on('drain', () => this.#drained())
    socket.on('error', (error) => this.close(error.message))
    socket.on('close', () => this.close('it was closed'))
    socket.on('end', () => this.close('it was closed'))
  }

  /** Whether messages can be sent. */
  get isUp(): boolean {
    return this.#down === undefined
  }

  /** Whether the other side is behind: who can should wait until it is told `onReady`. What is sent meanwhile waits. */
  get busy(): boolean {
    const busy = this.#outgoingBytes + this.#socket.writableLength > this.#busyAt
    this.#wasBusy ||= busy
    return busy
  }

  /** The traffic in both directions. */
  get traffic(): Traffic {
    return { ...this.#moved, waiting: this.#outgoingBytes + this.#socket.writableLength }
  }

  /** Sets the listener, which also gets what has arrived already. */
  listen(listener: ConnectionListener): void {
    this.#listener = listener
    if (this.#down !== undefined) listener.onDown(this.#down)
    else {
      this.#read()
      if (!this.#paused) this.#socket.resume()
    }
  }

  /**
   * Sends, behind all that was sent before. Over a connection that is down nothing is sent.
   *
   * @param payload the term that comes with it, where there is one
   * @throws TERM_NOT_ENCODABLE
   */
  send(control: Control, payload?: unknown): void {
    if (this.#down !== undefined) return
    this.#moved.messagesOut++
    for (const part of this.#codec.write(control, payload)) this.#write(part)
  }

  /** Reads nothing more from the other side, which is then slowed down, until `resume`. */
  pause(): void {
    this.#paused = true
    // While nothing is read, nothing can be heard.
    this.#ticks.deaf = true
    this.#socket.pause()
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#ticks.deaf = false
    this.#read()
    if (!this.#paused) this.#socket.resume()
  }

  /** Ends it. @param options the cause, where it is a fault of the other side */
  close(problem = 'it was ended here', options?: ErrorOptions): void {
    this.#fail(distributionError('CONNECTION_LOST', { node: this.peer.node, problem }, options))
  }

  #fail(reason: Error): void {
    if (this.#down !== undefined) return
    this.#down = reason
    this.#ticks.stop()
    this.#outgoing = []
    this.#outgoingBytes = 0
    this.#socket.destroy()
    this.onEnd?.()
    this.#listener?.onDown(reason)
  }

  #arrived(chunk: Buffer): void {
    this.#ticks.heard()
    this.#moved.bytesIn += chunk.length
    this.#splitter.push(chunk)
    this.#read()
  }

  #read(): void {
    const listener = this.#listener
    if (listener === undefined) return
    while (this.#down === undefined && !this.#paused) {
      const incoming = this.#next()
      if (incoming === undefined) return
      this.#moved.messagesIn++
      listener.onControl(incoming.control, incoming.payload)
    }
  }

  /** Returns the next complete message. */
  #next(): Incoming | undefined {
    try {
      for (;;) {
        const frame = this.#splitter.next()
        if (frame === undefined) return undefined
        const incoming = frame.length === 0 ? undefined : this.#codec.read(frame)
        if (incoming !== undefined) return incoming
      }
    } catch (cause) {
      const problem = (cause instanceof Error ? cause.message : String(cause)).replace(/\.$/, '')
      this.#fail(distributionError('CONNECTION_LOST', { node: this.peer.node, problem }, { cause }))
      return undefined
    }
  }

  /** Writes bytes. Everything that is sent in one turn leaves together. */
  #write(bytes: Buffer): void {
    if (this.#outgoing.length === 0) queueMicrotask(this.#flush)
    this.#outgoing.push(bytes)
    this.#outgoingBytes += bytes.length
    if (this.#outgoingBytes + this.#socket.writableLength > this.#most)
      this.close(`more than ${this.#most} bytes wait for it`)
  }

  #sendOut(): void {
    if (this.#down !== undefined || this.#outgoing.length === 0) return
    const bytes = Buffer.concat(this.#outgoing, this.#outgoingBytes)
    this.#outgoing = []
    this.#outgoingBytes = 0
    this.#moved.bytesOut += bytes.length
    this.#ticks.said()
    this.#socket.write(bytes)
  }

  #drained(): void {
    if (!this.#wasBusy || this.busy) return
    this.#wasBusy = false
    this.#listener?.onReady?.()
  }
}
