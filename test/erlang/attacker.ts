/** Connections to a node that are up to no good. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { OURS } from '../../src/erlang/handshake/flags.js'
import { framed } from '../../src/erlang/handshake/frame-splitter.js'
import { DialingHandshake } from '../../src/erlang/handshake/handshake.js'
import { nameMessage, replyMessage, statusMessage } from '../../src/erlang/handshake/handshake-messages.js'
import { shakeHands } from '../../src/erlang/handshake/shaking-hands.js'
import { Deadline, SystemClock } from '../../src/kernel/index.js'
import type { HostileFrames } from './hostile-frames.js'

const clock = new SystemClock()

export interface Victim {
  readonly node: string
  readonly port: number
  readonly cookie: string
}

async function dialed({ port }: Victim): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').setNoDelay(true)
  socket.on('error', () => {})
  await Promise.race([once(socket, 'connect'), once(socket, 'close')])
  return socket
}

/** A connection of somebody who has the cookie. */
export async function insider(victim: Victim, name: string, creation: number): Promise<Socket> {
  const socket = await dialed(victim)
  const self = { node: name, flags: OURS, creation }
  await shakeHands(socket, {
    clock,
    timeout: 10_000,
    lengthBytes: 2,
    begin: (send) => new DialingHandshake(victim.node, { self, cookie: victim.cookie, send }),
  })
  socket.on('error', () => {})
  return socket
}

/** Turns of the event loop in which a node of this program has ended what it ends. */
const TURNS = 5

/** Whether it is closed soon: within so many milliseconds, or for 0 as soon as a node of this program does it. */
async function isEndedSoon(socket: Socket, patience: number): Promise<boolean> {
  socket.resume()
  for (let turn = 0; turn < TURNS && !socket.destroyed; turn++) await new Promise(setImmediate)
  if (patience > 0 && !socket.destroyed) {
    const closed = new AbortController()
    const limit = new Deadline(clock, patience, () => closed.abort())
    await once(socket, 'close', closed).catch(() => {})
    limit.stop()
  }
  return socket.destroyed
}

/**
 * Sends so many frames over as many connections as it takes.
 *
 * @returns how many connections the node has ended
 */
export async function sendFrames(
  victim: Victim,
  frames: HostileFrames,
  count: number,
  patience = 0,
  told: (kind: string, ended: boolean) => void = () => {},
): Promise<number> {
  const { node, creation } = frames.lies.from
  let ended = 0
  for (let sent = 0; sent < count; ) {
    const socket = await insider(victim, node, creation)
    for (let each = 0; each < 5 && sent < count && !socket.destroyed; each++, sent++) {
      const { kind, bytes } = frames.next()
      // Some of it in two parts.
      const cut = frames.below(3) === 0 ? frames.below(bytes.length) : bytes.length
      socket.write(bytes.subarray(0, cut))
      if (cut < bytes.length) {
        await new Promise(setImmediate)
        socket.write(bytes.subarray(cut))
      }
      const isEnded = await isEndedSoon(socket, patience)
      told(kind, isEnded)
      if (isEnded) ended++
    }
    socket.destroy()
  }
  return ended
}

type Stranger = (victim: Victim, socket: Socket, frames: HostileFrames) => void

/** What those do who do not have the cookie. */
export const STRANGERS: Readonly<Record<string, Stranger>> = {
  'say nothing': () => {},
  'are gone at once': (_, socket) => socket.destroy(),
  'speak HTTP': (_, socket) => void socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
  'speak TLS': (_, socket) => void socket.write(Buffer.of(22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3)),
  'make noise': (_, socket, frames) => void socket.write(frames.noise(frames.below(300))),
  'announce much': (_, socket) => void socket.write(Buffer.of(255, 255, 78, 0)),
  'stop in the middle of their name': (_, socket, frames) => {
    const message = framed(name(frames.lies.from.node), 2)
    socket.end(message.subarray(0, frames.below(message.length)))
  },
  'have a name that is none': (_, socket, frames) => {
    const names = ['', '@', 'a@', `${'a'.repeat(300)}@b`, 'a@b c', 'a\u0000@b', '../@b']
    socket.write(framed(name(frames.pick(...names)), 2))
  },
  'can do nothing': (_, socket, frames) =>
    void socket.write(framed(nameMessage({ node: frames.lies.from.node, flags: 0n, creation: 1 }), 2)),
  'say that they are that node itself': (victim, socket) => void socket.write(framed(name(victim.node), 2)),
  'know the name and not the cookie': (_, socket, frames) => {
    socket.write(framed(name(frames.lies.from.node), 2))
    socket.write(framed(replyMessage(1, frames.noise(16)), 2))
  },
  'answer before they are asked': (_, socket, frames) => {
    socket.write(framed(statusMessage('true'), 2))
    socket.write(framed(replyMessage(1, frames.noise(16)), 2))
  },
  'leave after the challenge': (_, socket, frames) => {
    socket.write(framed(name(frames.lies.from.node), 2))
    socket.once('data', () => socket.destroy())
  },
}

function name(node: string): Buffer {
  return nameMessage({ node, flags: OURS, creation: 7 })
}

/** So many of them, each for itself. @returns those that were not sent away yet */
export async function sendStrangers(
  victim: Victim,
  frames: HostileFrames,
  count: number,
  patience = 0,
): Promise<Socket[]> {
  const left: Socket[] = []
  const kinds = Object.values(STRANGERS)
  for (let at = 0; at < count; at++) {
    const socket = await dialed(victim)
    if (socket.destroyed) continue
    kinds[at % kinds.length]?.(victim, socket, frames)
    if (!(await isEndedSoon(socket, patience))) left.push(socket)
  }
  return left
}

/** So many that connect and say nothing. */
export async function sendSilent(victim: Victim, count: number): Promise<Socket[]> {
  return Promise.all(Array.from({ length: count }, () => dialed(victim)))
}
