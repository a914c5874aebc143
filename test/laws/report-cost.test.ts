/** What a report costs does not grow with what it shows: compared by ratio, at the best of some tries, so that load is no matter. */
import { call, cast, createLogger, Kernel, logReporter, type Pid, start } from 'heartwood'
import { VirtualClock } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'
import { printed, reasonOf, snapshot } from '../../src/kernel/index.js'
import { errorOf, reasonLine } from '../../src/logging/index.js'
import { lineOf } from '../../src/observer/snapshot/one-line-value.js'
import { shown } from '../../src/testing/trace/index.js'

const SMALL = 1_000
const LARGE = 1_000_000
/** Far below the thousand times of what grows with the value, and far above what a busy machine adds. */
const FACTOR = 50
/** Milliseconds that are too short to be compared. */
const LITTLE = 2

/** Values by their size. Each is asked for once, so that its making is not measured. */
const SHAPES: Readonly<Record<string, (size: number) => unknown>> = {
  bytes: (size) => Buffer.alloc(size),
  'bytes in a field': (size) => ({ frame: Buffer.alloc(size) }),
  numbers: (size) => new Float64Array(size),
  'an array buffer': (size) => ({ data: new ArrayBuffer(size) }),
  'a list': (size) => Array.from({ length: size }, (_, at) => ({ at })),
  'a sparse list': (size) => Object.assign([], { length: size }),
  'a map': (size) => new Map(Array.from({ length: size }, (_, at) => [at, { at }])),
  'a set': (size) => new Set(Array.from({ length: size }, (_, at) => at)),
  'a text': (size) => 'x'.repeat(size),
  'a text in a coat': (size) => new String('x'.repeat(size)),
  'an error with a long message': (size) => new Error('x'.repeat(size)),
  'an error with bytes behind it': (size) => new Error('x', { cause: { frame: Buffer.alloc(size) } }),
  'an aggregate of many': (size) => new AggregateError(Array.from({ length: size }, () => 'x')),
  'a nest of objects': (size) => {
    let nest: object = {}
    for (let depth = 0; depth < size; depth++) nest = { nest }
    return nest
  },
  'a chain of causes': (size) => {
    let error = new Error('last')
    for (let at = 0; at < size / 100; at++) error = new Error('x', { cause: error })
    return error
  },
  'a number of many digits': (size) => 1n << BigInt(size),
  // Its keys are listed once, which V8 does as a whole: see `keysOf`.
  'a record that was seen before': (size) => {
    const record = Object.fromEntries(Array.from({ length: size }, (_, at) => [`key ${at}`, at]))
    snapshot(record)
    return record
  },
}

const LOOKS: Readonly<Record<string, (value: unknown) => unknown>> = {
  snapshot,
  printed,
  reasonOf,
  reasonLine,
  errorOf,
  'a line of the observer': lineOf,
  'a trace': (value) => shown(value, String),
}

const made = new Map<string, readonly [small: unknown, large: unknown]>()

/** A small and a large value, made once for all tests: a large record takes seconds. */
function pairOf(name: string): readonly [small: unknown, large: unknown] {
  const make = SHAPES[name] as (size: number) => unknown
  const pair = made.get(name) ?? [make(SMALL), make(LARGE)]
  made.set(name, pair)
  return pair
}

/** The time that something takes: the least of several, and none that is too short to be measured. */
function timeOf(act: () => unknown): number {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < 5; round++) {
    const begun = process.hrtime.bigint()
    act()
    least = Math.min(least, Number(process.hrtime.bigint() - begun) / 1e6)
  }
  return Math.max(least, LITTLE)
}

describe.each(Object.keys(SHAPES))('the cost of showing %s', (name) => {
  it.each(Object.entries(LOOKS))('does not grow with it: %s', (_, look) => {
    const [small, large] = pairOf(name)
    expect(timeOf(() => look(large)) / timeOf(() => look(small))).toBeLessThan(FACTOR)
  })
})

describe('a crash report', () => {
  const logger = createLogger({ level: 'debug', base: {}, destination: { write: () => {} } })
  async function crashed(value: unknown, as: 'state' | 'message' | 'reason'): Promise<number> {
    const kernel = new Kernel({ clock: new VirtualClock(), report: logReporter(logger) })
    const server = await kernel.run(() =>
      start(
        {
          init: () => ({ state: as === 'state' ? value : 0 }),
          handleCast: () => {
            throw as === 'reason' ? value : new Error('crashed')
          },
        },
        undefined,
      ),
    )
    const begun = process.hrtime.bigint()
    kernel.spawn(() => cast(server as Pid, as === 'message' ? value : 'go'))
    await kernel.settled()
    return Math.max(Number(process.hrtime.bigint() - begun) / 1e6, LITTLE)
  }

  it.each(['state', 'message', 'reason'] as const)('costs the same over a %s of any size', async (as) => {
    for (const name of ['bytes in a field', 'a list', 'a record that was seen before']) {
      const [small, large] = pairOf(name)
      await crashed(small, as)
      const times = { small: Number.POSITIVE_INFINITY, large: Number.POSITIVE_INFINITY }
      for (let round = 0; round < 3; round++) {
        times.small = Math.min(times.small, await crashed(small, as))
        times.large = Math.min(times.large, await crashed(large, as))
      }
      expect(times.large / times.small).toBeLessThan(FACTOR)
    }
  })
})

describe('the text of a call that fails', () => {
  it('is short, whatever was asked', async () => {
    for (const make of Object.values(SHAPES)) {
      const request = make(10_000)
      const error = await new Kernel().run(() => call('nobody', request).catch((error: unknown) => error))
      expect((error as Error).message.length).toBeLessThan(600)
    }
  })
})
