/**
 * Node's own timers and `Date` on a virtual clock, for code that does not use the kernel's: `setTimeout`, `setInterval`,
 * `Date`, `Intl.DateTimeFormat`, `performance.now`, `AbortSignal.timeout`, and the same of `node:timers` and `node:timers/promises`.
 */
import { AsyncResource } from 'node:async_hooks'
import { syncBuiltinESMExports } from 'node:module'
import hooks from 'node:perf_hooks'
import timersModule from 'node:timers'
import promisesModule from 'node:timers/promises'
import { promisify } from 'node:util'
import { currentKernel } from '../kernel/index.js'
import { FakeTimeout } from './fake-timeout.js'
import { promisedTimers } from './promised-timers.js'
import { type StandingClock, VirtualTimers } from './virtual-timers.js'

type Callback = (...args: unknown[]) => unknown

/** Puts them in place of Node's until disposed of; timers that are set by then never go off. */
export function installFakeTimers(clock: StandingClock): Disposable {
  const timers = new VirtualTimers(clock)
  const known = new Map<number, FakeTimeout>()
  const start =
    (repeats: boolean) =>
    (callback: Callback, ms?: number, ...args: unknown[]): FakeTimeout => {
      const timeout = new FakeTimeout(timers, contained(callback, args), delayOf(ms), repeats, known.size + 1)
      // By number, too, as browsers have it.
      known.set(known.size + 1, timeout)
      return timeout
    }
  const clear = (timeout: unknown): void => {
    if (timeout instanceof FakeTimeout) timeout.close()
    else known.get(Number(timeout))?.close()
  }
  const promised = promisedTimers(timers)
  const timeout = Object.assign(start(false), { [promisify.custom]: promised.setTimeout })
  const callbacks = {
    setTimeout: timeout,
    setInterval: start(true),
    clearTimeout: clear,
    clearInterval: clear,
  }
  const undo = [
    ...replaceAll(globalThis, { ...callbacks, Date: dateOn(clock) }),
    ...replaceAll(timersModule, callbacks),
    ...replaceAll(promisesModule, promised),
    ...replaceAll(hooks.performance, { now: () => clock.now() }),
    ...replaceFormats(clock),
    ...replaceAll(AbortSignal, { timeout: (ms: number) => abortAfter(timers, ms) }),
  ]
  syncBuiltinESMExports()
  return {
    [Symbol.dispose]() {
      for (const each of undo.reverse()) each()
      syncBuiltinESMExports()
      timers.clear()
    },
  }
}

/** As Node has it: nothing is sooner than 1 ms, and what is no time, or too long, is that. */
function delayOf(ms: number | undefined): number {
  const delay = Math.trunc(Number(ms))
  return delay >= 1 && delay <= 2 ** 31 - 1 ? delay : 1
}

/** In the context of whoever set the timer, whose process what it throws is the end of. */
function contained(callback: Callback, args: readonly unknown[]): () => void {
  return AsyncResource.bind(() => {
    try {
      callback(...args)
    } catch (error) {
      if (currentKernel().contain(error)) return
      queueMicrotask(() => {
        throw error
      })
    }
  })
}

function dateOn(clock: StandingClock): DateConstructor {
  const date: DateConstructor = new Proxy(Date, {
    construct: (target, args, made) =>
      Reflect.construct(target, args.length === 0 ? [clock.wallTime()] : args, made === date ? target : made),
    apply: (target) => new target(clock.wallTime()).toString(),
    get: (target, key) => (key === 'now' ? () => clock.wallTime() : Reflect.get(target, key)),
  })
  return date
}

/** Without a date, these write the time that it is. */
function replaceFormats(clock: StandingClock): (() => void)[] {
  const formats = Intl.DateTimeFormat.prototype
  const { formatToParts } = formats
  const format = Object.getOwnPropertyDescriptor(formats, 'format') as PropertyDescriptor
  Object.defineProperty(formats, 'format', {
    ...format,
    get(this: Intl.DateTimeFormat) {
      const write: (date: Date | number) => string = format.get?.call(this)
      return (date: Date | number = clock.wallTime()) => write(date)
    },
  })
  const parts = function (this: Intl.DateTimeFormat, date: Date | number = clock.wallTime()) {
    return formatToParts.call(this, date)
  }
  return [
    () => Object.defineProperty(formats, 'format', format),
    ...replaceAll(formats, { formatToParts: parts }),
  ]
}

function abortAfter(timers: VirtualTimers, ms: number): AbortSignal {
  const abort = new AbortController()
  timers.set(ms, () =>
    abort.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')),
  )
  return abort.signal
}

function replaceAll(holder: object, values: Readonly<Record<string, unknown>>): (() => void)[] {
  return Object.entries(values).map(([key, value]) => {
    const before = Object.getOwnPropertyDescriptor(holder, key)
    Object.defineProperty(holder, key, { value, configurable: true, writable: true, enumerable: true })
    return () => {
      if (before === undefined) Reflect.deleteProperty(holder, key)
      else Object.defineProperty(holder, key, before)
    }
  })
}
