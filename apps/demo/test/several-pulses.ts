import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { local } from 'heartwood/cluster'
import { TestKernel, VirtualClock } from 'heartwood/testing'
import { onTestFinished } from 'vitest'
import { FaultyWay } from '../../../test/cluster/faulty-engine.js'
import type { Alert } from '../src/alerts/alert.js'
import type { CheckResult } from '../src/checks/check.js'
import type { Note } from '../src/journal.js'
import { type Fence, SqliteStore } from '../src/store/index.js'
import type { GivenTarget } from '../src/target.js'
import { FakeNet } from './fake-net.js'
import { INTERVAL, PulseUnderTest } from './pulse-under-test.js'

/** Milliseconds of a lease. */
export const LEASE = 2_000

/** How much each instance is answered above 200, or above 500. */
const PLACES: Readonly<Record<string, number>> = { a: 0, b: 1, c: 2 }

/** A store that all share, with a way to it that may be held up. */
export class SharedStore extends SqliteStore {
  #held: Promise<void> | undefined
  #letGo = (): void => {}
  isAway = false
  /** The targets of which something was refused. */
  readonly refused: string[] = []

  /** What is written from now on is on its way, until `letGo`. */
  hold(): void {
    this.#held = new Promise((resolve) => {
      this.#letGo = resolve
    })
  }

  letGo(): void {
    this.#held = undefined
    this.#letGo()
  }

  override append(results: readonly CheckResult[], fences?: readonly Fence[]): Promise<readonly string[]> {
    return this.#pass(() => super.append(results, fences))
  }

  override remember(notes: readonly Note[], fences?: readonly Fence[]): Promise<readonly string[]> {
    return this.#pass(() => super.remember(notes, fences))
  }

  override async take(fence: Fence): Promise<readonly Note[] | undefined> {
    if (this.isAway) throw new Error('the database is away')
    return super.take(fence)
  }

  async #pass(work: () => Promise<readonly string[]>): Promise<readonly string[]> {
    while (this.#held !== undefined) await this.#held
    if (this.isAway) throw new Error('the database is away')
    const refused = await work()
    this.refused.push(...refused)
    return refused
  }
}

/** One of several Pulses. */
export interface Instance {
  readonly name: string
  readonly pulse: PulseUnderTest
  readonly store: SharedStore
  /** Its way to what keeps the claims, and to the others. */
  readonly way: FaultyWay
  /** How often it has asked a target. */
  count(target: string): number
}

/** What an instance tells of the targets. */
export interface ShownStatus {
  readonly by: Readonly<Record<string, string | undefined>>
  readonly states: Readonly<Record<string, string>>
  readonly instances: readonly { readonly name: string; readonly targets: number }[]
}

export interface StoredResult {
  readonly at: number
  readonly by: string
}

/** Several Pulses with one store, in one virtual time, and who is told what. */
export class SeveralPulses {
  readonly clock = new VirtualClock()
  readonly engine = local()
  /** Those that run. */
  readonly instances: Instance[] = []
  readonly #started: Instance[] = []
  readonly folder = mkdtempSync(join(tmpdir(), 'pulse-shared-'))
  /** Who was told what, as it arrived. */
  readonly alerts: Alert[] = []
  /** The targets that are down. */
  readonly ill = new Set<string>()
  /** Reads what all have written. */
  readonly reader = new SqliteStore(this.folder)

  constructor(private readonly targets: readonly GivenTarget[]) {
    onTestFinished(async () => {
      for (const { pulse, way, store } of this.#started) {
        way.heal()
        store.isAway = false
        await pulse.kernel.runUntil(pulse.stop())
      }
      for (const { pulse } of this.#started) await pulse.kernel.finish()
      await this.reader.close()
      rmSync(this.folder, { recursive: true, force: true })
    })
  }

  static async start(names: readonly string[], targets: readonly GivenTarget[]): Promise<SeveralPulses> {
    const several = new SeveralPulses(targets)
    await several.reader.migrate()
    for (const name of names) await several.add(name)
    await several.pass(3 * LEASE)
    return several
  }

  async add(name: string): Promise<Instance> {
    const net = new FakeNet()
    const way = new FaultyWay()
    const store = new SharedStore(this.folder)
    for (const target of this.targets) {
      const host = 'url' in target ? new URL(target.url).hostname : ''
      net.answers.set(host, () => this.#answer(host, name))
    }
    net.bodies.set('hook', (body) => this.alerts.push(JSON.parse(body)))
    const kernel = new TestKernel({ node: name, clock: this.clock, random: () => 0.5 })
    const cluster = { engine: way.to(this.engine), lease: LEASE, messages: 'engine' as const }
    const pulse = await PulseUnderTest.boot({
      net,
      store,
      given: this.targets,
      dataFolder: join(this.folder, name),
      webhooks: ['http://hook/'],
      member: { kernel, cluster },
    })
    const instance = { name, pulse, store, way, count: (target: string) => net.count(target) }
    this.instances.push(instance)
    this.#started.push(instance)
    return instance
  }

  /** By the status one can tell which instance has asked. */
  #answer(host: string, instance: string): Response {
    return new Response('', { status: (this.ill.has(host) ? 500 : 200) + (PLACES[instance] ?? 99) })
  }

  pass(milliseconds: number): Promise<void> {
    return this.clock.advance(milliseconds)
  }

  get(name: string): Instance {
    const found = this.instances.find((each) => each.name === name)
    if (found === undefined) throw new Error(`there is no ${name}`)
    return found
  }

  /** Nothing of it reaches anybody any more, as after a kill. */
  kill(name: string): void {
    const { way, store } = this.get(name)
    way.cut()
    store.isAway = true
    this.instances.splice(this.instances.indexOf(this.get(name)), 1)
  }

  /** In good order, as a deploy does. */
  async stop(name: string): Promise<void> {
    const instance = this.get(name)
    await instance.pulse.kernel.runUntil(instance.pulse.stop())
    this.instances.splice(this.instances.indexOf(instance), 1)
  }

  /** Which instances have asked each target in the last interval and a half: who really checks it. */
  async checkers(of: readonly Instance[] = this.instances): Promise<Record<string, string[]>> {
    const before = of.map(({ count }) => this.names.map((target) => count(target)))
    await this.pass(1.5 * INTERVAL)
    return Object.fromEntries(
      this.names.map((target, place) => [
        target,
        of.filter(({ count }, n) => count(target) > (before[n]?.[place] ?? 0)).map(({ name }) => name),
      ]),
    )
  }

  /** Who checks a target, as the page of an instance has it. */
  async shownAt(name: string): Promise<ShownStatus> {
    const { pulse } = this.get(name)
    const status = (await pulse.asOperator('api/status')) as {
      readonly targets: readonly {
        readonly name: string
        readonly instance?: string
        readonly state: string
      }[]
      readonly instances: ShownStatus['instances']
    }
    const by = Object.fromEntries(status.targets.map(({ name, instance }) => [name, instance]))
    const states = Object.fromEntries(status.targets.map(({ name, state }) => [name, state]))
    return { by, states, instances: status.instances }
  }

  /** The results of a target that were stored, by who has found them. */
  async stored(target: string): Promise<readonly StoredResult[]> {
    const results = await this.reader.recent(target, 1_000)
    return results.map(({ at, status = 0 }) => ({ at, by: Object.keys(PLACES)[status % 100] ?? 'nobody' }))
  }

  get names(): readonly string[] {
    return this.targets.map(({ name }) => name)
  }
}
