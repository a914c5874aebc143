/**
 * What a peer sends that lies or errs, as the bytes of a connection that is up: messages cut short, lengths that are wrong or huge,
 * headers with slots that nobody has filled, fragments that come out of turn, control messages of the wrong shape. The same seed gives
 * the same bytes.
 */
import { deflateSync } from 'node:zlib'
import type { Control } from '../../src/erlang/distribution/control.js'
import { MessageCodec } from '../../src/erlang/distribution/message-codec.js'
import { OURS } from '../../src/erlang/handshake/flags.js'
import { framed } from '../../src/erlang/handshake/frame-splitter.js'
import { atom, ErlangPid, ErlangReference, encode, tuple } from '../../src/erlang/index.js'
import { RandomFrames } from './random-frames.js'

/** Whose node it is sent to, and whom it is said to come from. */
export interface Lies {
  readonly to: { readonly node: string; readonly creation: number }
  readonly from: { readonly node: string; readonly creation: number }
  /** Names of processes there. */
  readonly names: readonly string[]
}

type Kind = (frames: HostileFrames) => Buffer

/** Each makes bytes that begin with a length. */
export const KINDS: Readonly<Record<string, Kind>> = {
  'a message that is cut short': (it) => {
    const good = it.good()
    return framed(good.subarray(0, it.below(good.length)), 4)
  },
  'a message with changed bytes': (it) => {
    const good = Buffer.from(it.good())
    for (let times = 1 + it.below(6); times > 0; times--) good[it.below(good.length)] = it.below(256)
    return framed(good, 4)
  },
  'a length that is too long': (it) => {
    const good = it.good()
    const frame = framed(good, 4)
    frame.writeUInt32BE(good.length + 1 + it.below(1_000), 0)
    return frame
  },
  'a length that is too short': (it) => {
    const good = it.good()
    const frame = framed(good, 4)
    frame.writeUInt32BE(it.below(good.length), 0)
    return frame
  },
  'a huge length': (it) => {
    const huge = it.pick(0xffff_ffff, 0x8000_0000, 0x7fff_ffff, 64 * 1024 * 1024 + 1)
    return Buffer.concat([word(huge), it.good()])
  },
  noise: (it) => framed(it.noise(it.below(200)), 4),
  'an unknown header': (it) => framed(Buffer.concat([Buffer.of(131, it.below(256)), it.noise(20)]), 4),
  'slots that nobody has filled': (it) => {
    const count = 1 + it.below(255)
    const flags = Buffer.from(Array.from({ length: (count >> 1) + 1 }, () => it.below(8) * 17))
    return framed(Buffer.concat([Buffer.of(131, 68, count), flags, it.noise(count), it.term()]), 4)
  },
  'a header whose atoms are longer than it': (it) => {
    const count = 1 + it.below(4)
    const flags = Buffer.alloc((count >> 1) + 1, 0x88)
    return framed(Buffer.concat([Buffer.of(131, 68, count), flags, it.noise(it.below(30))]), 4)
  },
  'references to atoms that the header has not': (it) =>
    framed(Buffer.of(131, 68, 0, 104, 2, 97, 2, 82, it.below(256)), 4),
  'a fragment of nothing that has begun': (it) => it.fragment(70, it.big(), it.big(), it.noise(it.below(50))),
  'a message of very many fragments': (it) =>
    it.fragment(
      69,
      it.big(),
      it.pick(2n ** 64n - 1n, 2n ** 63n, 0n),
      Buffer.concat([Buffer.of(0), it.noise(30)]),
    ),
  'fragments out of turn': (it) => {
    const sequence = it.big()
    const first = it.fragment(69, sequence, 4n, Buffer.concat([Buffer.of(0), it.noise(20)]))
    const rest = [3n, 2n, 1n, 2n].map((number) => it.fragment(70, sequence, number, it.noise(20)))
    return Buffer.concat([first, ...it.shuffled(rest)])
  },
  'a sequence that begins twice': (it) => {
    const first = it.fragment(69, it.big(), 3n, Buffer.concat([Buffer.of(0), it.noise(20)]))
    return Buffer.concat([first, first])
  },
  'fragments of nothing': (it) => {
    const sequence = it.big()
    const first = it.fragment(69, sequence, 2n ** 60n, Buffer.of(0))
    const rest = Array.from({ length: 50 }, (_, at) =>
      it.fragment(70, sequence, 2n ** 60n - 1n - BigInt(at), Buffer.alloc(0)),
    )
    return Buffer.concat([first, ...rest])
  },
  'a control message that is none': (it) => framed(Buffer.concat([Buffer.of(131, 68, 0), it.term()]), 4),
  'a control message of the wrong shape': (it) => {
    const fields = Array.from({ length: it.below(7) }, () => it.field())
    return it.message(tuple(it.below(40), ...fields))
  },
  'a control message and something that is no term': (it) =>
    it.message(tuple(it.pick(2, 6, 22, 24, 28, 33), it.pid(), it.pid(), it.field()), it.noise(it.below(30))),
  'a control message and more than it has': (it) =>
    it.message(tuple(1, it.pid(), it.pid()), Buffer.concat([it.term(), it.term()])),
  'a tuple without an end': (it) =>
    framed(Buffer.concat([Buffer.of(131, 68, 0, 105), word(0xffff_ffff), it.term()]), 4),
  'terms in terms in terms': (it) =>
    it.message(tuple(2, atom(''), it.pid()), Buffer.alloc(1_000 + it.below(100_000), Buffer.of(104, 1))),
  'what becomes large': (it) => {
    const zeros = deflateSync(Buffer.alloc(200_000))
    return it.message(
      tuple(2, atom(''), it.pid()),
      Buffer.concat([Buffer.of(80), word(it.pick(0xffff_ffff, 200_000, 10)), zeros]),
    )
  },
  'an integer that has no end': (it) =>
    it.message(
      tuple(2, atom(''), it.pid()),
      Buffer.concat([Buffer.of(111), word(0xffff_fff0), it.noise(40)]),
    ),
  'more atoms than anybody has': (it) => {
    const atoms = Array.from({ length: 10_100 }, (_, at) => {
      const name = Buffer.from(`${it.below(1_000_000)} ${at}`)
      return Buffer.concat([Buffer.of(119, name.length), name])
    })
    return it.message(
      tuple(2, atom(''), it.pid()),
      Buffer.concat([Buffer.of(108), word(atoms.length), ...atoms, Buffer.of(106)]),
    )
  },
  'a message as of an older node': (it) => framed(Buffer.concat([Buffer.of(112), it.noise(it.below(60))]), 4),
  'a pid that nobody has': (it) => {
    const { node, creation } = it.lies.from
    return it.message(tuple(1, new ErlangPid(node, 1, 2 ** 32 - 1, creation), it.pid()))
  },
  ticks: () => Buffer.alloc(4_000),
  'a message that is right': (it) => framed(it.good(), 4),
}

const NAMES = Object.keys(KINDS)

export class HostileFrames {
  readonly lies: Lies
  readonly #random: RandomFrames

  constructor(seed: number, lies: Lies) {
    this.#random = new RandomFrames(seed)
    this.lies = lies
  }

  next(): { readonly kind: string; readonly bytes: Buffer } {
    const kind = this.pick(...NAMES)
    return { kind, bytes: (KINDS[kind] as Kind)(this) }
  }

  below(below: number): number {
    return this.#random.below(below)
  }

  pick<T>(...from: readonly T[]): T {
    return from[this.below(from.length)] as T
  }

  shuffled<T>(all: readonly T[]): T[] {
    return all
      .map((each) => [this.below(2 ** 30), each] as const)
      .sort(([a], [b]) => a - b)
      .map(([, each]) => each)
  }

  noise(count: number): Buffer {
    return Buffer.from(Array.from({ length: count }, () => this.below(256)))
  }

  big(): bigint {
    return this.pick(0n, 1n, 2n, BigInt(this.below(2 ** 31)), 2n ** 63n, 2n ** 64n - 1n)
  }

  /** A term without its version, right or wrong. */
  term(): Buffer {
    return Buffer.from((this.below(2) === 0 ? this.#random.term() : this.#random.frame()).subarray(1))
  }

  pid(): ErlangPid {
    const { to, from } = this.lies
    return this.pick(
      new ErlangPid(from.node, this.below(50), 0, from.creation),
      new ErlangPid(to.node, this.below(50), 0, to.creation),
      new ErlangPid(to.node, this.below(50), this.below(9), to.creation + 1),
      new ErlangPid('c@203.0.113.7', 1, 0, 6),
    )
  }

  reference(): ErlangReference {
    const { to, from } = this.lies
    const words = Array.from({ length: this.pick(1, 2, 3, 3, 3, 5) }, () => this.below(60))
    return this.pick(
      new ErlangReference(from.node, from.creation, words),
      new ErlangReference(to.node, to.creation, words),
    )
  }

  field(): unknown {
    return this.pick<() => unknown>(
      () => this.pid(),
      () => this.reference(),
      () => atom(this.pick(...this.lies.names, '', 'net_kernel')),
      () => this.below(5),
      () => -1,
      () => 2n ** 70n,
      () => [],
      () => tuple(),
      () => 'text',
      () => undefined,
      () => tuple(atom('m'), atom('f'), this.below(3)),
    )()
  }

  /** A message that is right, without its length. */
  good(): Buffer {
    const from = new ErlangPid(this.lies.from.node, this.below(50), 0, this.lies.from.creation)
    const to = this.pid()
    const name = atom(this.pick(...this.lies.names))
    const ref = this.reference()
    const control = this.pick<Control>(
      { type: 'sendToName', from, name },
      { type: 'send', to },
      { type: 'sendToAlias', from, alias: ref },
      { type: 'link', from, to },
      { type: 'unlink', from, to, id: 1 + this.below(5) },
      { type: 'monitor', from, to: name, ref },
      { type: 'demonitor', from, to: name, ref },
    )
    // With a cache of its own: of the connection, the other side knows nothing of what was not sent.
    const codec = new MessageCodec({
      flags: OURS,
      limits: {},
      most: 2 ** 26,
      incomplete: 2 ** 26,
      forms: {},
      replace: undefined,
    })
    return Buffer.concat(codec.write(control, this.field())).subarray(4)
  }

  message(control: unknown, payload: Uint8Array = Buffer.alloc(0)): Buffer {
    const term = encode(control).subarray(1)
    return framed(Buffer.concat([Buffer.of(131, 68, 0), term, payload]), 4)
  }

  fragment(kind: 69 | 70, sequence: bigint, number: bigint, part: Buffer): Buffer {
    const head = Buffer.alloc(18)
    head[0] = 131
    head[1] = kind
    head.writeBigUInt64BE(sequence, 2)
    head.writeBigUInt64BE(number, 10)
    return framed(Buffer.concat([head, part]), 4)
  }
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
