/** A handshake over a socket: bounded in time and in bytes. */
import type { Duplex } from 'node:stream'
import { type Clock, Deadline, HeartwoodError } from '../../kernel/index.js'
import { distributionError } from './errors.js'
import { FrameSplitter, framed } from './frame-splitter.js'
import type { Handshake } from './handshake.js'
import type { Introduction } from './handshake-messages.js'

/** No message of a handshake is longer: a name has at most 255 bytes. */
const LONGEST_MESSAGE = 1_024

export interface Shaking {
  readonly clock: Clock
  /** Milliseconds for all of it. */
  readonly timeout: number
  readonly lengthBytes: 2 | 4
  /** Whose side it is. */
  readonly begin: (send: (message: Buffer) => void) => Handshake
}

export interface Shaken {
  readonly other: Introduction
  /** Has what came behind the handshake. */
  readonly splitter: FrameSplitter
}

/** @throws HANDSHAKE_FAILED, HANDSHAKE_YIELDS; the socket is then destroyed */
export function shakeHands(socket: Duplex, { clock, timeout, lengthBytes, begin }: Shaking): Promise<Shaken> {
  return new Promise((resolve, reject) => {
    const splitter = new FrameSplitter(lengthBytes, LONGEST_MESSAGE)
    const deadline = new Deadline(clock, timeout, () => fail(lost(`it is not over within ${timeout} ms`)))
    const onData = (chunk: Buffer): void => {
      splitter.push(chunk)
      try {
        for (;;) {
          const frame = splitter.next()
          if (frame === undefined) return
          const other = handshake.receive(frame)
          if (other === undefined) continue
          leave()
          socket.pause()
          resolve({ other, splitter })
          return
        }
      } catch (error) {
        fail(
          HeartwoodError.is(error, 'DISTRIBUTION_BROKEN')
            ? lost('it speaks something else')
            : (error as Error),
        )
      }
    }
    const onError = (error: Error): void => fail(lost(error.message))
    const why =
      'encrypted' in socket ? 'a wrong cookie or a certificate that it does not take' : 'a wrong cookie'
    const onClose = (): void => fail(lost(`the other side closes the connection, as for ${why}`))
    const leave = (): void => {
      deadline.stop()
      socket.off('data', onData)
      socket.off('error', onError)
      socket.off('close', onClose)
      socket.off('end', onClose)
    }
    const fail = (error: Error): void => {
      leave()
      socket.on('error', () => {})
      // What was said last, such as that it is refused, still leaves.
      socket.end(() => socket.destroy())
      reject(error)
    }
    socket.on('data', onData)
    socket.on('error', onError)
    socket.on('close', onClose)
    socket.on('end', onClose)
    const handshake = begin((message) => void socket.write(framed(message, lengthBytes)))
  })
}

function lost(problem: string): Error {
  return distributionError('HANDSHAKE_FAILED', { problem })
}
