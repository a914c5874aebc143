/**
 * Node's own timers and clocks on a virtual clock, for code that does not use the kernel's. What is faked, and what stays real, is in
 * the guide, in a table that a test makes.
 */
import { AsyncResource } from 'node:async_hooks'
import timersModule from 'node:timers'
import promisesModule, * as importedByName from 'node:timers/promises'
import { promisify } from 'node:util'
import { announcesTimers, read } from '../../kernel/index.js'
import { testingError } from '../errors.js'
import { fakeClocks } from './fake-clocks.js'
import { callContained, FakeTimeout, type Timetable } from './fake-timeout-object.js'
import { promisedTimers } from './fake-timers-promises.js'
import { StandIns } from './replacements.js'
import { type StandingClock, type TimerQueue, VirtualTimers } from './virtual-timer-queue.js'

type Callback = (this: unknown, ...args: unknown[]) => unknown

/**
 * Puts them in place of Node's until disposed of; timers that are set by then never go off.
 *
 * @param isMeant whether they are for the code that asks; default all
 * @param timers what they are set on; default some of that clock
 * @param others puts more in place, for the same code
 */
export function installFakeTimers(
  clock: StandingClock,
  isMeant?: () => boolean,
  timers: TimerQueue = new VirtualTimers(clock),
  others?: (standIns: StandIns) => void,
): Disposable {
  const table: Timetable = { timers, numbered: new Map() }
  const standIns = new StandIns(isMeant)
  const promised = promisedTimers(
    (run, ms, repeats) => {
      const timeout = new FakeTimeout(table, run, delayOf(ms), repeats)
      return () => timeout.close()
    },
    { ...promisesModule },
  )
  for (const holder of [globalThis, timersModule])
    fakeCallbackTimers(standIns, holder, table, promised.setTimeout)
  standIns.method(promisesModule, 'setTimeout', () => promised.setTimeout)
  standIns.method(promisesModule, 'setInterval', () => promised.setInterval)
  const { scheduler } = promisesModule
  // The object stays, which a program may have kept.
  standIns.method<Callback>(
    scheduler,
    'wait',
    (real) =>
      function (this: unknown, ms?: unknown, options?: unknown) {
        return this === scheduler ? promised.setTimeout(ms, undefined, options) : real.call(this, ms, options)
      },
  )
  standIns.method<typeof AbortSignal.timeout>(AbortSignal, 'timeout', (real) => (ms) => {
    const isTime = Number.isInteger(ms) && ms >= 0 && ms < 2 ** 32
    return isTime ? abortAfter(table.timers, ms) : real(ms)
  })
  fakeClocks(standIns, clock)
  others?.(standIns)
  standIns.complete()
  tellWhatStaysReal()
  ours.set(globalThis.setTimeout, standIns)
  return {
    [Symbol.dispose]() {
      standIns[Symbol.dispose]()
      table.timers.clear()
    },
  }
}

function fakeCallbackTimers(standIns: StandIns, holder: object, table: Timetable, promised: Callback): void {
  for (const name of ['setTimeout', 'setInterval']) {
    const repeats = name === 'setInterval'
    const standIn = standIns.method(
      holder,
      name,
      (real) =>
        (run: Callback, ms?: number, ...args: unknown[]) => {
          // What is no callback is refused by Node.
          if (typeof run !== 'function') return Reflect.apply(real, undefined, [run as never])
          const contained = (timeout: FakeTimeout): void =>
            callContained(() => Reflect.apply(run, timeout, args))
          return new FakeTimeout(table, contained, delayOf(ms), repeats)
        },
    )
    announcesTimers(standIn)
    if (!repeats) Object.defineProperty(standIn, promisify.custom, { value: promised })
  }
  for (const name of ['clearTimeout', 'clearInterval']) {
    const clear = (real: Callback) => (timeout: unknown) => {
      const isNumber = typeof timeout === 'number' || typeof timeout === 'string'
      const fake = isNumber ? table.numbered.get(Number(timeout)) : timeout
      if (fake instanceof FakeTimeout) fake.close()
      // One that was set before, or by whom these are not for.
      else Reflect.apply(real, undefined, [timeout as never])
    }
    standIns.method(holder, name, clear, true)
  }
}

let hasTold = false

/** In contexts of `node:vm` whose modules nobody can reach, as jest's for ECMAScript modules, what is imported by name stays as it was. */
function tellWhatStaysReal(): void {
  if (hasTold || importedByName.setTimeout === promisesModule.setTimeout) return
  hasTold = true
  const { code, message } = testingError('TEST_TIMERS_REAL', {})
  process.emitWarning(message, { type: 'HeartwoodWarning', code })
}

/** The stand-ins that were put in place here. */
const ours = new WeakMap<object, StandIns>()

/** Whether Node's timers are faked already, and by the kit: another test, that runs at the same time, has its own. */
export function areFaked(): boolean {
  return ours.get(globalThis.setTimeout)?.inUse === true
}

/** Fakes of another library hold Node's time: it is told from ours by what it leaves on them. */
export function timesOfOthers(): string[] {
  const globals = ['setTimeout', 'setInterval', 'setImmediate', 'Date', 'performance'] as const
  const names: string[] = globals.filter((name) => isOfAnother(name, globalThis[name]))
  return isOfAnother('hrtime', process.hrtime) ? [...names, 'process.hrtime'] : names
}

function isOfAnother(name: string, time: object): boolean {
  // A date that is faked alone, as by vi.setSystemTime, has no clock, and is a class on top of what was there.
  if ('clock' in time || (name === 'Date' && Object.getPrototypeOf(time) !== Function.prototype)) return true
  // Those of node:test.
  if (read(time, 'name') === 'bound #createTimer') return true
  return Object.getOwnPropertySymbols(time).some(({ description }) => description === 'MockTimers')
}

/** As Node has it: nothing is sooner than 1 ms, and what is no time, or too long, is that. */
function delayOf(ms: number | undefined): number {
  const delay = Math.trunc(Number(ms))
  return delay >= 1 && delay <= 2 ** 31 - 1 ? delay : 1
}

function abortAfter(timers: TimerQueue, ms: number): AbortSignal {
  const abort = new AbortController()
  const late = AsyncResource.bind(() => {
    abort.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'))
  })
  timers.set(delayOf(ms), late)
  return abort.signal
}
