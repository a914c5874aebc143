import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DownMessage, monitor, type Pid, receive, ref, sleep, sys } from 'heartwood'
import { allowCrashes, expectCrash } from 'heartwood/testing'
import { useTestKernel } from 'heartwood/testing/vitest'
import Database from 'libsql'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { CheckResult } from '../src/checks/check.js'
import type { Store } from '../src/store/index.js'
import type { Crash } from '../src/web/ports.js'
import { crashWorker } from '../src/workers/chaos.js'
import { Checker } from '../src/workers/checker.js'
import { HistoryWriter } from '../src/workers/history-writer.js'
import { MetricCollector } from '../src/workers/metric-collector.js'
import * as names from '../src/workers/names.js'
import { PubSub } from '../src/workers/pub-sub.js'
import { StatusCollector } from '../src/workers/status-collector.js'
import { EventReader } from './event-reader.js'
import { silence } from './fake-net.js'
import { INTERVAL, PulseUnderTest } from './pulse-under-test.js'

useTestKernel()

let pulse: PulseUnderTest
let stream: EventReader | undefined
afterEach(() => {
  stream?.close()
  stream = undefined
})

const TARGETS = ['a', 'b', 'c']
const CRASHES: readonly Crash[] = ['call', 'cast', 'timer', 'rejection', 'init']
const counts = (): number[] => TARGETS.map((target) => pulse.net.count(target))
const board = () => pulse.run(() => ref(StatusCollector).call.board())
const metrics = () => pulse.run(() => ref(MetricCollector).call.metrics())
const stateOf = (worker: string): Promise<unknown> => pulse.run(() => sys.getState(worker))
const everyTarget = (value: unknown) => Object.fromEntries(TARGETS.map((target) => [target, value]))

/** Who has to start again when a worker dies: those that the strategy of its supervisor says, and nobody else. */
const RESTARTED_WITH: Readonly<Record<string, readonly string[]>> = {
  [names.PUB_SUB]: [
    names.PUB_SUB,
    names.HISTORY_WRITER,
    names.STATUS_COLLECTOR,
    names.METRIC_COLLECTOR,
    names.ALERTER,
  ],
}
const WORKERS = [
  names.PUB_SUB,
  names.HISTORY_WRITER,
  names.STATUS_COLLECTOR,
  names.METRIC_COLLECTOR,
  names.ALERTER,
  names.TARGET_LOADER,
  names.checkerName('a'),
  names.WEB_SERVER,
]

describe('Pulse', () => {
  it('checks every target at its interval, and knows state and figures', async () => {
    pulse = await PulseUnderTest.boot()
    pulse.net.answers.set('b', () => new Response('', { status: 503 }))
    await pulse.advance(10 * INTERVAL)
    expect(counts()).toEqual([11, 11, 11])
    expect((await board()).targets).toMatchObject({
      a: { state: 'up' },
      b: { state: 'down', reason: 'answered 503, expected 200' },
      c: { state: 'up' },
    })
    expect(await metrics()).toMatchObject({
      a: { summary: { count: 11, availability: 1 } },
      // The first check was made before the answer was set.
      b: { summary: { count: 11 } },
    })
  })

  it('gives a target that does not answer its time-out, and goes on', async () => {
    pulse = await PulseUnderTest.boot()
    pulse.net.answers.set('a', silence)
    await pulse.advance(INTERVAL + 699)
    expect((await board()).targets).toMatchObject({ a: { state: 'up' } })
    await pulse.advance(1)
    expect((await board()).targets).toMatchObject({ a: { state: 'down', reason: 'no answer within 700 ms' } })
    pulse.net.answers.delete('a')
    await pulse.advance(INTERVAL)
    expect((await board()).targets).toMatchObject({ a: { state: 'up' } })
  })

  it('starts no worker that has to wait for another which is busy', async () => {
    pulse = await PulseUnderTest.boot()
    for (const worker of [names.TARGET_LOADER, names.STATUS_COLLECTOR, names.HISTORY_WRITER]) {
      await pulse.run(() => sys.suspend(worker))
    }
    const started = pulse.kernel.now()
    await pulse.crash(names.WEB_SERVER, 'cast')
    await pulse.crash(names.METRIC_COLLECTOR, 'cast')
    expect(pulse.kernel.now() - started).toBeLessThan(1_000)
    expect((await fetch(`${pulse.url}health/live`)).status).toBe(200)
  })

  it('breaks off the request of a checker that dies', async () => {
    pulse = await PulseUnderTest.boot()
    const aborted: AbortSignal[] = []
    pulse.net.answers.set('a', (signal) => {
      signal.addEventListener('abort', () => aborted.push(signal))
      return silence(signal)
    })
    await pulse.advance(INTERVAL)
    expect(aborted).toHaveLength(0)
    await pulse.crash(names.checkerName('a'), 'cast')
    expect(aborted).toHaveLength(1)
  })

  it('tells of changes once, with the reason', async () => {
    pulse = await PulseUnderTest.boot()
    await pulse.advance(INTERVAL)
    stream = await EventReader.open(`${pulse.url}api/events`)
    pulse.net.answers.set('c', () => new Response('', { status: 500 }))
    await pulse.advance(3 * INTERVAL)
    pulse.net.answers.delete('c')
    await pulse.advance(INTERVAL)
    expect(await stream.next('change')).toMatchObject({
      target: 'c',
      from: 'up',
      to: 'down',
      reason: 'answered 500, expected 200',
    })
    expect(await stream.next('change')).toMatchObject({ target: 'c', from: 'down', to: 'up' })
  })

  it('watches its samples when it is told nothing', async () => {
    pulse = await PulseUnderTest.boot({})
    const { workers } = (await pulse.asOperator('api/workers')) as {
      workers: { name: string; pid: string }[]
    }
    expect(workers.map((worker) => worker.name)).toEqual([
      'pub-sub',
      'history-writer',
      'status-collector',
      'metric-collector',
      'alerter',
      'samples',
      'target-loader',
      'certificate-watcher',
      'checker:steady',
      'checker:slow',
      'checker:flaky',
      'web-server',
    ])
    expect(workers.every((worker) => worker.pid !== undefined)).toBe(true)
  })

  it('brings its samples back under their addresses, without any check being lost', async () => {
    pulse = await PulseUnderTest.boot({})
    const addresses = async () => {
      const { targets } = (await (await fetch(`${pulse.url}api/status`)).json()) as {
        targets: { url: string }[]
      }
      return targets.map((target) => target.url)
    }
    const before = await addresses()
    const checkers = ['steady', 'slow', 'flaky'].map((name) => pulse.pid(names.checkerName(name)))
    for (const how of CRASHES) {
      await pulse.crash(names.SAMPLE_SERVICES, how)
      expect(await addresses()).toEqual(before)
      expect((await fetch(before[0] ?? '')).status).toBe(200)
      await pulse.advance(6000)
    }
    expect(['steady', 'slow', 'flaky'].map((name) => pulse.pid(names.checkerName(name)))).toEqual(checkers)
  })
})

describe.each(WORKERS)('a crash of %s', (worker) => {
  it.each(CRASHES)('in a %s brings a fresh one, while the other targets are checked on', async (how) => {
    pulse = await PulseUnderTest.boot()
    await pulse.advance(2 * INTERVAL)
    const before = new Map(everyWorker().map((name) => [name, pulse.pid(name)]))
    const oldState = await stateOf(worker)
    const checked = counts()

    const pid = await pulse.crash(worker, how)
    expect(pid).not.toBe(before.get(worker))
    expect(await stateOf(worker)).not.toBe(oldState)
    expect(pulse.kernel.reportsOf('crash')).not.toHaveLength(0)
    const restarted = RESTARTED_WITH[worker] ?? [worker]
    await pulse.kernel.settled()
    const replaced = everyWorker().filter((name) => pulse.pid(name) !== before.get(name))
    expect(replaced).toEqual(restarted)

    await pulse.advance(3 * INTERVAL)
    const [, b, c] = counts()
    expect([b, c]).toEqual([(checked[1] ?? 0) + 3, (checked[2] ?? 0) + 3])
    expect((await board()).targets).toMatchObject(everyTarget({ state: 'up' }))
    expect(await (await fetch(`${pulse.url}health/ready`)).json()).toEqual({ status: 'ready' })
    expect(await (await fetch(`${pulse.url}healthz`)).json()).toEqual({ ok: true, reasons: [] })
  })
})

function everyWorker(): string[] {
  return [...WORKERS, names.checkerName('b'), names.checkerName('c')]
}

describe('fresh state', () => {
  it('a checker counts its checks from nothing', async () => {
    pulse = await PulseUnderTest.boot()
    await pulse.advance(5 * INTERVAL)
    const checks = (target: string) => pulse.run(() => ref(Checker, names.checkerName(target)).call.checks())
    expect(await checks('a')).toBe(6)
    await pulse.crash(names.checkerName('a'), 'cast')
    expect(await checks('a')).toBe(1)
    expect(await checks('b')).toBe(6)
  })

  it('the status collector goes on from what was noted, and tells no change that was told', async () => {
    pulse = await PulseUnderTest.boot()
    await pulse.advance(INTERVAL)
    const before = await board()
    expect(before.targets).toMatchObject(everyTarget({ state: 'up' }))
    await pulse.crash(names.STATUS_COLLECTOR, 'call')
    expect(await board()).toEqual(before)
    await pulse.advance(INTERVAL)
    expect(await board()).toEqual(before)
  })

  it('the metric collector starts empty, and takes up the figures again from the history', async () => {
    pulse = await PulseUnderTest.boot()
    await pulse.advance(5 * INTERVAL + 500)
    await pulse.crash(names.METRIC_COLLECTOR, 'call')
    expect(await metrics()).toEqual({})
    await pulse.advance(INTERVAL)
    expect(await metrics()).toMatchObject(everyTarget({ summary: { count: 7 } }))
  })
})

describe('a stop', () => {
  it('ends everything in exactly the reverse order of its start, with checks in flight', async () => {
    pulse = await PulseUnderTest.boot()
    for (const target of TARGETS) pulse.net.answers.set(target, silence)
    await pulse.advance(INTERVAL)
    const processes = pulse.kernel.registered()
    const ends: string[] = []
    const watched = pulse.run(async () => {
      for (const name of processes) monitor(pulse.pid(name), { tag: name })
      while (ends.length < processes.length) ends.push((await receive(isDownOf(processes))).tag)
    })
    await pulse.kernel.settled()
    await pulse.stop()
    await watched
    // All checkers at once, as a dynamic supervisor stops its children.
    const checkers = TARGETS.map(names.checkerName)
    expect(ends.filter((name) => !checkers.includes(name))).toEqual([
      ...[names.WEB_SERVER, 'front'],
      ...[names.CERTIFICATE_WATCHER, names.TARGET_LOADER, names.CHECKERS, 'checks'],
      ...[names.BODIES, 'watch'],
      ...[names.ALERTER, names.ALERT_SINKS, 'alerts'],
      ...[names.METRIC_COLLECTOR, names.STATUS_COLLECTOR, names.HISTORY_WRITER, 'collectors'],
      ...[names.PUB_SUB, 'bus', 'pulse'],
    ])
    expect(ends.slice(4, 7).sort()).toEqual(checkers)
  })
})

/** The DOWN messages that are tagged with one of these names. */
const isDownOf =
  (tags: readonly string[]) =>
  (message: unknown): message is DownMessage & { readonly tag: string } =>
    message instanceof DownMessage && tags.includes(message.tag as string)

describe('spent restarts', () => {
  /** Crashes a worker `times` times within the period. */
  async function insist(worker: string, times: number): Promise<Pid> {
    for (let crash = 1; crash < times; crash++) await pulse.crash(worker, 'cast')
    return pulse.crash(worker, 'cast')
  }

  it('of a collector restart all collectors, but not what stands before or beside them', async () => {
    pulse = await PulseUnderTest.boot()
    await pulse.advance(INTERVAL)
    const before = new Map(everyWorker().map((name) => [name, pulse.pid(name)]))
    await insist(names.STATUS_COLLECTOR, 4)
    await pulse.kernel.settled()
    expect(everyWorker().filter((name) => pulse.pid(name) !== before.get(name))).toEqual([
      names.HISTORY_WRITER,
      names.STATUS_COLLECTOR,
      names.METRIC_COLLECTOR,
      names.ALERTER,
    ])
    await pulse.advance(INTERVAL)
    expect((await board()).targets).toMatchObject(everyTarget({ state: 'up' }))
  })

  it('of a checker restart all checkers and their loader', async () => {
    pulse = await PulseUnderTest.boot()
    const before = new Map(everyWorker().map((name) => [name, pulse.pid(name)]))
    await insist(names.checkerName('a'), 11)
    await pulse.kernel.settled()
    expect(everyWorker().filter((name) => pulse.pid(name) !== before.get(name))).toEqual([
      names.TARGET_LOADER,
      names.checkerName('a'),
      names.checkerName('b'),
      names.checkerName('c'),
    ])
    const checked = counts()
    await pulse.advance(INTERVAL)
    expect(counts()).toEqual(checked.map((count) => count + 1))
  })
})

describe('spent restarts at the top', () => {
  it('end Pulse, and tell why', async () => {
    pulse = await PulseUnderTest.boot()
    // Four crashes end the bus, four ends of the bus end the root.
    for (let crash = 1; crash < 16; crash++) await pulse.crash(names.PUB_SUB, 'call')
    await pulse.run(() => crashWorker(names.PUB_SUB, 'call', pulse.faults))
    expect(await pulse.ended).toMatchObject({
      cause: 'crashed',
      application: 'pulse',
      reason: 'shutdown',
      stragglers: [],
    })
    expect(pulse.kernel.registered()).toEqual([])
    await expect(fetch(pulse.url)).rejects.toThrow()
  })
})

describe('the history', () => {
  let dataFolder: string
  beforeEach(() => {
    dataFolder = mkdtempSync(join(tmpdir(), 'pulse-history-'))
  })
  afterEach(() => rmSync(dataFolder, { recursive: true }))

  const history = (target: string) => pulse.run(() => ref(HistoryWriter).call.recent(target, 100))
  const storedOf = async (target: string): Promise<number> => {
    const results = await history(target)
    if (results === 'away') throw new Error('the database is away')
    return results.length
  }

  async function restart(): Promise<void> {
    await pulse.stop()
    pulse = await PulseUnderTest.boot({ targets: TARGETS, dataFolder })
  }

  it('holds what was announced as stored, also after a restart of all of Pulse', async () => {
    pulse = await PulseUnderTest.boot({ targets: TARGETS, dataFolder })
    stream = await EventReader.open(`${pulse.url}api/events`)
    await pulse.advance(4 * INTERVAL)
    const announced = (await stream.next('stored')) as CheckResult[]
    expect(announced.length).toBeGreaterThan(0)
    await restart()
    for (const result of announced) expect(await history(result.target)).toContainEqual(result)
  })

  it('gets also the results that still wait for their batch when Pulse is stopped', async () => {
    pulse = await PulseUnderTest.boot({ targets: TARGETS, dataFolder })
    await pulse.advance(INTERVAL)
    expect(await history('a')).toHaveLength(1)
    await restart()
    // Both checks of the first life; the first check of the second life waits for its batch.
    expect(await history('a')).toHaveLength(2)
  })

  it('does not keep results for ever', async () => {
    pulse = await PulseUnderTest.boot({ targets: TARGETS, dataFolder })
    const old = { target: 'gone', at: pulse.kernel.clock.wallTime() - 86_400_001, up: true, latency: 1 }
    const young = { ...old, at: old.at + 3_600_000 }
    await pulse.run(() => {
      for (const result of [old, young])
        ref(PubSub).cast.publish({ kind: 'result', result, rules: { confirm: 1 } })
    })
    await pulse.advance(59_000)
    expect(await history('gone')).toEqual([old, young])
    await pulse.advance(2000)
    expect(await history('gone')).toEqual([young])
  })

  it('loses no result when its writer is crashed', async () => {
    pulse = await PulseUnderTest.boot({ targets: TARGETS, dataFolder })
    await pulse.advance(INTERVAL)
    await pulse.crash(names.HISTORY_WRITER, 'cast')
    expect(await history('a')).toHaveLength(2)
  })

  it('waits for a database that is away, and brings it everything then', async () => {
    const store = new FailingStore()
    pulse = await PulseUnderTest.boot({ targets: TARGETS, store })
    store.broken = true
    await pulse.advance(4 * INTERVAL)
    expect(await history('a')).toBe('away')
    expect((await fetch(`${pulse.url}api/targets/a/history`)).status).toBe(503)
    expect(pulse.kernel.reportsOf('history')).not.toHaveLength(0)
    store.broken = false
    await pulse.advance(2 * INTERVAL)
    expect(await storedOf('a')).toBeGreaterThanOrEqual(5)
    expect(pulse.kernel.reportsOf('crash')).toHaveLength(0)
  })

  it('is written on by a writer that was started while the database was away', async () => {
    const store = new FailingStore()
    pulse = await PulseUnderTest.boot({ targets: TARGETS, store })
    store.broken = true
    await pulse.crash(names.HISTORY_WRITER, 'call')
    await pulse.advance(2 * INTERVAL)
    expect(await history('a')).toBe('away')
    store.broken = false
    await pulse.advance(3 * INTERVAL)
    expect(await storedOf('a')).toBeGreaterThanOrEqual(4)
  })

  it('of a database that is silent keeps nobody waiting, is said once, and crashes no one', async () => {
    const store = new FailingStore()
    pulse = await PulseUnderTest.boot({ targets: TARGETS, store })
    await pulse.advance(2 * INTERVAL)
    store.silent = true
    await pulse.advance(20 * INTERVAL)
    expect(await history('a')).toBe('away')
    const ready = await fetch(`${pulse.url}readyz`)
    expect([ready.status, await ready.text()]).toEqual([
      503,
      expect.stringMatching(/the database is away \(.*\d+ results wait/),
    ])
    await pulse.crash(names.METRIC_COLLECTOR, 'call')
    await pulse.advance(20 * INTERVAL)
    expect(await metrics()).toMatchObject(everyTarget({ summary: { count: 20 } }))
    expect(pulse.kernel.reportsOf('crash')).toHaveLength(1)
    expect(pulse.kernel.reportsOf('history').map(({ message }) => message)).toEqual([
      expect.stringMatching(/^\d+ results could not be stored; trying again$/),
    ])
    store.silent = false
    await pulse.advance(10 * INTERVAL)
    expect(await storedOf('a')).toBeGreaterThanOrEqual(50)
    expect((await metrics()).a?.summary.count).toBeGreaterThan(40)
    expect(pulse.kernel.reportsOf('history').at(-1)?.message).toMatch(/^the database is back after \d+ s$/)
    expect((await fetch(`${pulse.url}readyz`)).status).toBe(200)
  })

  it('keeps no more than 10,000 results that wait, counts what it gives up, and ends in time', async () => {
    const store = new FailingStore()
    pulse = await PulseUnderTest.boot({ targets: TARGETS, store })
    store.silent = true
    const one: CheckResult = { target: 'a', at: 0, up: true, latency: 1 }
    await pulse.run(() => {
      for (let at = 0; at < 10_500; at++)
        ref(PubSub).cast.publish({ kind: 'result', result: { ...one, at }, rules: { confirm: 1 } })
    })
    await pulse.advance(70 * INTERVAL)
    const started = pulse.kernel.now()
    await pulse.stop()
    expect(pulse.kernel.now() - started).toBeLessThan(10_000)
    const [first, ...others] = pulse.kernel.reportsOf('history').map(({ message }) => message)
    expect(first).toMatch(/^\d+ results could not be stored/)
    const lost = Number(/^(\d+) results are lost$/.exec(others.at(-1) ?? '')?.[1])
    expect(lost).toBeGreaterThan(10_700)
  })

  it('goes on where another program holds the file for a while, and nobody is told of it', async () => {
    pulse = await PulseUnderTest.boot({ targets: TARGETS, dataFolder })
    await pulse.advance(INTERVAL)
    const other = new Database(join(dataFolder, 'pulse.sqlite'))
    other.exec('BEGIN IMMEDIATE')
    await pulse.advance(2 * INTERVAL)
    expect(await storedOf('a')).toBe(1)
    other.exec('ROLLBACK')
    other.close()
    await pulse.advance(2 * INTERVAL)
    expect(await storedOf('a')).toBeGreaterThanOrEqual(4)
    expect(pulse.kernel.reportsOf('history')).toEqual([])
  })

  it('that cannot be opened is told with the setting that it comes of', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pulse-folder-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    allowCrashes({ of: names.HISTORY_WRITER })
    const told = /the embedded database in .*pulse-folder.* \(PULSE_DATA\) cannot be opened: /
    writeFileSync(
      join(folder, 'pulse.sqlite'),
      'this is not a database, but long enough to be read as one '.repeat(100),
    )
    await expect(PulseUnderTest.boot({ targets: TARGETS, dataFolder: folder })).rejects.toThrow(told)
    await expect(
      PulseUnderTest.boot({ targets: TARGETS, dataFolder: join(folder, 'pulse.sqlite', 'below') }),
    ).rejects.toThrow(told)
  })

  it('has to be open for Pulse to start', async () => {
    const store = new FailingStore()
    store.broken = true
    expectCrash({ of: names.HISTORY_WRITER, reason: /the database is away/ })
    await expect(PulseUnderTest.boot({ targets: TARGETS, store })).rejects.toThrow(
      /history-writer.*the database is away/s,
    )
  })
})

/** Keeps results in memory, when it can. */
class FailingStore implements Store {
  broken = false
  /** It takes what it is asked, and gives up after five seconds. */
  silent = false
  readonly #results: CheckResult[] = []

  async migrate(): Promise<void> {
    await this.#work()
  }
  async append(results: readonly CheckResult[]): Promise<[]> {
    await this.#work()
    this.#results.push(...results)
    return []
  }
  async recent(target: string, limit: number): Promise<CheckResult[]> {
    await this.#work()
    return this.#results.filter((result) => result.target === target).slice(-limit)
  }
  async periods(): Promise<[]> {
    await this.#work()
    return []
  }
  async prune(): Promise<number> {
    return 0
  }
  async remember(): Promise<[]> {
    await this.#work()
    return []
  }
  async take(): Promise<[]> {
    await this.#work()
    return []
  }
  async recall(): Promise<[]> {
    return []
  }
  async close(): Promise<void> {}

  async #work(): Promise<void> {
    if (this.broken) throw new Error('the database is away')
    if (!this.silent) return
    await sleep(5_000)
    throw new Error('no answer within 5000 ms')
  }
}
