import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { processInfo } from 'heartwood'
import { allowCrashes, clock, faults, seeded, testKernel } from 'heartwood/testing'
import { useTestKernel } from 'heartwood/testing/vitest'
import Database from 'libsql'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { CheckResult } from '../src/checks/check.js'
import { SqliteStore, STORE } from '../src/store/index.js'
import { silence } from './fake-net.js'
import { PulseUnderTest } from './pulse-under-test.js'

/**
 * All of Pulse under a monkey that crashes and kills its workers and supervisors, in virtual time. `npm test` runs a part
 * of the time, `PULSE_CHAOS_MINUTES=1000` all of it.
 */
const MINUTES = Number(process.env.PULSE_CHAOS_MINUTES ?? 60)
const SEED = Number(process.env.PULSE_CHAOS_SEED ?? 1)
const MINUTE = 60_000
const TARGETS = ['a', 'b', 'c', 'd', 'e']

useTestKernel({ traceLimit: 1_000 })

/** The embedded database, with a list of what it has acknowledged. */
class WitnessedStore extends SqliteStore {
  constructor(
    folder: string,
    private readonly acknowledged: CheckResult[],
  ) {
    super(folder)
  }

  override async append(results: readonly CheckResult[]): Promise<readonly string[]> {
    const refused = await super.append(results)
    this.acknowledged.push(...results)
    return refused
  }
}

/** What may grow when something is not let go of: processes, their timers, monitors, links and mailboxes. */
function holdings(): Record<string, number> {
  const kernel = testKernel()
  const pids = kernel.processes()
  const sum = (count: (pid: (typeof pids)[number]) => number | undefined): number =>
    pids.reduce((total, pid) => total + (count(pid) ?? 0), 0)
  return {
    processes: pids.length,
    timers: kernel.timers.size,
    monitors: sum((pid) => processInfo(pid, 'monitoredBy')?.length),
    links: sum((pid) => processInfo(pid, 'links')?.length),
    messages: sum((pid) => processInfo(pid, 'messageQueueLength')),
    resources: sum((pid) => processInfo(pid, 'owned')),
    names: kernel.registered().length,
    sockets: process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length,
  }
}

/** The most of each in the course of a minute without faults. */
async function quietMinute(): Promise<Record<string, number>> {
  let most = holdings()
  for (let sample = 0; sample < 300; sample++) {
    await clock().advance(200)
    const now = holdings()
    most = Object.fromEntries(
      Object.entries(most).map(([key, value]) => [key, Math.max(value, now[key] ?? 0)]),
    )
  }
  return most
}

const keyOf = ({ target, at }: { target: string; at: number }): string => `${target} ${at}`

function counted(rows: readonly { target: string; at: number }[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const row of rows) counts.set(keyOf(row), (counts.get(keyOf(row)) ?? 0) + 1)
  return counts
}

describe(`${MINUTES} minutes of chaos`, () => {
  it('lose no row that was acknowledged, and leave nothing behind', async () => {
    // Where a sync costs nothing: what is asked for is not what a disk can do.
    const base = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
    const dataFolder = mkdtempSync(join(base, 'pulse-chaos-'))
    onTestFinished(() => rmSync(dataFolder, { recursive: true, force: true }))
    const acknowledged: CheckResult[] = []
    const pulse = await PulseUnderTest.boot({
      targets: TARGETS,
      dataFolder,
      fields: { interval: 15_000 },
      webhooks: ['http://hook/'],
      bindings: (bind) =>
        bind(STORE)
          .toDynamicValue(() => new WitnessedStore(dataFolder, acknowledged))
          .inTransientScope(),
    })
    const chance = seeded(SEED)
    let calm = true
    for (const host of [...TARGETS, 'hook']) {
      pulse.net.answers.set(host, (signal) => {
        const drawn = calm ? 1 : chance()
        if (drawn < 0.02) return silence(signal)
        return new Response('', { status: drawn < 0.08 ? 500 : 200 })
      })
    }
    allowCrashes()
    // What the start alone brings with it is over: that each target is found up, and noted.
    await clock().advance(MINUTE)
    const before = await quietMinute()
    calm = false
    const monkey = faults().chaos({
      under: 'pulse',
      seed: SEED,
      rate: 6,
      supervisors: true,
      // Restarts that are spent at the top are the end of Pulse, which has a test of its own.
      spare: ['bus', 'watch', 'front'],
    })
    await clock().advance(MINUTES * MINUTE)
    monkey.remove()
    calm = true
    // Back-offs and restarts that are still on come to their end.
    await clock().advance(5 * MINUTE)
    const after = await quietMinute()

    expect(monkey.struck).toBeGreaterThan(4 * MINUTES)
    expect(new Set(monkey.log.map(({ way }) => way)).size).toBe(5)
    expect(after).toEqual(before)

    await pulse.stop()
    const database = new Database(join(dataFolder, 'pulse.sqlite'))
    const rows = database.prepare('SELECT target, at FROM check_results').all() as {
      target: string
      at: number
    }[]
    database.close()
    const stored = counted(rows)
    const wrong = [...counted(acknowledged)].filter(([key, count]) => stored.get(key) !== count)
    expect(wrong).toEqual([])
    expect(rows).toHaveLength(acknowledged.length)
    // Four checks a minute, less those that a crash cut off.
    expect(rows.length).toBeGreaterThan(MINUTES * TARGETS.length * 3)
  }, 600_000)
})
