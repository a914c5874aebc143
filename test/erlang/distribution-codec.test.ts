import fc from 'fast-check'
import { atom, ErlangPid, ErlangReference, tuple } from 'heartwood/erlang'
import { VirtualClock } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'
import type { Control } from '../../src/erlang/distribution/control.js'
import { MessageCodec } from '../../src/erlang/distribution/message-codec.js'
import { Ticks } from '../../src/erlang/distribution/ticks.js'
import { OURS } from '../../src/erlang/handshake/flags.js'
import { FrameSplitter, framed } from '../../src/erlang/handshake/frame-splitter.js'
import { AcceptingHandshake, DialingHandshake, type Welcome } from '../../src/erlang/handshake/handshake.js'
import { nameMessage } from '../../src/erlang/handshake/handshake-messages.js'
import type { Clock } from '../../src/kernel/index.js'
import { RandomFrames } from './random-frames.js'
import { value } from './values.js'

const pid = new ErlangPid('a@b', 1, 2, 3)
const other = new ErlangPid('c@d', 4, 5, 6)
const ref = new ErlangReference('a@b', 3, [1, 2, 3])

const codec = (flags = OURS, most = 64 * 1024 * 1024): MessageCodec =>
  new MessageCodec({ flags, limits: {}, most, incomplete: 2 * most, forms: {}, replace: undefined })

/** The frames of a message, without their lengths. */
function frames(parts: readonly Buffer[], cut?: (bytes: Buffer) => readonly Buffer[]): Buffer[] {
  const splitter = new FrameSplitter(4, 2 ** 31)
  const bytes = Buffer.concat(parts)
  for (const chunk of cut?.(bytes) ?? [bytes]) splitter.push(chunk)
  const found: Buffer[] = []
  for (let frame = splitter.next(); frame !== undefined; frame = splitter.next())
    found.push(Buffer.from(frame))
  return found
}

const CONTROLS: readonly (readonly [Control, unknown])[] = [
  [{ type: 'send', to: pid }, 'message'],
  [{ type: 'send', from: other, to: pid }, { a: 1 }],
  [{ type: 'sendToName', from: other, name: atom('counter') }, [1, 2]],
  [{ type: 'sendToName', from: other, name: atom('nil') }, undefined],
  [{ type: 'sendToAlias', from: other, alias: ref }, tuple(ref, 1)],
  [{ type: 'link', from: other, to: pid }, undefined],
  [{ type: 'unlink', from: other, to: pid, id: 2n ** 60n }, undefined],
  [{ type: 'unlinkAck', from: other, to: pid, id: 7 }, undefined],
  [{ type: 'exit', from: other, to: pid }, atom('normal')],
  [{ type: 'exitSignal', from: other, to: pid }, atom('kill')],
  [{ type: 'monitor', from: other, to: pid, ref }, undefined],
  [{ type: 'monitor', from: other, to: atom('counter'), ref }, undefined],
  [{ type: 'demonitor', from: other, to: pid, ref }, undefined],
  [{ type: 'down', from: other, to: pid, ref }, atom('noproc')],
  [{ type: 'groupLeader', from: other, to: pid }, undefined],
  [
    {
      type: 'spawn',
      id: ref,
      from: other,
      groupLeader: other,
      module: atom('m'),
      name: atom('f'),
      arity: 1,
      options: [atom('link')],
    },
    [1],
  ],
  [{ type: 'spawnReply', id: ref, to: pid, linked: true, monitored: false, result: other }, undefined],
  [
    { type: 'spawnReply', id: ref, to: pid, linked: false, monitored: false, result: atom('undef') },
    undefined,
  ],
]

describe('messages between nodes', () => {
  it.each([
    ['with an atom cache and fragments', OURS],
    ['without', 0n],
  ])('come as they are sent, %s', (_, flags) => {
    const [sender, receiver] = [codec(flags), codec(flags)]
    for (let round = 0; round < 3; round++)
      for (const [control, payload] of CONTROLS) {
        const [frame] = frames(sender.write(control, payload))
        expect(receiver.read(frame as Buffer)).toEqual({ control, payload })
      }
  })

  it('have any payload, however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 50 }),
        (given, size) => {
          const [sender, receiver] = [codec(), codec()]
          const bytes = given.flatMap((payload) => sender.write({ type: 'send', to: pid }, payload))
          const cut = (all: Buffer): Buffer[] =>
            Array.from({ length: Math.ceil(all.length / size) }, (_, at) =>
              all.subarray(at * size, (at + 1) * size),
            )
          const got = frames(bytes, cut).map((frame) => receiver.read(frame)?.payload)
          expect(got).toStrictEqual(given)
        },
      ),
    )
  })

  it('come in fragments where they are long, between which others may come', () => {
    const [sender, receiver] = [codec(), codec()]
    const long = frames(sender.write({ type: 'send', to: pid }, 'x'.repeat(200_000)))
    const short = frames(sender.write({ type: 'send', to: other }, 'short'))
    expect(long).toHaveLength(4)
    const order = [...long.slice(0, 2), ...short, ...long.slice(2)]
    const got = order.map((frame) => receiver.read(frame)?.payload)
    expect(got).toEqual([undefined, undefined, 'short', undefined, 'x'.repeat(200_000)])
  })

  it('come in fragments from several senders at once, each as large as a message may be', () => {
    const most = 300_000
    const reader = codec(OURS, most)
    const message = 'x'.repeat(most - 1_000)
    const parts = [1, 2].map((sequence) =>
      frames(codec().write({ type: 'send', to: pid }, message)).map((frame) => {
        frame.writeBigUInt64BE(BigInt(sequence), 2)
        return frame
      }),
    )
    const [one = [], other = []] = parts
    const heard = one
      .flatMap((frame, at) => [frame, other[at] as Buffer])
      .map((frame) => reader.read(frame)?.payload)
    expect(heard.filter((payload) => payload === message)).toHaveLength(2)
  })

  it('are refused where one is too long, or those that are incomplete are together', () => {
    const begin = (sequence: number): Buffer => {
      const [first] = frames(codec().write({ type: 'send', to: pid }, 'x'.repeat(200_000)))
      ;(first as Buffer).writeBigUInt64BE(BigInt(sequence), 2)
      return first as Buffer
    }
    const reader = codec(OURS, 70_000)
    reader.read(begin(1))
    reader.read(begin(2))
    expect(() => reader.read(begin(3))).toThrow('together')
    const [first, second] = frames(codec().write({ type: 'send', to: pid }, 'x'.repeat(200_000)))
    const alone = codec(OURS, 70_000)
    alone.read(first as Buffer)
    expect(() => alone.read(second as Buffer)).toThrow('a message has more than 70000 bytes')
  })

  it('come in any number of fragments, also in empty ones, which keep nothing of what they came with', () => {
    const [sender, receiver] = [codec(), codec()]
    const long = frames(sender.write({ type: 'send', to: pid }, 'x'.repeat(100_000)))
    const [first, second] = long as [Buffer, Buffer]
    const count = 1_000n
    first.writeBigUInt64BE(count, 10)
    expect(receiver.read(first)).toBeUndefined()
    const empty = Buffer.from(second.subarray(0, 18))
    for (let number = count - 1n; number > 1n; number--) {
      empty.writeBigUInt64BE(number, 10)
      expect(receiver.read(empty)).toBeUndefined()
    }
    first.fill(0)
    expect(receiver.read(second)?.payload).toBe('x'.repeat(100_000))
  })

  it('are about the same atoms on both sides when one was not sent', () => {
    const [sender, receiver] = [codec(), codec()]
    expect(() => sender.write({ type: 'send', to: pid }, [atom('lost'), new Set()])).toThrow('value[1]')
    const [frame] = frames(sender.write({ type: 'send', to: pid }, atom('lost')))
    expect(receiver.read(frame as Buffer)?.payload).toBe(atom('lost'))
  })

  it('stay right when the cache has had more atoms than it has slots', () => {
    const [sender, receiver] = [codec(), codec()]
    const random = new RandomFrames(1)
    for (let i = 0; i < 300; i++) {
      const payload = Array.from({ length: 100 }, () => atom(`slot ${random.below(4_000)}`))
      const [frame] = frames(sender.write({ type: 'send', to: pid }, payload))
      expect(receiver.read(frame as Buffer)?.payload).toEqual(payload)
    }
  })

  it('have the reason in the control message where a node is older', () => {
    const bytes = codec(0n).write({ type: 'sendToName', from: pid, name: atom('x') }, 1)
    expect(frames(bytes)).toHaveLength(1)
    for (const [term, control] of [
      [tuple(3, other, pid, atom('why')), { type: 'exit', from: other, to: pid }],
      [tuple(8, other, pid, atom('why')), { type: 'exitSignal', from: other, to: pid }],
      [tuple(13, other, pid, 'token', atom('why')), { type: 'exit', from: other, to: pid }],
      [tuple(21, other, pid, ref, atom('why')), { type: 'down', from: other, to: pid, ref }],
    ] as const) {
      const frame = passed(term)
      expect(codec().read(frame)).toEqual({ control, payload: atom('why') })
    }
  })
})

function passed(term: unknown): Buffer {
  // A message that passes a term through as it is: what is behind the version of a term we write.
  const [frame] = frames(codec(0n).write({ type: 'send', to: pid }, term))
  const start = (frame as Buffer).indexOf(131, 2)
  return Buffer.concat([Buffer.of(112), (frame as Buffer).subarray(start)])
}

describe('frames of noise, lies and damage', () => {
  it('are read or refused with a code, and nothing else happens', () => {
    const random = new RandomFrames(9)
    const good = CONTROLS.map(([control, payload]) => frames(codec().write(control, payload))[0] as Buffer)
    const fragments = frames(codec().write({ type: 'send', to: pid }, 'x'.repeat(70_000))).map((each) =>
      each.subarray(0, 60),
    )
    const seen = new Set<string>()
    for (let i = 0; i < 10_000; i++) {
      const receiver = codec()
      for (let each = 0; each < 2; each++) {
        const from = [...good, ...fragments]
        const frame = Buffer.from(from[random.below(from.length)] as Buffer)
        for (let times = random.below(4); times > 0; times--)
          frame[random.below(frame.length)] = random.below(256)
        const cut = random.below(3) === 0 ? frame.subarray(0, random.below(frame.length)) : frame
        try {
          receiver.read(cut)
          seen.add('read')
        } catch (error) {
          seen.add((error as { code: string }).code)
        }
      }
    }
    expect([...seen].sort()).toEqual(['DISTRIBUTION_BROKEN', 'TERM_INVALID', 'TERM_LIMIT', 'read'])
  })

  it.each([
    ['nothing', []],
    ['an unknown header', [131, 1]],
    ['a cache header that ends early', [131, 68, 3, 0]],
    ['an empty slot of the cache', [131, 68, 1, 0, 7, 104, 1, 97, 1]],
    ['no tuple', [131, 68, 0, 97, 1]],
    ['an unknown message', [131, 68, 0, 104, 1, 97, 99]],
    ['a message without its fields', [131, 68, 0, 104, 1, 97, 1]],
    ['a fragment of nothing', [131, 70, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1]],
    ['a fragment that ends early', [131, 69, 0]],
  ])('are refused: %s', (_, bytes) => {
    expect(() => codec().read(Buffer.from(bytes))).toThrow(
      expect.objectContaining({ code: 'DISTRIBUTION_BROKEN' }),
    )
  })

  it('cost no more than their limits', () => {
    const splitter = new FrameSplitter(4, 1_000)
    splitter.push(Buffer.of(255, 255, 255, 255))
    expect(() => splitter.next()).toThrow('the limit is 1000')
    const small = codec(OURS, 100_000)
    const parts = (): Buffer[] => frames(codec().write({ type: 'send', to: pid }, 'x'.repeat(150_000)))
    const [first, second] = parts()
    small.read(first as Buffer)
    expect(() => small.read(second as Buffer)).toThrow('more than 100000 bytes')
    const many = codec()
    const sequence = (id: number): Buffer => {
      const frame = Buffer.from(first as Buffer).subarray(0, 200)
      frame.writeBigUInt64BE(BigInt(id), 2)
      return frame
    }
    expect(() => {
      for (let id = 0; id < 2_000; id++) many.read(sequence(id))
    }).toThrow('more than 1000 messages')
  })
})

describe('the handshake', () => {
  const self = (node: string, flags = OURS) => ({ node, flags, creation: 7 })

  /** Runs both sides until neither says anything. */
  function shake(options: { welcome?: Welcome; cookie?: string; flags?: bigint; node?: string } = {}): {
    dialed: unknown
    accepted: unknown
    errors: string[]
  } {
    const toAccepting: Buffer[] = []
    const toDialing: Buffer[] = []
    const result: { dialed: unknown; accepted: unknown; errors: string[] } = {
      dialed: undefined,
      accepted: undefined,
      errors: [],
    }
    const dialing = new DialingHandshake(options.node ?? 'b@h', {
      self: self('a@h', options.flags),
      cookie: 'one',
      send: (message) => void toAccepting.push(message),
    })
    const accepting = new AcceptingHandshake({
      self: self('b@h'),
      cookie: options.cookie ?? 'one',
      send: (message) => void toDialing.push(message),
      welcome: () => options.welcome ?? 'ok',
    })
    try {
      while (toAccepting.length + toDialing.length > 0) {
        const message = toAccepting.shift()
        if (message !== undefined) result.accepted ??= accepting.receive(message)
        const answer = toDialing.shift()
        if (answer !== undefined) result.dialed ??= dialing.receive(answer)
      }
    } catch (error) {
      result.errors.push((error as { code: string }).code)
    }
    return result
  }

  it('ends with who the other is', () => {
    for (const welcome of ['ok', 'ok_simultaneous', 'alive'] as const) {
      const { dialed, accepted, errors } = shake({ welcome })
      expect([dialed, accepted, errors]).toMatchObject([
        { node: 'b@h', creation: 7 },
        { node: 'a@h', creation: 7 },
        [],
      ])
    }
  })

  it('is refused by other cookies, other names, missing abilities, and where it is not allowed', () => {
    expect(shake({ cookie: 'two' }).errors).toEqual(['HANDSHAKE_FAILED'])
    expect(shake({ node: 'c@h' }).errors).toEqual(['HANDSHAKE_FAILED'])
    expect(shake({ flags: 0n }).errors).toEqual(['HANDSHAKE_FAILED'])
    expect(shake({ welcome: 'not_allowed' }).errors).toEqual(['HANDSHAKE_FAILED'])
  })

  it('gives way where the other side connects, too', () => {
    const dialing = new DialingHandshake('b@h', { self: self('a@h'), cookie: 'one', send: () => {} })
    expect(() => dialing.receive(Buffer.from('snok'))).toThrow(
      expect.objectContaining({ code: 'HANDSHAKE_YIELDS' }),
    )
  })

  it('refuses whatever is none', () => {
    const random = new RandomFrames(3)
    const name = nameMessage(self('a@h'))
    for (let i = 0; i < 3_000; i++) {
      const accepting = new AcceptingHandshake({
        self: self('b@h'),
        cookie: 'one',
        send: () => {},
        welcome: () => 'ok',
      })
      const message = Buffer.from(name)
      for (let times = random.below(4); times > 0; times--)
        message[random.below(message.length)] = random.below(256)
      try {
        accepting.receive(message.subarray(0, random.below(message.length + 1)))
        expect(accepting.receive(Buffer.from(random.frame()))).toBeUndefined()
      } catch (error) {
        expect(error).toMatchObject({ code: 'HANDSHAKE_FAILED' })
      }
    }
  })
})

describe('a stream', () => {
  it('is frames, however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 30 })),
        fc.integer({ min: 1, max: 9 }),
        (messages, size) => {
          const splitter = new FrameSplitter(2, 100)
          const bytes = Buffer.concat(messages.map((message) => framed(message, 2)))
          const got: Buffer[] = []
          for (let at = 0; at < bytes.length; at += size) {
            splitter.push(bytes.subarray(at, at + size))
            for (let frame = splitter.next(); frame !== undefined; frame = splitter.next()) got.push(frame)
          }
          expect(got.map((each) => [...each])).toEqual(messages.map((each) => [...each]))
        },
      ),
    )
  })
})

describe('ticks', () => {
  it('are sent when there is nothing else to say, and end after silence', async () => {
    const clock = new VirtualClock()
    const log: string[] = []
    const ticks = new Ticks(clock, 60_000, {
      tick: () => log.push(`tick ${clock.now()}`),
      silent: () => log.push(`silent ${clock.now()}`),
    })
    ticks.said()
    await clock.advance(30_000)
    expect(log).toEqual(['tick 30000'])
    ticks.heard()
    await clock.advance(70_000)
    expect(log.slice(1)).toEqual(['tick 45000', 'tick 60000', 'tick 75000', 'tick 90000'])
    await clock.advance(60_000)
    expect(log.slice(5)).toEqual(['silent 105000'])
  })

  it('hold nobody responsible for the time in which this program itself stood still', () => {
    let now = 0
    const log: string[] = []
    const clock = { now: () => now, setAlarm: () => {}, clearAlarm: () => {}, hold: () => {} }
    const ticks = new Ticks(clock as unknown as Clock, 60_000, {
      tick: () => log.push('tick'),
      silent: () => log.push('silent'),
    })
    const ring = (at: number): void => {
      now = at
      ticks.ring()
    }
    // After five minutes, its alarm is due again and again before anything is read.
    for (let times = 0; times < 10; times++) ring(300_000)
    expect(log).toEqual(['tick'])
    for (const at of [315_000, 330_000, 345_000]) ring(at)
    expect(log).not.toContain('silent')
    ring(360_000)
    expect(log.at(-1)).toBe('silent')
  })

  it('do not end what is not listened to', async () => {
    const clock = new VirtualClock()
    const log: string[] = []
    const ticks = new Ticks(clock, 4_000, { tick: () => {}, silent: () => log.push('silent') })
    ticks.deaf = true
    await clock.advance(60_000)
    ticks.deaf = false
    ticks.stop()
    await clock.advance(60_000)
    expect(log).toEqual([])
  })
})
