/**
 * What a program said in the turn in which it ended. Its channel takes what there is room for, and would send the rest in the next turn; so that
 * is written, when the program ends, into a pipe that waits for whoever reads it.
 */
import { writeSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { deserialize, serialize } from 'node:v8'
import { isPortMessage, type PortMessage } from './port.js'

/** The file that the pipe is in the program: behind its channel. */
export const PIPE = 4

/** Bytes of it at most. */
const MOST = 67_108_864

const LENGTH = 4

/** Bytes in which the first message must be. */
const FIRST = 1_024

type Numbered = readonly [number: number, message: unknown]

/** There: sends through the channel, and keeps what has not gone yet. */
export class ProgramChannel {
  #last = 0
  readonly #going = new Map<number, PortMessage>()

  /**
   * @param send gives a message to the channel, and says when it has gone, or cannot go any more
   * @param pipe the file that the rest is written to
   */
  constructor(
    private readonly send: (message: PortMessage, gone: () => void) => void,
    private readonly pipe: number,
  ) {}

  /** @param gone called when it has gone, or cannot go any more */
  post(message: PortMessage, gone?: () => void): void {
    const number = ++this.#last
    this.#going.set(number, message)
    const over = (): void => {
      this.#going.delete(number)
      gone?.()
    }
    try {
      this.send(message, over)
    } catch (error) {
      this.#going.delete(number)
      throw error
    }
  }

  /** When the program ends, in that very turn: first that it does, since whatever listens to its end may be in an endless loop. */
  end(exitCode: unknown): void {
    try {
      this.#write([0, ['leaves', exitCode]])
      for (const numbered of this.#going) this.#write(numbered)
    } catch {
      // Its host has gone: there is nobody to be told.
    }
  }

  #write(numbered: Numbered): void {
    const said = serialize(numbered)
    const length = Buffer.alloc(LENGTH)
    length.writeUInt32LE(said.length)
    const bytes = Buffer.concat([length, said])
    for (let at = 0; at < bytes.length; ) at += writeSync(this.pipe, bytes, at)
  }
}

/** Gives a message to the channel of this program. A host that has gone would be an error of nobody's. */
export function sendHome(message: PortMessage, gone: () => void): void {
  if (process.connected) process.send?.(message, gone)
  else gone()
}

/** At home: takes what comes through the channel, and behind that what did not. */
export class ProgramEar {
  #heard = 0
  #size = 0
  /** It has said that it ends. */
  #leaves = false
  #last: Buffer[] = []

  constructor(
    pipe: Readable,
    private readonly take: (message: unknown) => void,
    private readonly garbled: (error: unknown) => void,
  ) {
    pipe.on('data', (bytes: Buffer) => this.#keep(bytes))
    // One that breaks has nothing more to say.
    pipe.on('error', () => {})
  }

  /** Something came through the channel. @param isOurs not what loads modules, or what other code there sends */
  hear(message: unknown, isOurs: boolean): void {
    if (isOurs) this.#heard++
    this.take(message)
  }

  /** Nothing comes any more through either. */
  end(): void {
    const bytes = Buffer.concat(this.#last)
    this.#last = []
    try {
      for (const [number, message] of numberedIn(bytes)) if (number > this.#heard) this.take(message)
    } catch (error) {
      this.garbled(error)
    }
  }

  #keep(bytes: Buffer): void {
    this.#size += bytes.length
    if (this.#size <= MOST) {
      this.#last.push(bytes)
      if (!this.#leaves) this.#hearEnd()
    } else {
      this.#last = []
      this.garbled(new RangeError(`its program writes more than ${MOST} bytes behind its channel`))
    }
  }

  /** What it writes first is that it ends, and is heard at once. */
  #hearEnd(): void {
    this.#leaves = this.#size > FIRST
    try {
      for (const [, message] of numberedIn(Buffer.concat(this.#last))) {
        this.#leaves = true
        if (isPortMessage(message) && message[0] === 'leaves') this.take(message)
        return
      }
    } catch {
      // Told at its end.
    }
  }
}

function* numberedIn(bytes: Buffer): Generator<Numbered> {
  for (let at = 0; at + LENGTH <= bytes.length; ) {
    const from = at + LENGTH
    at = from + bytes.readUInt32LE(at)
    // Killed while it wrote, or it still writes.
    if (at > bytes.length) return
    yield deserialize(bytes.subarray(from, at)) as Numbered
  }
}
