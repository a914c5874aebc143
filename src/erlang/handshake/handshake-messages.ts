/** The messages of the handshake, version 6, which is that of OTP 23 and later. */
import { distributionError } from './errors.js'

/** Who somebody says they are. */
export interface Introduction {
  readonly node: string
  readonly flags: bigint
  readonly creation: number
}

export interface Challenge extends Introduction {
  readonly challenge: number
}

const NAME = 0x4e
const STATUS = 0x73
const REPLY = 0x72
const ACKNOWLEDGE = 0x61

export function nameMessage({ node, flags, creation }: Introduction): Buffer {
  const name = Buffer.from(node)
  const head = Buffer.alloc(15)
  head[0] = NAME
  head.writeBigUInt64BE(flags, 1)
  head.writeUInt32BE(creation, 9)
  head.writeUInt16BE(name.length, 13)
  return Buffer.concat([head, name])
}

export function challengeMessage({ node, flags, creation, challenge }: Challenge): Buffer {
  const name = Buffer.from(node)
  const head = Buffer.alloc(19)
  head[0] = NAME
  head.writeBigUInt64BE(flags, 1)
  head.writeUInt32BE(challenge, 9)
  head.writeUInt32BE(creation, 13)
  head.writeUInt16BE(name.length, 17)
  return Buffer.concat([head, name])
}

export function statusMessage(status: string): Buffer {
  return Buffer.concat([Buffer.of(STATUS), Buffer.from(status, 'latin1')])
}

export function replyMessage(challenge: number, digest: Uint8Array): Buffer {
  const head = Buffer.alloc(5)
  head[0] = REPLY
  head.writeUInt32BE(challenge, 1)
  return Buffer.concat([head, digest])
}

export function acknowledgeMessage(digest: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(ACKNOWLEDGE), digest])
}

export function readName(message: Buffer): Introduction {
  expectKind(message, NAME, 15, 'its name')
  return {
    flags: message.readBigUInt64BE(1),
    creation: message.readUInt32BE(9),
    node: readNode(message, 13),
  }
}

export function readChallenge(message: Buffer): Challenge {
  expectKind(message, NAME, 19, 'a challenge')
  return {
    flags: message.readBigUInt64BE(1),
    challenge: message.readUInt32BE(9),
    creation: message.readUInt32BE(13),
    node: readNode(message, 17),
  }
}

export function readStatus(message: Buffer): string {
  expectKind(message, STATUS, 1, 'a status')
  return message.toString('latin1', 1)
}

export function readReply(message: Buffer): { readonly challenge: number; readonly digest: Buffer } {
  expectKind(message, REPLY, 21, 'the answer to a challenge')
  return { challenge: message.readUInt32BE(1), digest: message.subarray(5, 21) }
}

export function readAcknowledge(message: Buffer): Buffer {
  expectKind(message, ACKNOWLEDGE, 17, 'that it is satisfied')
  return message.subarray(1, 17)
}

/** What may follow is of later versions. */
function readNode(message: Buffer, at: number): string {
  const length = message.readUInt16BE(at)
  if (length > message.length - at - 2) throw broken('the name of the node is longer than the message')
  return message.toString('utf8', at + 2, at + 2 + length)
}

function expectKind(message: Buffer, kind: number, least: number, what: string): void {
  if (message[0] !== kind || message.length < least) {
    const came = message.length === 0 ? 'nothing' : `${message.length} bytes that begin with ${message[0]}`
    throw broken(`${what} should come, but ${came} did`)
  }
}

function broken(problem: string): Error {
  return distributionError('HANDSHAKE_FAILED', { problem })
}
