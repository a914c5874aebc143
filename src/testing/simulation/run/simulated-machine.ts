/** What Node tells of its machine, in a simulation: the same on each, and in each run. */
import os from 'node:os'
import { performance } from 'node:perf_hooks'
import type { StandIns } from '../../time/replacements.js'
import type { StandingClock } from '../../time/virtual-timer-queue.js'

/** Bytes. */
const MEMORY = { rss: 64e6, heapTotal: 32e6, heapUsed: 16e6, external: 1e6, arrayBuffers: 1e5 } as const
const FREE = 1e9

/** A program that is simulated uses no processor time, and always the same memory. */
export function ownMachine(standIns: StandIns, clock: StandingClock): void {
  standIns.method(process, 'cpuUsage', () => () => ({ user: 0, system: 0 }))
  const memoryUsage = standIns.method(process, 'memoryUsage', () => () => ({ ...MEMORY }))
  standIns.method(memoryUsage, 'rss', () => () => MEMORY.rss)
  standIns.method<typeof process.resourceUsage>(process, 'resourceUsage', (real) => () => {
    const none = Object.fromEntries(Object.keys(real.call(process)).map((name) => [name, 0]))
    return { ...none, maxRSS: MEMORY.rss / 1_000 }
  })
  standIns.method(performance, 'eventLoopUtilization', () => () => ({ idle: 0, active: 0, utilization: 0 }))
  standIns.method(os, 'uptime', () => () => clock.now() / 1_000)
  standIns.method(os, 'loadavg', () => () => [0, 0, 0])
  standIns.method(os, 'freemem', () => () => FREE)
  ownTimeStamps(standIns, clock)
}

/** An event keeps its time for itself: it gets the time at which it is first asked. */
function ownTimeStamps(standIns: StandIns, clock: StandingClock): void {
  const { get: real } = Object.getOwnPropertyDescriptor(Event.prototype, 'timeStamp') ?? {}
  const times = new WeakMap<Event, number>()
  standIns.property(Event.prototype, 'timeStamp', {
    get(this: Event) {
      if (!standIns.act) return real?.call(this)
      const time = times.get(this) ?? clock.now()
      times.set(this, time)
      return time
    },
  })
}
