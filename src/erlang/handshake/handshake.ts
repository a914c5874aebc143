/**
 * How two nodes come to know each other, without a socket: each side is handed what came, and says what to send. It ends
 * with who the other is, or with why not.
 */

import { digestOf, isDigest, newChallenge } from './challenge.js'
import { distributionError } from './errors.js'
import { meant, missing } from './flags.js'
import type { Introduction } from './handshake-messages.js'
import * as messages from './handshake-messages.js'
import { parsedNodeName } from './node-name.js'

/** What a node is told when it introduces itself. */
export type Welcome = 'ok' | 'ok_simultaneous' | 'nok' | 'not_allowed' | 'alive'

export interface HandshakeOptions {
  readonly self: Introduction
  readonly cookie: string
  readonly send: (message: Buffer) => void
}

/** One side of a handshake. */
export interface Handshake {
  /**
   * Takes a message of the other side.
   *
   * @returns who it is, once both sides are satisfied
   * @throws HANDSHAKE_FAILED
   */
  receive(message: Buffer): Introduction | undefined
}

function failed(problem: string): never {
  throw distributionError('HANDSHAKE_FAILED', { problem })
}

/** Of whom we would not want to be connected to. */
function accepted(other: Introduction): Introduction {
  if (parsedNodeName(other.node) === undefined)
    failed(`its name is ${JSON.stringify(other.node)}, which is none of a node`)
  const lacking = missing(other.flags)
  if (lacking !== 0n)
    failed(
      `${other.node} lacks what OTP 26 and later require (flags ${lacking.toString(16)}): it is older, or no BEAM`,
    )
  return { ...other, flags: meant(other.flags) }
}

/** The side that connects. */
export class DialingHandshake implements Handshake {
  readonly #options: HandshakeOptions
  readonly #node: string
  readonly #challenge = newChallenge()
  #stage: 'status' | 'challenge' | 'acknowledge' = 'status'
  #other: Introduction | undefined

  /** @param node who should be there */
  constructor(node: string, options: HandshakeOptions) {
    this.#node = node
    this.#options = options
    options.send(messages.nameMessage(options.self))
  }

  receive(message: Buffer): Introduction | undefined {
    switch (this.#stage) {
      case 'status':
        this.#status(messages.readStatus(message))
        return undefined
      case 'challenge':
        this.#answer(messages.readChallenge(message))
        return undefined
      default:
        if (!isDigest(messages.readAcknowledge(message), this.#options.cookie, this.#challenge))
          failed(`${this.#node} has another cookie`)
        return this.#other
    }
  }

  #status(status: string): void {
    this.#stage = 'challenge'
    if (status === 'ok' || status === 'ok_simultaneous') return
    // It believes that it still is connected to us; we know better.
    if (status === 'alive') {
      this.#options.send(messages.statusMessage('true'))
      return
    }
    if (status === 'nok') throw distributionError('HANDSHAKE_YIELDS', { node: this.#node })
    failed(`${this.#node} says ${JSON.stringify(status.slice(0, 100))}`)
  }

  #answer(challenge: messages.Challenge): void {
    const { cookie, send } = this.#options
    if (challenge.node !== this.#node)
      failed(`${JSON.stringify(challenge.node)} answers in place of ${this.#node}`)
    this.#other = accepted(challenge)
    this.#stage = 'acknowledge'
    send(messages.replyMessage(this.#challenge, digestOf(cookie, challenge.challenge)))
  }
}

export interface AcceptingOptions extends HandshakeOptions {
  /** Decides about who introduces themselves. */
  readonly welcome: (other: Introduction) => Welcome
}

/** The side that is connected to. */
export class AcceptingHandshake implements Handshake {
  readonly #options: AcceptingOptions
  readonly #challenge = newChallenge()
  #stage: 'name' | 'alive' | 'reply' = 'name'
  #other: Introduction | undefined

  constructor(options: AcceptingOptions) {
    this.#options = options
  }

  /** Who it says it is, once it has. */
  get other(): Introduction | undefined {
    return this.#other
  }

  receive(message: Buffer): Introduction | undefined {
    switch (this.#stage) {
      case 'name':
        this.#name(accepted(messages.readName(message)))
        return undefined
      case 'alive':
        if (messages.readStatus(message) !== 'true') failed(`${this.#other?.node} has thought better of it`)
        this.#send()
        return undefined
      default:
        return this.#reply(messages.readReply(message))
    }
  }

  #name(other: Introduction): void {
    this.#other = other
    const welcome = this.#options.welcome(other)
    this.#options.send(messages.statusMessage(welcome))
    if (welcome === 'nok' || welcome === 'not_allowed') failed(`${other.node} was told ${welcome}`)
    if (welcome === 'alive') this.#stage = 'alive'
    else this.#send()
  }

  #send(): void {
    this.#stage = 'reply'
    this.#options.send(messages.challengeMessage({ ...this.#options.self, challenge: this.#challenge }))
  }

  #reply({
    challenge,
    digest,
  }: {
    readonly challenge: number
    readonly digest: Buffer
  }): Introduction | undefined {
    const { cookie, send } = this.#options
    if (!isDigest(digest, cookie, this.#challenge)) failed(`${this.#other?.node} has another cookie`)
    send(messages.acknowledgeMessage(digestOf(cookie, challenge)))
    return this.#other
  }
}
