/** Messages between nodes that know each other: a header, a control message, and the term that comes with it. */

import { formsOf, type NodeFormOptions, textForms } from '../format/forms.js'
import type { DecodeLimits } from '../format/limits.js'
import { VERSION } from '../format/tags.js'
import { TermReader } from '../format/term-reader.js'
import { TermWriter } from '../format/term-writer.js'
import { distributionError } from '../handshake/errors.js'
import * as flag from '../handshake/flags.js'
import type { Atom } from '../terms/atom.js'
import { IncomingAtomCache, OutgoingAtomCache } from './atom-cache.js'
import { type Control, controlTerm, hasPayload, type Incoming, readControl } from './control.js'
import { FRAGMENT_BYTES, IncomingFragments } from './fragments.js'

const HEADER = 68
const FIRST_FRAGMENT = 69
const FRAGMENT = 70
const PASS_THROUGH = 112
const LENGTH_BYTES = 4
/** 131, the kind, the sequence and the number. */
const FRAGMENT_HEAD = 18

export interface MessageOptions {
  /** What both sides can do. */
  readonly flags: bigint
  readonly limits: DecodeLimits
  /** Bytes of a message. */
  readonly most: number
  /** Bytes of all messages that are incomplete. */
  readonly incomplete: number
  readonly forms: NodeFormOptions
  readonly replace: ((value: unknown) => unknown) | undefined
}

interface Head {
  readonly atoms: readonly Atom[]
}

const NO_ATOMS: readonly Atom[] = []

export class MessageCodec {
  readonly #options: MessageOptions
  readonly #forms: ReturnType<typeof formsOf>
  readonly #hasCache: boolean
  readonly #hasFragments: boolean
  readonly #arriving = new IncomingAtomCache()
  readonly #leaving = new OutgoingAtomCache()
  readonly #fragments: IncomingFragments<Head>
  readonly #indexOf = (name: string): number => this.#leaving.indexOf(name)
  #sequence = 0n

  constructor(options: MessageOptions) {
    this.#options = options
    this.#forms = formsOf(options.forms)
    this.#hasCache = (options.flags & flag.ATOM_CACHE_HEADER) !== 0n
    this.#hasFragments = this.#hasCache && (options.flags & flag.FRAGMENTS) !== 0n
    this.#fragments = new IncomingFragments(options.most, options.incomplete)
  }

  /**
   * Reads a frame. Returns `undefined` while its message is incomplete.
   *
   * @throws DISTRIBUTION_BROKEN, TERM_INVALID, TERM_LIMIT
   */
  read(frame: Buffer): Incoming | undefined {
    if (frame[0] === PASS_THROUGH) return this.#message(frame, 1, NO_ATOMS, true)
    if (frame[0] !== VERSION) throw broken(`a message begins with ${frame[0]}`)
    switch (frame[1]) {
      case HEADER: {
        const { atoms, at } = this.#arriving.readHeader(frame, 2)
        return this.#message(frame, at, atoms, false)
      }
      case FIRST_FRAGMENT: {
        const [sequence, number] = fragmentHead(frame)
        const { atoms, at } = this.#arriving.readHeader(frame, FRAGMENT_HEAD)
        const whole = this.#fragments.first(sequence, number, { atoms }, frame.subarray(at))
        return whole && this.#message(whole.bytes, 0, whole.head.atoms, false)
      }
      case FRAGMENT: {
        const [sequence, number] = fragmentHead(frame)
        const whole = this.#fragments.more(sequence, number, frame.subarray(FRAGMENT_HEAD))
        return whole && this.#message(whole.bytes, 0, whole.head.atoms, false)
      }
      default:
        throw broken(`there is no header ${frame[1]}`)
    }
  }

  #message(bytes: Buffer, at: number, cached: readonly Atom[], hasVersions: boolean): Incoming {
    const { limits } = this.#options
    const reader = new TermReader(bytes, limits, { at, cached, forms: textForms })
    if (hasVersions) expectVersion(reader)
    const incoming = readControl(reader.term(), () => {
      reader.forms = this.#forms
      if (hasVersions) expectVersion(reader)
      return reader.term()
    })
    if (!reader.isAtEnd) throw broken(`more follows a message of type ${incoming.control.type}`)
    return incoming
  }

  /**
   * Returns the frames of a message, each after its length.
   *
   * @throws TERM_NOT_ENCODABLE; nothing is sent then
   */
  write(control: Control, payload: unknown): readonly Buffer[] {
    this.#leaving.begin()
    const writer = this.#writer()
    try {
      if (!this.#hasCache) writer.byte(VERSION)
      writer.term(controlTerm(control))
      if (hasPayload(control)) {
        if (!this.#hasCache) writer.byte(VERSION)
        writer.term(payload)
      }
    } catch (error) {
      this.#leaving.abandon()
      throw error
    }
    return this.#frames(writer.written)
  }

  #writer(): TermWriter {
    const { replace, most, limits } = this.#options
    const depth = limits.depth
    return new TermWriter({
      size: most,
      ...(depth === undefined ? {} : { depth }),
      replace,
      cacheIndex: this.#hasCache ? this.#indexOf : undefined,
    })
  }

  #frames(body: Buffer): readonly Buffer[] {
    if (!this.#hasCache) return [lengthOf(1 + body.length), Buffer.of(PASS_THROUGH), body]
    const header = this.#leaving.header()
    if (!this.#hasFragments || body.length <= FRAGMENT_BYTES)
      return [lengthOf(2 + header.length + body.length, VERSION, HEADER), header, body]
    const count = Math.ceil(body.length / FRAGMENT_BYTES)
    const sequence = ++this.#sequence
    const frames: Buffer[] = []
    for (let i = 0; i < count; i++) {
      const part = body.subarray(i * FRAGMENT_BYTES, (i + 1) * FRAGMENT_BYTES)
      const atoms = i === 0 ? header : NO_BYTES
      const head = Buffer.allocUnsafe(LENGTH_BYTES + FRAGMENT_HEAD)
      head.writeUInt32BE(FRAGMENT_HEAD + atoms.length + part.length)
      head[4] = VERSION
      head[5] = i === 0 ? FIRST_FRAGMENT : FRAGMENT
      head.writeBigUInt64BE(sequence, 6)
      head.writeBigUInt64BE(BigInt(count - i), 14)
      frames.push(head, atoms, part)
    }
    return frames
  }
}

const NO_BYTES = Buffer.alloc(0)

function lengthOf(length: number, ...head: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(LENGTH_BYTES + head.length)
  bytes.writeUInt32BE(length)
  bytes.set(head, LENGTH_BYTES)
  return bytes
}

function fragmentHead(frame: Buffer): readonly [bigint, bigint] {
  if (frame.length < FRAGMENT_HEAD) throw broken('the head of a fragment ends early')
  return [frame.readBigUInt64BE(2), frame.readBigUInt64BE(10)]
}

function expectVersion(reader: TermReader): void {
  if (reader.byte() !== VERSION) throw broken('a term of a message has no version')
}

function broken(problem: string): Error {
  return distributionError('DISTRIBUTION_BROKEN', { problem })
}
