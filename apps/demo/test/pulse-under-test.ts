import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { boot, overrideBindings, type Pid, type RunningSystem, type SystemExit } from 'heartwood'
import { TestKernel } from 'heartwood/testing'
import { pulseConfig } from '../src/pulse.js'
import type { Settings } from '../src/settings.js'
import { STORE, type Store } from '../src/store/index.js'
import { type Target, targetSchema } from '../src/target.js'
import type { Crash } from '../src/web/ports.js'
import { crashWorker } from '../src/workers/chaos.js'
import { FETCH } from '../src/workers/checker.js'
import { Faults } from '../src/workers/faults.js'
import { FakeNet } from './fake-net.js'

/** How often the targets of a test are checked, in virtual ms. */
export const INTERVAL = 1000

export interface PulseOptions {
  /** The names of the targets, each at `http://<name>/`; without any the sample services run. */
  readonly targets?: readonly string[]
  readonly dataFolder?: string
  /** In place of the embedded database. */
  readonly store?: Store
  readonly maintenance?: Settings['maintenance']
  /** Where alerts are posted: on hosts of the test's network. */
  readonly webhooks?: readonly string[]
  /** Further fields of every target. */
  readonly fields?: Partial<Target>
}

/** All of Pulse, booted from its configuration, in virtual time and with a network of its own. */
export class PulseUnderTest {
  readonly net = new FakeNet()
  readonly kernel = new TestKernel()
  readonly faults = new Faults()
  readonly dataFolder: string
  readonly #temporary: boolean
  readonly #settings: Settings
  #system: RunningSystem | undefined

  private constructor(options: PulseOptions) {
    const { targets, dataFolder } = options
    this.#temporary = dataFolder === undefined
    this.dataFolder = dataFolder ?? mkdtempSync(join(tmpdir(), 'pulse-test-'))
    const listed = targets?.map((name) =>
      targetSchema.parse({
        name,
        url: `http://${name}/`,
        interval: INTERVAL,
        timeout: 700,
        ...options.fields,
      }),
    )
    this.#settings = {
      host: '127.0.0.1',
      port: 0,
      dataFolder: this.dataFolder,
      keepDays: 1,
      chaos: true,
      maintenance: options.maintenance ?? [],
      alerts: { stdout: false, webhooks: options.webhooks ?? [] },
      ...(listed && { targets: listed }),
    }
  }

  static async boot(options: PulseOptions = { targets: ['a', 'b', 'c'] }): Promise<PulseUnderTest> {
    const pulse = new PulseUnderTest(options)
    const config = overrideBindings(pulseConfig(pulse.#settings), (bind) => {
      bind(FETCH).toConstantValue(pulse.net.fetch)
      bind(Faults).toConstantValue(pulse.faults)
      if (options.store !== undefined) bind(STORE).toConstantValue(options.store)
    })
    pulse.#system = await boot(config, { kernel: pulse.kernel })
    await pulse.until(() => pulse.kernel.registered().some((name) => name.startsWith('checker:')))
    return pulse
  }

  /** Resolves when Pulse has ended, with the reason. */
  get ended(): Promise<SystemExit> {
    if (this.#system === undefined) throw new Error('Pulse was not booted')
    return this.#system.ended
  }

  /** The address of the status page, with a slash at its end. */
  get url(): string {
    const address = this.kernel.reportsOf('web').at(-1)?.message.split(' at ')[1]
    if (address === undefined) throw new Error('the web server has not announced itself')
    return address
  }

  pid(worker: string): Pid {
    const pid = this.kernel.whereis(worker)
    if (pid === undefined) throw new Error(`${worker} is not there`)
    return pid
  }

  /** Runs `fn` as a process of its own beside Pulse's. */
  run<T>(fn: () => T | Promise<T>): Promise<T> {
    return this.kernel.run(fn)
  }

  /** Crashes a worker, and waits for the next one of its name. */
  async crash(worker: string, how: Crash): Promise<Pid> {
    const before = this.pid(worker)
    await this.run(() => crashWorker(worker, how, this.faults))
    // The crash by a timer is due in one millisecond.
    await this.advance(1)
    return this.successor(worker, before)
  }

  /** The process that came after `before` under the name of a worker. */
  async successor(worker: string, before: Pid): Promise<Pid> {
    await this.until(() => ![undefined, before].includes(this.kernel.whereis(worker)))
    return this.pid(worker)
  }

  async advance(milliseconds: number): Promise<void> {
    await this.kernel.clock.advance(milliseconds)
    await this.kernel.settled()
  }

  /** Waits, without any time passing, for what depends on real input and output: sockets and files. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve))
  }

  async stop(): Promise<void> {
    await this.#system?.stop()
    await this.kernel.close()
    if (this.#temporary) rmSync(this.dataFolder, { recursive: true, force: true })
  }
}
