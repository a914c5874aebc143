import { Call, GenServer, sleep, start } from 'heartwood'
import {
  explore,
  linearize,
  lockModel,
  type Operation,
  queueModel,
  registerModel,
  seeded,
} from 'heartwood/testing'
import { describe, expect, it } from 'vitest'
import { failureOf } from './world.js'

/** Operations as `[client, input, called, answered, output]`; without an answer nobody knows what became of it. */
type Row<I, O> = readonly [string, I, number, number?, O?]
const history = <I, O>(...rows: readonly Row<I, O>[]): Operation<I, O>[] =>
  rows.map(([client, input, called, answered = Number.POSITIVE_INFINITY, output]) => ({
    client,
    input,
    called,
    answered,
    ...(output === undefined ? {} : { output }),
  }))

const read = { op: 'read' } as const
const write = (value: number) => ({ op: 'write', value }) as const

describe('a history is linearizable', () => {
  it('of a register: a read may see a write that overlaps it, and none that came later', () => {
    const model = registerModel(0)
    const overlapping = history<never, never>(
      ['a', write(1) as never, 1, 4],
      ['b', read as never, 2, 3, 1 as never],
    )
    expect(linearize(overlapping, model as never)).toHaveLength(2)
    const stale = history<never, never>(
      ['a', write(1) as never, 1, 2],
      ['b', read as never, 3, 4, 0 as never],
    )
    expect(linearize(stale, model as never)).toBeUndefined()
  })

  it('of a register: what has no answer may have been done, late, or never', () => {
    const model = registerModel(0) as never
    const unknown = ['a', write(1) as never, 1] as const
    for (const seen of [0, 1])
      expect(
        linearize(history<never, never>(unknown, ['b', read as never, 2, 3, seen as never]), model),
      ).toBeDefined()
    const flickering = history<never, never>(
      unknown,
      ['b', read as never, 2, 3, 1 as never],
      ['b', read as never, 4, 5, 0 as never],
    )
    expect(linearize(flickering, model)).toBeUndefined()
  })

  it('of a register: maps, sets, missing values and big numbers are told apart', () => {
    const seen = (written: unknown, output: unknown) =>
      linearize(
        history<never, never>(
          ['a', { op: 'write', value: written } as never, 1, 2],
          ['b', read as never, 3, 4, output as never],
        ),
        registerModel<unknown>(0) as never,
      )
    expect(seen(new Map([['a', 1]]), new Map([['a', 1]]))).toBeDefined()
    expect(seen(new Map([['a', 1]]), new Map([['a', 2]]))).toBeUndefined()
    expect(seen(new Set([1]), new Set([2]))).toBeUndefined()
    expect(seen([undefined], [null])).toBeUndefined()
    expect(seen(10n ** 20n, 10n ** 20n)).toBeDefined()
    expect(seen({ a: 1, b: 2 }, { b: 2, a: 1 })).toBeDefined()
  })

  it('of a lock: two cannot have it', () => {
    const acquire = (by: string) => ({ op: 'acquire', by }) as const
    const both = history(['a', acquire('a'), 1, 3, true], ['b', acquire('b'), 2, 4, true])
    expect(linearize(both, lockModel())).toBeUndefined()
    const one = history(['a', acquire('a'), 1, 3, true], ['b', acquire('b'), 2, 4, false])
    expect(linearize(one, lockModel())).toBeDefined()
  })

  it('of a queue: what is put in first comes out first', () => {
    const put = (value: number) => ({ op: 'enqueue', value }) as const
    const take = { op: 'dequeue' } as const
    const inOrder = history<never, never>(
      ['a', put(1) as never, 1, 2],
      ['a', put(2) as never, 3, 4],
      ['b', take as never, 5, 6, 1 as never],
    )
    const overtaken = history<never, never>(
      ['a', put(1) as never, 1, 2],
      ['a', put(2) as never, 3, 4],
      ['b', take as never, 5, 6, 2 as never],
    )
    expect(linearize(inOrder, queueModel() as never)).toBeDefined()
    expect(linearize(overtaken, queueModel() as never)).toBeUndefined()
  })

  it('is decided soon, also of many calls that overlap', () => {
    const rows = Array.from({ length: 11 }, (_, at) => ['c', write(at) as never, 1, 100] as const)
    const impossible = history<never, never>(...rows, ['d', read as never, 101, 102, 99 as never])
    expect(linearize(impossible, registerModel(0) as never)).toBeUndefined()
  })
})

/** Calls of four clients that each take effect at a chosen moment; wrong at the end if that is asked for. */
function longHistory(count: number, isWrong: boolean): Operation<never, never>[] {
  const chance = seeded(9)
  const calls: { client: string; moments: number[]; input: unknown; output?: unknown }[] = []
  for (const client of ['a', 'b', 'c', 'd']) {
    let now = chance()
    for (let each = 0; each < count / 4; each++) {
      const moments = [now, now + chance(), now + 1 + chance()]
      calls.push({ client, moments, input: chance() < 0.5 ? write(Math.floor(chance() * 5)) : read })
      now = (moments[2] ?? 0) + chance()
    }
  }
  let value = 0
  for (const call of calls.sort((a, b) => (a.moments[1] ?? 0) - (b.moments[1] ?? 0))) {
    const input = call.input as { op: string; value: number }
    if (input.op === 'write') value = input.value
    else call.output = value
  }
  const last = calls.findLast(({ input }) => input === read)
  if (isWrong && last !== undefined) last.output = 99
  return calls.map(({ client, moments: [called = 0, , answered = 0], input, output }) => {
    return { client, input, called, answered, output } as unknown as Operation<never, never>
  })
}

describe('a long history', () => {
  const model = registerModel(0) as never

  it('takes time by its length, not by the square of it, right or wrong', () => {
    const applied = (count: number, isWrong: boolean): number => {
      let times = 0
      const { apply, ...rest } = registerModel(0)
      const counting = { ...rest, apply: (...args: Parameters<typeof apply>) => ++times && apply(...args) }
      expect(linearize(longHistory(count, isWrong), counting as never) === undefined).toBe(isWrong)
      return times
    }
    for (const isWrong of [false, true])
      expect(applied(4_000, isWrong)).toBeLessThan(12 * applied(400, isWrong))
  })

  it('is given up with SIMULATION_UNDECIDED, where too many orders are possible', () => {
    const open = Array.from({ length: 20 }, (_, at) => ['c', write(at) as never, 1] as const)
    const impossible = history<never, never>(...open, ['d', read as never, 101, 102, 99 as never])
    expect(() => linearize(impossible, model, { states: 1_000 })).toThrow(
      expect.objectContaining({ code: 'SIMULATION_UNDECIDED', details: { calls: 21, states: 1_000 } }),
    )
    expect(() => linearize(impossible, model, { states: 0 })).toThrow('a whole number from 1')
  })
})

@GenServer()
class Cell {
  #value = 0
  #copy = 0
  @Call({ concurrent: true }) async set(value: number): Promise<void> {
    this.#value = value
    await sleep(5)
    this.#copy = value
  }
  @Call({ concurrent: true }) get(): number {
    return this.#copy
  }
  @Call({ concurrent: true }) getNew(): number {
    return this.#value
  }
}

it('a cell of which one reader sees the new value and the next the old one is found out', async () => {
  const error = await failureOf(
    explore({}, async (sim) => {
      const cell = await start(Cell)
      const calls = sim.history(registerModel(0))
      const writes = calls.call('ada', write(1), () => cell.call.set(1).then(() => undefined))
      await calls.call('bob', read, () => cell.call.getNew())
      await calls.call('bob', read, () => cell.call.get())
      await writes
      calls.check()
    }),
  )
  expect(error.cause).toMatchObject({ code: 'SIMULATION_NOT_LINEARIZABLE' })
  expect(String(error.cause)).toContain('does a register return the same results')
})
