/**
 * Pulse under load: so many targets on loopback, checked at their interval for a while, in real time.
 *
 *   npm run load -w pulse -- --targets 5000 --interval 10000 --minutes 10
 *
 * The targets answer from a program of their own. What is measured is how late Pulse's checks begin: the time between a
 * check of a target and the next, less the interval.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { boot, receive, ref, self, sleep, spawn } from 'heartwood'
import { pulseConfig } from '../pulse.js'
import { loadSettings } from '../settings.js'
import { targetSchema } from '../target.js'
import type { ResultEvent } from '../workers/events.js'
import { PubSub } from '../workers/pub-sub.js'

const { values } = parseArgs({
  options: {
    targets: { type: 'string', default: '5000' },
    interval: { type: 'string', default: '10000' },
    minutes: { type: 'string', default: '10' },
  },
})
const count = Number(values.targets)
const interval = Number(values.interval)
const milliseconds = Number(values.minutes) * 60_000

const service = fork(new URL('./service.js', import.meta.url))
const [port] = (await once(service, 'message')) as [number]
const folder = mkdtempSync(join(tmpdir(), 'pulse-load-'))
const settings = await loadSettings({ PORT: '0', PULSE_DATA: folder, PULSE_CHAOS: 'off' })
const targets = Array.from({ length: count }, (_, n) =>
  targetSchema.parse({ name: `t${n}`, url: `http://127.0.0.1:${port}/${n}`, interval }),
)
const system = await boot(pulseConfig({ ...settings, targets }))

/** When each target was last checked, how late the checks after the first were, and what they found. */
const lastChecks = new Map<string, number>()
const lateness: number[] = []
const latencies: number[] = []
let failed = 0
spawn(async () => {
  ref(PubSub).cast.subscribe(self(), ['result'])
  for (;;) {
    const { result } = await receive((message: ResultEvent) => message.kind === 'result')
    const before = lastChecks.get(result.target)
    if (before !== undefined) lateness.push(result.at - before - interval)
    lastChecks.set(result.target, result.at)
    latencies.push(result.latency)
    if (!result.up) failed += 1
  }
})
const loop = monitorEventLoopDelay({ resolution: 10 })
loop.enable()
const before = process.cpuUsage()
await sleep(milliseconds)
const { user, system: inSystem } = process.cpuUsage(before)
loop.disable()

const round = (value: number): number => Math.round(value * 10) / 10
const percentiles = (list: number[]) => {
  const sorted = list.sort((a, b) => a - b)
  const at = (share: number): number => round(sorted[Math.floor(sorted.length * share)] ?? Number.NaN)
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: round(sorted.at(-1) ?? Number.NaN) }
}
const found = {
  targets: count,
  interval,
  minutes: Number(values.minutes),
  checks: latencies.length,
  checked: lastChecks.size,
  failed,
  'late by (ms)': percentiles(lateness),
  'answered in (ms)': percentiles(latencies),
  'event loop late by (ms)': { p99: round(loop.percentile(99) / 1e6 - 10), max: round(loop.max / 1e6 - 10) },
  'share of one core': round((user + inSystem) / 1000 / milliseconds),
  'resident (MiB)': round(process.memoryUsage.rss() / 2 ** 20),
}
console.log(JSON.stringify(found, null, 2))
await system.stop()
service.kill()
rmSync(folder, { recursive: true })
process.exit(failed === 0 && lastChecks.size === count && found['late by (ms)'].p99 < 100 ? 0 : 1)
