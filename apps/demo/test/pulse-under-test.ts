import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Bind,
  boot,
  type ClusterConfig,
  type ConfigOptions,
  createLogger,
  overrideBindings,
  type Pid,
  type RunningSystem,
  Secret,
  type SystemExit,
} from 'heartwood'
import { allowCrashes, bootApplication, restartOf, type TestKernel, testKernel } from 'heartwood/testing'
import { pulseConfig } from '../src/pulse.js'
import type { Settings } from '../src/settings.js'
import { STORE, type Store } from '../src/store/index.js'
import { type GivenTarget, targetSchema } from '../src/target.js'
import type { Crash } from '../src/web/ports.js'
import { crashWorker } from '../src/workers/chaos.js'
import { FETCH, RESOLVER } from '../src/workers/checker.js'
import { Faults } from '../src/workers/faults.js'
import { InjectedCrash } from '../src/workers/worker.js'
import { FakeNet } from './fake-net.js'

/** What the operator of a test has. */
export const TOKEN = 'the-token-of-the-operator'

/** How often the targets of a test are checked, in virtual ms. */
export const INTERVAL = 1000

export interface PulseOptions {
  /** The names of the targets, each at `http://<name>/`; without any the sample services run. */
  readonly targets?: readonly string[]
  /** Further targets, as they are written down. */
  readonly given?: readonly GivenTarget[]
  /** In place of them, what was read of a list, and what reads it again. */
  readonly listed?: Pick<Settings, 'targets' | 'reload'>
  readonly dataFolder?: string
  /** In place of a network of its own. */
  readonly net?: FakeNet
  /** In place of the embedded database. */
  readonly store?: Store
  readonly maintenance?: Settings['maintenance']
  /** Where alerts are posted: on hosts of the test's network. */
  readonly webhooks?: readonly string[]
  /** Further fields of every target. */
  readonly fields?: Partial<GivenTarget>
  /** As one of several that share the targets: in a kernel of its own. */
  readonly member?: { readonly kernel: TestKernel; readonly cluster: ClusterConfig }
  /** Further bindings that are the test's own. */
  readonly bindings?: (bind: Bind) => void
}

/** All of Pulse, booted from its configuration in the kernel of the test, with a network of its own. */
export class PulseUnderTest {
  readonly net: FakeNet
  readonly kernel: TestKernel
  readonly faults = new Faults()
  readonly dataFolder: string
  readonly #settings: Settings
  #system: RunningSystem | undefined

  private constructor(options: PulseOptions) {
    const { targets, dataFolder } = options
    this.kernel = options.member?.kernel ?? testKernel('PulseUnderTest')
    this.net = options.net ?? new FakeNet()
    this.dataFolder = dataFolder ?? mkdtempSync(join(tmpdir(), 'pulse-test-'))
    if (dataFolder === undefined) {
      this.kernel.onFinish(() => rmSync(this.dataFolder, { recursive: true, force: true }))
    }
    const named = targets?.map((name) => ({
      name,
      url: `http://${name}/`,
      interval: INTERVAL,
      timeout: 700,
      ...options.fields,
    }))
    const given = [...(named ?? []), ...(options.given ?? [])]
    const listed = given.length === 0 ? undefined : given.map((target) => targetSchema.parse(target))
    this.#settings = {
      host: '127.0.0.1',
      port: 0,
      isShared: options.member !== undefined,
      dataFolder: this.dataFolder,
      keepDays: 1,
      chaos: true,
      maintenance: options.maintenance ?? [],
      operatorToken: new Secret(TOKEN),
      tokenIsNew: false,
      hosts: [],
      publicUrls: true,
      alerts: { stdout: false, webhooks: (options.webhooks ?? []).map((url) => new Secret(url)) },
      ...(listed && { targets: listed }),
      ...options.listed,
    }
  }

  static async boot(options: PulseOptions = { targets: ['a', 'b', 'c'] }): Promise<PulseUnderTest> {
    const pulse = new PulseUnderTest(options)
    // Those that Pulse itself is told to have.
    if (options.member === undefined) allowCrashes({ reason: InjectedCrash })
    const config = overrideBindings(pulseConfig(pulse.#settings), (bind) => {
      bind(FETCH).toConstantValue(pulse.net.fetch)
      bind(RESOLVER).toConstantValue(async () => pulse.net.resolverAnswers)
      bind(Faults).toConstantValue(pulse.faults)
      if (options.store !== undefined) bind(STORE).toConstantValue(options.store)
      options.bindings?.(bind)
    })
    pulse.#system = await (options.member === undefined
      ? bootApplication(config)
      : bootMember(config, options.member))
    await pulse.kernel.settled()
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

  /** What the operator is answered. */
  async asOperator(path: string): Promise<unknown> {
    const response = await fetch(`${this.url}${path}`, { headers: { authorization: `Bearer ${TOKEN}` } })
    return response.json()
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

  /** Crashes a worker in one of Pulse's own ways, and waits for the next one of its name. */
  async crash(worker: string, how: Crash): Promise<Pid> {
    this.kernel.incarnations.met(this.pid(worker))
    await this.run(() => crashWorker(worker, how, this.faults))
    return restartOf(worker)
  }

  /** Lets time pass, and all that is due come about. */
  async advance(milliseconds: number): Promise<void> {
    await this.kernel.clock.advance(milliseconds)
  }

  /** Stops all of it in good order. The end of the test does so, too. */
  async stop(): Promise<void> {
    // The web server waits until its connections are quiet.
    if (this.#system !== undefined) await this.kernel.runUntil(this.#system.stop())
  }
}

/** As `bootApplication`, in a kernel that is not that of the test. */
function bootMember(
  config: ConfigOptions,
  { kernel, cluster }: NonNullable<PulseOptions['member']>,
): Promise<RunningSystem> {
  const quiet = { contain: false, blockingLimit: Number.POSITIVE_INFINITY, cluster }
  const logger = createLogger({ level: 'silent' })
  const booting = boot({ ...config, ...quiet }, { kernel, logger, keepAlive: false, exitOnEnd: false })
  return kernel.runUntil(booting, { what: 'the boot' })
}
