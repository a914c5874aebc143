/** What Node's own timers and clocks are in a test that fakes them; the guide's table is made here. */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { Socket } from 'node:net'
import { tmpdir, uptime } from 'node:os'
import { join } from 'node:path'
import { PerformanceMark } from 'node:perf_hooks'
import timers from 'node:timers'
import promised from 'node:timers/promises'
import { promisify } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { clock, testKernel } from 'heartwood/testing'
import { useTestKernel } from 'heartwood/testing/vitest'
import { describe, expect, it, vi } from 'vitest'

// biome-ignore-start lint/style/noRestrictedGlobals: Node's own timers are the subject

const MINUTE = 60_000

/** Whether a timer of a minute goes off when a minute of virtual time is over. */
async function goesOff(set: (done: () => void) => unknown): Promise<boolean> {
  let over = false
  set(() => {
    over = true
  })
  await clock().advance(MINUTE - 1)
  const early = over
  await clock().advance(1)
  return over && !early
}

/** Whether what tells the time, in milliseconds, goes on by a minute when virtual time does. */
async function goesOn(read: () => number | Promise<number>): Promise<boolean> {
  const before = await read()
  await clock().advance(MINUTE)
  return Math.round((await read()) - before) === MINUTE
}

const settles = (begin: () => Promise<unknown>) => () => goesOff((done) => void begin().then(done, done))
const tells = (read: () => number | Promise<number>) => () => goesOn(read)

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

/** Its types have a constructor for nobody. */
const Mark = PerformanceMark as unknown as new (name: string) => { readonly startTime: number }

const { setTimeout: keptTimeout } = globalThis

async function modified(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'heartwood-'))
  const file = join(folder, 'file')
  await writeFile(file, '')
  const { mtimeMs } = await stat(file)
  await rm(folder, { recursive: true })
  return mtimeMs
}

async function codeOf(refused: () => unknown): Promise<unknown> {
  try {
    await refused()
    return undefined
  } catch (error) {
    return (error as { code?: string }).code
  }
}

interface Instants {
  readonly Now: {
    instant(): { readonly epochMilliseconds: number }
    plainDateTimeISO(zone: string): unknown
  }
}
const { Temporal } = globalThis as { Temporal?: Instants }

/** Each row of the table: what it tells of, and how it is tried. */
const ROWS: readonly (readonly [string, Readonly<Record<string, () => Promise<boolean>>>])[] = [
  [
    '`setTimeout`, `setInterval`, also those of `node:timers`',
    {
      timeout: () => goesOff((done) => setTimeout(done, MINUTE)),
      interval: () => goesOff((done) => setInterval(done, MINUTE)),
      module: () => goesOff((done) => timers.setTimeout(done, MINUTE)),
      promisified: settles(() => promisify(setTimeout)(MINUTE)),
    },
  ],
  [
    '`setTimeout`, `setInterval`, `scheduler.wait` of `node:timers/promises`',
    {
      timeout: settles(() => promised.setTimeout(MINUTE)),
      interval: settles(() => promised.setInterval(MINUTE)[Symbol.asyncIterator]().next()),
      wait: settles(() => promised.scheduler.wait(MINUTE)),
    },
  ],
  [
    '`AbortSignal.timeout`',
    { signal: () => goesOff((done) => AbortSignal.timeout(MINUTE).addEventListener('abort', done)) },
  ],
  [
    '`Date`, `Date.now`',
    {
      now: tells(() => Date.now()),
      // biome-ignore lint/complexity/useDateNow: a new date is the subject
      new: tells(() => Number(new Date())),
      words: tells(() => new Date(Date()).getTime()),
    },
  ],
  [
    '`Intl.DateTimeFormat` without a date',
    { minutes: tells(() => Number(new Intl.DateTimeFormat('en', { minute: 'numeric' }).format()) * MINUTE) },
  ],
  [
    '`Temporal.Now`, where there is one',
    Temporal === undefined ? {} : { instant: tells(() => Temporal.Now.instant().epochMilliseconds) },
  ],
  [
    '`performance.now`, `mark`, `measure`',
    {
      now: tells(() => performance.now()),
      mark: tells(() => performance.mark('x').startTime),
      measure: tells(() => performance.measure('x').duration),
      options: tells(() => performance.measure('x', { start: 0 }).duration),
    },
  ],
  [
    '`process.hrtime`, `process.hrtime.bigint`, `process.uptime`',
    {
      hrtime: tells(() => process.hrtime()[0] * 1_000),
      bigint: tells(() => Number(process.hrtime.bigint()) / 1e6),
      uptime: tells(() => process.uptime() * 1_000),
    },
  ],
  [
    '`Event.timeStamp`, `new PerformanceMark`',
    {
      event: tells(() => new Event('x').timeStamp),
      mark: tells(() => new Mark('x').startTime),
    },
  ],
  [
    'the clock of the machine: `os.uptime`, the times of files',
    {
      uptime: tells(() => uptime() * 1_000),
      file: tells(modified),
    },
  ],
  [
    'the time-outs of sockets, servers, child programs and workers',
    {
      socket: () => goesOff((done) => new Socket().setTimeout(MINUTE, done)),
    },
  ],
  [
    'what a module has taken for itself before: `const { setTimeout } = globalThis`',
    {
      timeout: () => goesOff((done) => keptTimeout(done, MINUTE).unref()),
    },
  ],
]

describe("Node's time in a test that fakes it", () => {
  useTestKernel({ fakeTimers: true })

  it('is virtual or real, as the guide has it', async () => {
    const lines: string[] = []
    for (const [row, probes] of ROWS) {
      const found = new Set<boolean>()
      for (const probe of Object.values(probes)) found.add(await probe())
      expect([row, found.size <= 1]).toEqual([row, true])
      lines.push(`| ${row} | ${found.has(false) ? 'real' : 'virtual'} |`)
    }
    const guide = readFileSync(new URL('../../docs/guides/testing.md', import.meta.url), 'utf8')
    const [, table] = /<!-- virtual time: checked by its test -->\n\n(.*?)\n\n/s.exec(guide) ?? []
    expect(table).toBe(['| with `fakeTimers` | |', '| --- | --- |', ...lines].join('\n'))
  })

  it('is one time: its clocks agree', async () => {
    await clock().advance(1_234)
    expect(performance.timeOrigin + performance.now()).toBe(Date.now())
    expect(process.uptime()).toBe(1.234)
    expect(process.hrtime([1, 0])).toEqual([0, 234_000_000])
    expect(process.hrtime([2, 0])).toEqual([-1, 234_000_000])
    performance.mark('begun')
    await clock().advance(10)
    expect(performance.measure('since', 'begun').duration).toBe(10)
    expect(performance.measure('since', { start: 'begun', detail: 1 })).toMatchObject({
      duration: 10,
      detail: 1,
    })
    expect(() => process.hrtime(1 as never)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
    )
  })

  it('has dates that are dates, and can be spied on', () => {
    const date = new Date()
    class Later extends Date {}
    expect([date.constructor, Object.getPrototypeOf(date), Date.now]).toEqual([
      Date,
      Date.prototype,
      Date.now,
    ])
    expect(new Later()).toBeInstanceOf(Later)
    expect(new Later().getTime()).toBe(Date.now())
    expect([Date.length, Date.name, Date.UTC(2026), new Date(2026, 0).getFullYear()]).toEqual([
      7,
      'Date',
      1_767_225_600_000,
      2026,
    ])
    vi.spyOn(Date, 'now').mockReturnValue(42)
    expect(Date.now()).toBe(42)
    vi.restoreAllMocks()
    const format = new Intl.DateTimeFormat('en')
    expect(format.format).toBe(format.format)
  })

  it('is given back to all who have kept a part of it', async () => {
    const fake = { setTimeout, Date, clearTimeout, now: performance.now }
    await testKernel().finish()
    expect([fake.Date, fake.setTimeout]).not.toEqual([Date, setTimeout])
    expect(Math.abs(new fake.Date().getTime() - Date.now())).toBeLessThan(MINUTE)
    const timeout = fake.setTimeout(() => {}, MINUTE)
    expect(timeout.constructor.name).toBe('Timeout')
    fake.clearTimeout(timeout)
  })
})

describe('a timer that was set before', () => {
  useTestKernel()

  it('is cleared as before', () => {
    const count = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    const timeouts = [setTimeout(() => {}, MINUTE), setTimeout(() => {}, MINUTE)]
    const before = count()
    testKernel().fakeTimers()
    clearTimeout(timeouts[0])
    clearTimeout(Number(timeouts[1]))
    expect(count()).toBe(before - 2)
  })
})

describe('a timer on virtual time', () => {
  useTestKernel({ fakeTimers: true })

  it('of a delay that is none, or too long, takes a millisecond, as in Node', async () => {
    let fired = 0
    const delays = [undefined, Number.NaN, -5, 0.5, Number.POSITIVE_INFINITY, 2 ** 31, 'x' as never]
    for (const delay of delays) setTimeout(() => fired++, delay)
    void promised.setTimeout(Number.NaN).then(() => fired++)
    await clock().advance(1)
    expect(fired).toBe(delays.length + 1)
    setTimeout(() => fired++, 1.9)
    await clock().advance(1)
    expect(fired).toBe(delays.length + 2)
  })

  it('is cleared by itself, its number, or that as text, and stays so', async () => {
    const rang: string[] = []
    clearTimeout(setTimeout(() => rang.push('itself'), 5))
    clearTimeout(Number(setTimeout(() => rang.push('number'), 5)))
    clearInterval(`${setTimeout(() => rang.push('text'), 5)}` as never)
    setTimeout(() => rang.push('closed'), 5).close()
    clearTimeout(setTimeout(() => rang.push('refreshed'), 5).refresh())
    const cleared = setTimeout(() => rang.push('cleared, then refreshed'), 5)
    clearTimeout(cleared)
    cleared.refresh()
    for (const nothing of [undefined, null, 0, 'x', {}]) clearTimeout(nothing as never)
    await clock().advance(10)
    expect(rang).toEqual([])
  })

  it('can be started anew, held and let go', async () => {
    const times: number[] = []
    const timeout = setTimeout(() => times.push(clock().now()), 10)
    await clock().advance(9)
    timeout.refresh()
    await clock().advance(9)
    expect(times).toEqual([])
    await clock().advance(1)
    timeout.refresh()
    await clock().advance(10)
    expect(times).toEqual([19, 29])
    expect([timeout.unref().hasRef(), timeout.ref().hasRef()]).toEqual([false, true])
  })

  it('has its ticks and its promises, in this order, before the next timer, as in Node', async () => {
    const log: string[] = []
    const note = (name: string, then: () => void = () => {}) => {
      return () => {
        log.push(name)
        Promise.resolve().then(() => log.push(`${name} then`))
        process.nextTick(() => log.push(`${name} tick`))
        then()
      }
    }
    setTimeout(note('first'), 10)
    setTimeout(note('second'), 10)
    await clock().advance(10)
    const each = (name: string) => [name, `${name} tick`, `${name} then`]
    expect(log).toEqual([...each('first'), ...each('second')])
  })

  it('calls its callback as Node does, and refuses what is none', async () => {
    const seen: unknown[] = []
    const timeout = setTimeout(
      function (this: unknown, ...args: unknown[]) {
        seen.push(this, ...args)
      },
      1,
      'a',
      'b',
    )
    const interval = setInterval(() => {
      seen.push('interval')
      setTimeout(() => seen.push('set by it'), 5)
      if (seen.includes('set by it')) clearInterval(interval)
    }, 5)
    await clock().advance(10)
    expect(seen).toEqual([timeout, 'a', 'b', 'interval', 'set by it', 'interval'])
    expect(() => setTimeout('code' as never, 1)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
    )
    expect(() => AbortSignal.timeout(-1)).toThrow(expect.objectContaining({ code: 'ERR_OUT_OF_RANGE' }))
  })

  it('is let go when it is over', async () => {
    const lost = cleared(100)
    await clock().advance(10)
    for (let turn = 0; turn < 10 && lost.some(isThere); turn++) {
      await new Promise((resolve) => setImmediate(resolve))
      gc()
    }
    expect(lost.filter(isThere)).toEqual([])
  })
})

describe('promised timers', () => {
  useTestKernel({ fakeTimers: true })

  it('refuse what Node refuses: a time that is no number, a scheduler that is none', async () => {
    const { wait } = promised.scheduler
    const refusals: readonly (() => unknown)[] = [
      () => promised.setTimeout('x' as never),
      () => promised.setTimeout(1n as never),
      () => promised.scheduler.wait('x' as never),
      () => promised.setInterval('x' as never).next(),
      () => wait.call({} as never, 1),
    ]
    const codes = await Promise.all(refusals.map(async (refused) => codeOf(refused)))
    const isTime = 'ERR_INVALID_ARG_TYPE'
    expect(codes).toEqual([isTime, isTime, isTime, isTime, 'ERR_INVALID_THIS'])
  })
})

describe('promised intervals', () => {
  useTestKernel({ fakeTimers: true })

  it('keep their time, and the ticks that come while their reader is at work', async () => {
    const at: number[] = []
    const read = async (): Promise<void> => {
      for await (const value of promised.setInterval(100, 'tick')) {
        at.push(clock().now())
        expect(value).toBe('tick')
        await promised.setTimeout(at.length === 3 ? 250 : 80)
        if (at.length === 6) return
      }
    }
    await testKernel().runUntil(read())
    expect(at).toEqual([100, 200, 300, 550, 630, 710])
    expect(clock().next).toBeUndefined()
  })

  it('end by a signal', async () => {
    const signal = AbortSignal.timeout(250)
    const ticks: number[] = []
    const read = async (): Promise<void> => {
      for await (const _ of promised.setInterval(100, undefined, { signal })) ticks.push(clock().now())
    }
    await expect(testKernel().runUntil(read())).rejects.toMatchObject({
      name: 'AbortError',
      code: 'ABORT_ERR',
    })
    expect(ticks).toEqual([100, 200])
    const refused = { code: 'ERR_INVALID_ARG_TYPE' }
    await expect(promised.setTimeout(1, 0, 'x' as never)).rejects.toMatchObject(refused)
    await expect(
      promised
        .setInterval(1, 0, 'x' as never)
        [Symbol.asyncIterator]()
        .next(),
    ).rejects.toMatchObject(refused)
  })
})

/** Timers that somebody asked for their numbers. */
function cleared(count: number): WeakRef<object>[] {
  return Array.from({ length: count }, () => {
    const timeout = setTimeout(() => {}, 10)
    clearTimeout(Number(timeout))
    return new WeakRef(timeout)
  })
}

const isThere = (thing: WeakRef<object>): boolean => thing.deref() !== undefined
// biome-ignore-end lint/style/noRestrictedGlobals: as above
