/** What tells the time in Node and JavaScript, on a virtual clock. */
import hooks from 'node:perf_hooks'
import type { StandIns } from './replacements.js'
import type { StandingClock } from './virtual-timer-queue.js'

const NANOSECONDS = 1_000_000

/** Another library that fakes the time puts an `Intl` of its own in place of this. */
const formats = Intl.DateTimeFormat.prototype

/** Puts them in place of Node's: dates, `Intl`, `Temporal`, `performance`, `process.hrtime` and `process.uptime`. */
export function fakeClocks(standIns: StandIns, clock: StandingClock): void {
  fakeDates(standIns, clock)
  fakeFormats(standIns, clock)
  fakeTemporal(standIns, clock)
  fakePerformance(standIns, clock)
  fakeProcessTime(standIns, clock)
}

function fakeDates(standIns: StandIns, clock: StandingClock): void {
  const real = Date
  const wallTime = (): number => (standIns.act ? clock.wallTime() : real.now())
  function standIn(...args: number[]): unknown {
    const now = args.length === 0 ? [wallTime()] : args
    if (new.target === undefined) return new real(wallTime()).toString()
    return Reflect.construct(real, now as [number], new.target === standIn ? real : new.target)
  }
  Object.defineProperties(standIn, Object.getOwnPropertyDescriptors(real))
  Object.defineProperty(standIn, 'now', { value: wallTime, configurable: true, writable: true })
  standIns.property(globalThis, 'Date', { value: standIn, writable: true, enumerable: false })
  standIns.property(real.prototype, 'constructor', { value: standIn, writable: true })
}

/** Without a date, these write the time that it is. */
function fakeFormats(standIns: StandIns, clock: StandingClock): void {
  const { get: formatOf } = Object.getOwnPropertyDescriptor(formats, 'format') as PropertyDescriptor
  const bound = new WeakMap<Intl.DateTimeFormat, (date?: Date | number) => string>()
  standIns.property(formats, 'format', {
    get(this: Intl.DateTimeFormat) {
      const write: (date?: Date | number) => string = formatOf?.call(this)
      const known = bound.get(this) ?? ((date = standIns.act ? clock.wallTime() : undefined) => write(date))
      bound.set(this, known)
      return known
    },
  })
  standIns.method(
    formats,
    'formatToParts',
    (real) =>
      function (this: unknown, date: Date | number = clock.wallTime()) {
        return real.call(this as Intl.DateTimeFormat, date as never)
      },
  )
}

interface Instant {
  toZonedDateTimeISO(timeZone: unknown): Readonly<Record<string, () => unknown>>
}

/** Of newer versions of JavaScript, which no types of Node know yet. */
interface TemporalNamespace {
  readonly Now: { timeZoneId(): string }
  readonly Instant: { fromEpochMilliseconds(ms: number): Instant }
}

function fakeTemporal(standIns: StandIns, clock: StandingClock): void {
  const { Temporal } = globalThis as { Temporal?: TemporalNamespace }
  if (Temporal === undefined) return
  const { Now, Instant } = Temporal
  const instant = (): Instant => Instant.fromEpochMilliseconds(clock.wallTime())
  const zoned = (zone: unknown = Now.timeZoneId()) => instant().toZonedDateTimeISO(zone)
  standIns.method(Now, 'instant', () => instant)
  standIns.method(Now, 'zonedDateTimeISO', () => zoned)
  for (const kind of ['PlainDateTime', 'PlainDate', 'PlainTime']) {
    standIns.method(Now, `p${kind.slice(1)}ISO`, () => (zone?: unknown) => zoned(zone)[`to${kind}`]?.())
  }
}

interface MeasureOptions {
  readonly start?: unknown
  readonly end?: unknown
  readonly duration?: number
}

function fakePerformance(standIns: StandIns, clock: StandingClock): void {
  const { performance } = hooks
  const now = (): number => clock.now()
  standIns.method(performance, 'now', () => now)
  const { timeOrigin } = performance
  standIns.property(performance, 'timeOrigin', {
    get: () => (standIns.act ? (clock.origin ?? clock.wallTime() - clock.now()) : timeOrigin),
  })
  standIns.method<(name: never, options?: never) => unknown>(
    performance,
    'mark',
    (real) =>
      function (this: unknown, name: never, options?: object) {
        return real.call(this, name, { startTime: now(), ...options } as never)
      },
  )
  standIns.method<(...args: never[]) => unknown>(
    performance,
    'measure',
    (real) =>
      function (this: unknown, name: never, start?: string | MeasureOptions, end?: string) {
        if (end !== undefined) return real.call(this, name, start as never, end as never)
        const given: MeasureOptions = typeof start === 'object' ? start : { start: start ?? 0 }
        const knowsItsEnd =
          given.end !== undefined || (given.start !== undefined && given.duration !== undefined)
        return real.call(this, name, (knowsItsEnd ? given : { ...given, end: now() }) as never)
      },
  )
}

function fakeProcessTime(standIns: StandIns, clock: StandingClock): void {
  const nanoseconds = (): bigint => BigInt(Math.round(clock.now() * NANOSECONDS))
  const hrtime = standIns.method<typeof process.hrtime>(
    process,
    'hrtime',
    (real) => (before?: [number, number]) => {
      // What is no time is refused by Node.
      if (before !== undefined && (!Array.isArray(before) || before.length !== 2)) return real(before)
      const [seconds, rest] = before ?? [0, 0]
      const since = nanoseconds() - (BigInt(seconds) * 1_000_000_000n + BigInt(rest))
      const whole =
        since >= 0n || since % 1_000_000_000n === 0n ? since / 1_000_000_000n : since / 1_000_000_000n - 1n
      return [Number(whole), Number(since - whole * 1_000_000_000n)]
    },
  )
  standIns.method(hrtime, 'bigint', () => nanoseconds)
  standIns.method(process, 'uptime', () => () => clock.now() / 1_000)
}
