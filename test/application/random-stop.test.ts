import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { SystemClock } from '../../src/kernel/index.js'
import { busyMachine } from '../measuring.js'
import { fixture, Program } from './program.js'

/** How many programs are stopped; `.ci/run` has 100. */
const STOPS = Number(process.env.HEARTWOOD_STOPS ?? 20)
const SEED = Number(process.env.HEARTWOOD_SEED ?? 1)
/** Programs that run at the same time. */
const AT_ONCE = 4
/** Milliseconds until the latest moment; the fixture takes some 250 to start, on a machine that does nothing else. */
const LONGEST = 500
/** The `shutdownTimeout` of the fixture. */
const LIMIT = 10_000

const APPLICATIONS: Readonly<Record<string, string>> = {
  disk: 'store',
  c: 'store',
  helper: 'store',
  lru: 'cache',
  d: 'cache',
  http: 'web',
  a: 'web',
  b: 'web',
}

const clock = new SystemClock()
const folder = mkdtempSync(join(tmpdir(), 'heartwood-stops-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Line {
  readonly msg: string
  readonly level: string
  readonly program?: number
}

/** One program, and what it left on the disk. */
class Run {
  readonly #path: string
  readonly program: Program

  constructor(name: string) {
    this.#path = join(folder, name)
    this.program = new Program(['start', fixture('staged')], { LOG: this.#path })
  }

  get lines(): readonly Line[] {
    const text = readFileSync(this.#path, { encoding: 'utf8', flag: 'a+' })
    // The last line is whole.
    expect(text === '' || text.endsWith('\n')).toBe(true)
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  }
}

/** The stops that must follow these starts: applications in reverse, in each its hooks around its workers in reverse. */
function stopsAfter(started: readonly string[]): string[] {
  const applications = [...new Set(started.map((id) => APPLICATIONS[id] ?? id))].reverse()
  return applications.flatMap((name) => {
    const workers = started.filter((id) => APPLICATIONS[id] === name).reverse()
    return [
      `prepStop ${name}`,
      ...workers.map((id) => `stop ${id}`),
      `stopped ${name}`,
      `application ${name} stopped`,
    ]
  })
}

const STOP = /^(prepStop|stop|stopped) |^application \w+ stopped$/

interface Moment {
  /** From the begin of the program; the moment when its configuration was read; or when all of it is up. */
  readonly from: 'begin' | 'loaded' | 'up'
  readonly after: number
  readonly signal: 'SIGTERM' | 'SIGINT'
}

/** Stops one program at a moment, and checks all that is promised. Returns how many workers had started. */
async function stopAt({ from, after, signal }: Moment, nth: number): Promise<number> {
  const run = new Run(`${nth}.log`)
  const { program } = run
  if (from !== 'begin') await program.line(from)
  await setTimeout(after)
  const asked = clock.now()
  program.kill(signal)
  const exited = await program.exited
  const took = clock.now() - asked
  const busy = took < LIMIT ? undefined : busyMachine()
  if (busy === undefined) expect(took).toBeLessThan(LIMIT)
  else console.warn(`the time of stop ${nth}: ${busy}`)
  const { lines } = run
  const messages = lines.map(({ msg }) => msg)
  const started = messages
    .filter((message) => message.startsWith('start '))
    .map((message) => message.slice(6))
  if (exited === signal) {
    // So early that Node itself was not up.
    expect(messages).toEqual([])
    return 0
  }
  expect(program.errors).toBe('')
  expect(exited).toBe(0)
  const stops = stopsAfter(started)
  expect(messages.filter((message) => STOP.test(message))).toEqual(stops)
  // Nothing comes after the last stop but that the start was cancelled, and it is on the disk.
  const cancelled = messages.findIndex((message) => /^the start was cancelled by/.test(message))
  if (cancelled >= 0) expect(messages.splice(cancelled)).toHaveLength(1)
  if (stops.length > 0) expect(messages.at(-1)).toBe(stops.at(-1))
  expect(lines.filter(({ level }) => /error|warn/.test(String(level)))).toEqual([])
  for (const { program } of lines) if (program !== undefined) expect(isRunning(program)).toBe(false)
  return started.length
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    // ESRCH: there is none.
    return false
  }
}

/** The same sequence for the same seed. */
function* random(seed: number): Generator<number, never> {
  for (let state = seed >>> 0; ; ) {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    yield ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

describe('SIGTERM or SIGINT', () => {
  it(`at ${STOPS} random moments of boot and run ends in exact reverse order, in time, with nothing left (seed ${SEED})`, {
    timeout: 20_000 + STOPS * 3_000,
  }, async () => {
    const numbers = random(SEED)
    const fixed: Moment[] = [
      { from: 'loaded', after: 0, signal: 'SIGTERM' },
      { from: 'up', after: 0, signal: 'SIGTERM' },
    ]
    const moments = Array.from({ length: STOPS }, (_, nth): Moment => {
      const known = fixed[nth]
      if (known !== undefined) return known
      const from = numbers.next().value < 0.1 ? 'begin' : 'loaded'
      const after = Math.round(numbers.next().value * LONGEST)
      return { from, after, signal: numbers.next().value < 0.5 ? 'SIGTERM' : 'SIGINT' }
    })
    const counts: number[] = []
    const left = [...moments.entries()]
    const lane = async (): Promise<void> => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const [nth, moment] = next
        counts.push(await stopAt(moment, nth).catch((error) => Promise.reject(named(error, moment, nth))))
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, lane))
    expect(counts).toHaveLength(STOPS)
    // Boot and run were met.
    expect(Math.max(...counts)).toBe(8)
    expect(Math.min(...counts)).toBeLessThan(8)
  })
})

function named(error: unknown, { from, after, signal }: Moment, nth: number): Error {
  return new Error(`program ${nth}, ${signal} ${after} ms after ${from}: ${(error as Error).message}`, {
    cause: error,
  })
}
