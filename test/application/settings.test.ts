import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import {
  type ApplicationOptions,
  application,
  boot,
  Call,
  ConfigChange,
  type ConfigOptions,
  call,
  cast,
  createLogger,
  defineConfig,
  defineServer,
  defineSettings,
  GenServer,
  HeartwoodError,
  inject,
  Kernel,
  overrideBindings,
  processInfo,
  type RunningSystem,
  ref,
  Secret,
  SettingsChange,
  type StandardSchema,
  StateMachine,
  Supervisor,
  setting,
  startLink,
  supervisorSpec,
  sys,
} from 'heartwood'
import { TestKernel } from 'heartwood/testing'
import { planOf, resolveConfig } from 'heartwood/tools'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { snapshot } from '../../src/kernel/index.js'
import { endLimitsOf } from '../config/limits.js'

const settings = defineSettings({
  schema: z.object({
    port: z.coerce.number().default(4000),
    label: z.string().optional(),
    level: z.enum(['debug', 'info', 'warn']).default('info'),
    db: z
      .object({ url: z.string().default('db'), pool: z.number().min(1, 'a size from 1').default(10) })
      .prefault({}),
  }),
  values: 'settings.json',
  env: { port: 'PORT', 'db.url': 'DB_URL' },
  secrets: ['db.url'],
})

@GenServer({ name: 'pool' })
class Pool {
  readonly heard: unknown[] = []

  constructor(
    @inject(settings.token('db.pool')) readonly size: number,
    @inject(settings.token('db.url')) readonly url: Secret<string>,
    @inject(settings.token('db')) readonly section: { pool: number },
    @inject(settings.token()) readonly all: { port: number },
    @inject(settings.token('label')) readonly label: string | undefined,
  ) {}

  @Call() seen(): unknown {
    return {
      size: this.size,
      url: this.url.reveal(),
      pool: this.section.pool,
      port: this.all.port,
      label: this.label,
    }
  }

  @ConfigChange(settings.token('db.pool')) onPool(size: number, previous: number): void {
    if (size === 13) throw new Error('thirteen is too much for me')
    this.heard.push([previous, size])
  }

  @ConfigChange(settings.token('db')) async onDatabase(now: { pool: number }): Promise<void> {
    await Promise.resolve()
    this.heard.push({ now: now.pool })
  }
}

@Supervisor({ children: [Pool] })
class Root {}

let folder: string
let kernel: TestKernel
let system: RunningSystem | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heartwood-settings-'))
  kernel = new TestKernel()
  file({})
})
afterEach(async () => {
  vi.restoreAllMocks()
  await system?.stop()
  system = undefined
  await kernel.close()
  rmSync(folder, { recursive: true })
})

const file = (values: unknown): void =>
  writeFileSync(join(folder, 'settings.json'), typeof values === 'string' ? values : JSON.stringify(values))

async function started(
  config: ConfigOptions,
  variables: Record<string, string> = {},
): Promise<RunningSystem> {
  const resolved = await resolveConfig(config, { folder, variables, file: 'config.js' })
  system = await boot(resolved, { kernel, logger: createLogger({ level: 'silent' }) })
  return system
}

const withRoot = (options: Partial<ApplicationOptions> = {}) =>
  defineConfig({
    settings,
    applications: [application({ name: 'app', root: Root, ...options })],
    contain: false,
  })

const run = <T>(fn: () => T | Promise<T>): Promise<T> => kernel.run(fn)

describe('a setting', () => {
  it('is injected by its token, alone, with its section, and with all', async () => {
    file({ db: { pool: 3 } })
    await started(withRoot(), { DB_URL: 'postgres', PORT: '80' })
    expect(await run(() => ref(Pool).call.seen())).toEqual({
      size: 3,
      url: 'postgres',
      pool: 3,
      port: 80,
      label: undefined,
    })
  })

  it('is overridden by the line that overrides any binding, also where it is asked for', async () => {
    const config = overrideBindings(withRoot(), (bind) => {
      bind(settings.token('db.pool')).toConstantValue(1)
    })
    await started(config)
    expect(await run(() => ref(Pool).call.seen())).toMatchObject({ size: 1, pool: 10 })
    const asked = await run(() => ref(Pool).call.seen())
    expect(asked).toMatchObject({ size: 1 })
  })

  it('reaches applications that are a function of all of them, and the log', async () => {
    const seen: unknown[] = []
    const config = defineConfig({
      settings,
      log: ({ level }) => ({ level }),
      applications: async (all) => {
        seen.push(all.port, all.db.url)
        return [application({ name: 'app', root: supervisorSpec('root', { children: [] }) })]
      },
    })
    const resolved = await resolveConfig(config, { folder, variables: { PORT: '7' } })
    expect(resolved.log).toEqual({ level: 'info' })
    expect(seen).toEqual([7, expect.any(Secret)])
    expect(planOf(resolved).problems).toEqual([])
    await started(overrideBindings(config, () => {}))
  })

  it('is asked for without decorators', async () => {
    const asker = {
      init: () => ({ state: undefined }),
      handleCall: () => ({
        reply: [setting(settings.token('db.pool')), setting(settings.token('label'))],
        state: undefined,
      }),
    }
    const child = { id: 'asker', start: () => startLink(asker, undefined, { name: 'asker' }) }
    await started(
      overrideBindings(
        defineConfig({
          settings,
          contain: false,
          applications: [application({ name: 'app', root: supervisorSpec('root', { children: [child] }) })],
        }),
        (bind) => bind(settings.token('label')).toConstantValue('a test'),
      ),
    )
    expect(await run(() => call('asker', 'x'))).toEqual([10, 'a test'])
  })

  it('is unknown outside an application, and below one that is no section: SETTING_UNKNOWN', async () => {
    await expect(run(() => setting(settings.token('port')))).rejects.toMatchObject({
      code: 'SETTING_UNKNOWN',
      message: expect.stringContaining('there is no setting "port" here'),
    })
    const Below = class {}
    inject(settings.token('port.low' as never))(Below, undefined, 0)
    GenServer()(Below)
    const plan = planOf(await resolveConfig(withRoot({ root: Below as never }), { folder, variables: {} }))
    expect(plan.problems.map(({ error }) => error.code)).toEqual(['INJECT_UNBOUND'])
  })
})

describe('a function of the settings', () => {
  it.each<[string, Partial<Record<'applications' | 'log', unknown>>, string, string]>([
    [
      'that throws',
      {
        applications: () => {
          throw new Error('no')
        },
      },
      'CONFIG_FUNCTION_FAILED',
      'config.js: the function applications failed: no',
    ],
    [
      'of the log that throws',
      {
        log: () => {
          throw new Error('no')
        },
      },
      'CONFIG_FUNCTION_FAILED',
      'config.js: the function log failed: no',
    ],
    [
      'that gives nothing',
      { applications: () => undefined },
      'CONFIG_INVALID',
      'config.js: applications must be an array, or a function of the settings that gives one, but is undefined.',
    ],
    [
      'of the log that gives a wrong level',
      { log: () => ({ level: 'loud' }) },
      'CONFIG_INVALID',
      'log.level must be',
    ],
  ])('%s', async (_, options, code, message) => {
    const config = { ...withRoot(), ...options } as ConfigOptions
    const error = await resolveConfig(config, { folder, variables: {}, file: 'config.js' }).catch(
      (thrown) => thrown,
    )
    expect(HeartwoodError.is(error, code)).toBe(true)
    expect(error.message).toContain(message)
  })
})

describe('a change of settings', () => {
  it('reaches the workers that have a handler for it, in order with other messages, without a restart', async () => {
    const running = await started(withRoot())
    const before = kernel.whereis('pool')
    file({ db: { pool: 20 } })
    const change = await running.reload()
    expect(change).toBeInstanceOf(SettingsChange)
    expect([change?.changed, change?.added, change?.removed]).toEqual([
      new Map([['db.pool', 20]]),
      new Map(),
      [],
    ])
    const pool = (await run(() => sys.getState('pool'))) as Pool
    expect(pool.heard).toEqual([[10, 20], { now: 20 }])
    expect(kernel.whereis('pool')).toBe(before)
    expect(kernel.reportsOf('config').map(({ message }) => message)).toEqual([
      'the settings changed: db.pool',
    ])
  })

  it('that is none reaches nobody', async () => {
    const running = await started(withRoot())
    file({ db: {} })
    expect(await running.reload()).toBeUndefined()
    expect(kernel.reportsOf('config')).toEqual([])
  })

  it.each<[string, StandardSchema, object, object, readonly string[]]>([
    [
      'a key that has a dot',
      z.object({ weights: z.record(z.string(), z.number()) }),
      { weights: { 'eu.example.com': 1 } },
      { weights: { 'eu.example.com': 9 } },
      ['weights.eu.example.com'],
    ],
    [
      'a section that is empty',
      z.object({ tls: z.object({ ca: z.string().optional() }).optional() }),
      {},
      { tls: {} },
      ['tls'],
    ],
    [
      'a section that is empty no more',
      z.object({ tls: z.object({ ca: z.string().optional() }).optional() }),
      { tls: {} },
      { tls: { ca: 'x' } },
      ['tls.ca'],
    ],
    [
      'an instance of a class',
      z.object({ at: z.object({ host: z.string() }).transform(({ host }) => new URL(`http://${host}`)) }),
      { at: { host: 'a' } },
      { at: { host: 'b' } },
      ['at'],
    ],
  ])('of %s is told', async (_, schema, before, after, keys) => {
    const heard: unknown[] = []
    class Hears {
      onPart(now: unknown): void {
        heard.push(now)
      }
      configChange(change: SettingsChange): void {
        heard.push(change.keys)
      }
    }
    const [key = ''] = keys
    defineServer(Hears, { name: 'hears', configChanges: [{ key, method: 'onPart' }] })
    const child = { id: 'hears', start: () => startLink(Hears) }
    const root = supervisorSpec('root', { children: [child] })
    const options = defineSettings({ schema, values: 'settings.json' })
    file(before)
    const running = await started({ ...withRoot({ root }), settings: options })
    file(after)
    expect((await running.reload())?.keys).toEqual(keys)
    expect(heard).toEqual([expect.anything(), keys])
  })

  it('is given up when a rule, or a function of the settings, never answers, and those after it are not', async () => {
    let silent = false
    const never = (): Promise<boolean> => (silent ? new Promise(() => {}) : Promise.resolve(true))
    let hangs = false
    const options = defineSettings({
      schema: z.object({ a: z.number().refine(never) }),
      values: 'settings.json',
    })
    file({ a: 1 })
    const running = await started({ ...withRoot(), settings: options })
    silent = true
    endLimitsOf(10_000)
    file({ a: 2 })
    await expect(running.reload()).rejects.toMatchObject({ code: 'SETTINGS_SCHEMA_SILENT' })
    await running.stop()
    vi.restoreAllMocks()
    file({})
    const log = () => (hangs ? new Promise<never>(() => {}) : Promise.resolve({}))
    const other = await started({ ...withRoot(), log } as ConfigOptions)
    hangs = true
    endLimitsOf(20_000)
    await expect(other.reload()).rejects.toMatchObject({ code: 'RELOAD_TIMEOUT' })
    hangs = false
    vi.restoreAllMocks()
    file({ db: { pool: 12 } })
    expect((await other.reload())?.keys).toEqual(['db.pool'])
  })

  it('ends with the system, and nothing more is said of it', async () => {
    let asked = 0
    const log = () => (asked++ === 0 ? {} : new Promise<never>(() => {}))
    const running = await started({ ...withRoot(), log } as ConfigOptions)
    const reading = expect(running.reload()).rejects.toMatchObject({ code: 'RELOAD_ENDED' })
    await vi.waitUntil(() => asked === 2)
    const before = kernel.reports.length
    await running.stop()
    await reading
    await expect(running.reload()).rejects.toMatchObject({ code: 'RELOAD_ENDED' })
    expect(kernel.reports.slice(before).filter(({ kind }) => kind === 'config')).toEqual([])
  })

  it('of a secret names the key and not the value', async () => {
    file({ db: { url: 's3cr3t' } })
    const running = await started(withRoot())
    file({ db: { url: 's3cr3t too' } })
    const change = await running.reload()
    expect([...(change?.changed.keys() ?? [])]).toEqual(['db.url'])
    expect(JSON.stringify(kernel.reports)).not.toContain('s3cr3t')
  })

  it('tells what is new and what is gone', async () => {
    const heard: SettingsChange[] = []
    const whole = {
      init: () => ({ state: undefined }),
      configChange: (change: SettingsChange) => {
        heard.push(change)
        return { state: undefined }
      },
    }
    const child = { id: 'whole', start: () => startLink(whole, undefined) }
    const running = await started(withRoot({ root: supervisorSpec('root', { children: [child] }) }))
    file({ label: 'a' })
    await running.reload()
    file({ port: 1 })
    await running.reload()
    expect(heard.map(({ added, removed, changed }) => [[...added], removed, [...changed]])).toEqual([
      [[['label', 'a']], [], []],
      [[], ['label'], [['port', 1]]],
    ])
    expect(heard[1]?.touches('port')).toBe(true)
    expect(heard[1]?.touches('db')).toBe(false)
    expect(heard[1]?.previous).toMatchObject({ label: 'a', port: 4000 })
  })

  it('that cannot be used leaves all as it is', async () => {
    const running = await started(withRoot())
    for (const text of ['{ "db": { "pool": 0 } }', '{ "db": ']) {
      file(text)
      await expect(running.reload()).rejects.toMatchObject({ code: expect.stringMatching(/^SETTINGS_/) })
    }
    expect(await run(() => ref(Pool).call.seen())).toMatchObject({ size: 10 })
    file({ db: { pool: 11 } })
    await running.reload()
    expect(((await run(() => sys.getState('pool'))) as Pool).heard[0]).toEqual([10, 11])
  })

  it('is taken back when a handler throws, whose worker alone is restarted, with what was in force', async () => {
    const running = await started(withRoot())
    const before = [kernel.whereis('pool'), kernel.processCount]
    file({ db: { pool: 13 } })
    await expect(running.reload()).rejects.toMatchObject({
      code: 'RELOAD_REFUSED',
      message: expect.stringMatching(
        /^the change of db\.pool is taken back: Pool <.*> crashed while handling it \(.*thirteen/,
      ),
    })
    await kernel.settled()
    expect(kernel.whereis('pool')).not.toBe(before[0])
    expect(kernel.processCount).toBe(before[1])
    expect(await run(() => ref(Pool).call.seen())).toMatchObject({ size: 10 })
    file({ db: { pool: 14 } })
    await running.reload()
    expect(await run(() => sys.getState('pool'))).toMatchObject({ heard: [[10, 14], { now: 14 }] })
  })

  it('that many handlers throw over costs one restart, and those who had taken it are told of the way back', async () => {
    const heard: string[] = []
    @GenServer()
    class Careful {
      @ConfigChange(settings.token('port')) onPort(port: number, previous: number): void {
        heard.push(`careful ${previous} -> ${port}`)
      }
    }
    let starts = 0
    @GenServer()
    class Strict {
      readonly port = setting(settings.token('port'))
      init(): void {
        starts++
      }
      @ConfigChange(settings.token('port')) onPort(port: number): void {
        if (port === 13) throw new Error('not thirteen')
        heard.push(`strict ${port}`)
      }
    }
    const many = Array.from({ length: 20 }, (_, at) => [Strict, undefined, { id: `strict ${at}` }] as const)
    const careful = [0, 1, 2].map((at) => [Careful, undefined, { id: `careful ${at}` }] as const)
    const root = supervisorSpec('root', { intensity: 1, children: [...careful, ...many] })
    const running = await started(withRoot({ root }))
    file({ port: 13 })
    await expect(running.reload()).rejects.toMatchObject({ code: 'RELOAD_REFUSED' })
    await kernel.settled()
    expect(starts).toBe(21)
    expect(running.applications).toHaveLength(1)
    expect(await run(async () => setting(settings.token('port'))).catch(() => 4000)).toBe(4000)
    const back = heard.filter((each) => each === 'careful 13 -> 4000')
    expect(back.length).toBe(heard.filter((each) => each === 'careful 4000 -> 13').length)
    expect(back.length).toBeGreaterThan(0)
    file({ port: 14 })
    heard.length = 0
    await running.reload()
    expect(heard.filter((each) => each === 'strict 14')).toHaveLength(20)
    expect(heard.filter((each) => each === 'careful 4000 -> 14')).toHaveLength(3)
  })

  it('waits behind messages, and while a server is suspended', async () => {
    const order: unknown[] = []
    const slow = {
      init: () => ({ state: undefined }),
      handleCast: async (request: unknown) => {
        await new Promise((resolve) => setImmediate(resolve))
        order.push(request)
        return { state: undefined }
      },
      configChange: async ({ settings: now }: SettingsChange) => {
        order.push((now as { port: number }).port)
        return { state: undefined }
      },
    }
    const child = { id: 'slow', start: () => startLink(slow, undefined, { name: 'slow' }) }
    const running = await started(withRoot({ root: supervisorSpec('root', { children: [child] }) }))
    await run(() => sys.suspend('slow'))
    file({ port: 1 })
    await run(() => cast('slow', 'first'))
    const reloading = running.reload()
    await new Promise((resolve) => setImmediate(resolve))
    while (kernel.reportsOf('config').length === 0) await new Promise((resolve) => setImmediate(resolve))
    await run(async () => {
      cast('slow', 'last')
      await sys.resume('slow')
    })
    await reloading
    await run(() => sys.getState('slow'))
    expect(order).toEqual(['first', 1, 'last'])
  })

  it('reaches servers by a handler table', async () => {
    class Plain {
      heard: unknown[] = []
      onPort(port: number, previous: number): void {
        this.heard.push(port, previous)
      }
      configChange(change: SettingsChange): void {
        this.heard.push(change.keys)
      }
    }
    defineServer(Plain, { name: 'plain', configChanges: [{ key: 'port', method: 'onPort' }] })
    const child = { id: 'plain', start: () => startLink(Plain) }
    const running = await started(withRoot({ root: supervisorSpec('root', { children: [child] }) }))
    file({ port: 2 })
    await running.reload()
    expect(((await run(() => sys.getState('plain'))) as Plain).heard).toEqual([2, 4000, ['port']])
  })

  it('is asked one after the other when asked for twice at once', async () => {
    const running = await started(withRoot())
    file({ port: 5 })
    const both = await Promise.all([running.reload(), running.reload()])
    expect(both.map((change) => change?.keys)).toEqual([['port'], undefined])
  })

  it('changes the levels of the log, where the configuration says so', async () => {
    const lines: string[] = []
    const logger = createLogger({ base: {}, destination: { write: (line) => void lines.push(line) } })
    const config = defineConfig({
      settings,
      contain: false,
      log: ({ level }) => ({ level }),
      applications: [application({ name: 'app', root: Root })],
    })
    system = await boot(await resolveConfig(config, { folder, variables: {} }), { kernel, logger })
    file({ level: 'debug' })
    await system.reload()
    expect(logger.level).toBe('debug')
    system.setLogLevel('warn')
    file({ level: 'debug', port: 1 })
    await system.reload()
    expect(logger.level).toBe('warn')
  })
})

describe('the watcher', () => {
  const watchers = (): number =>
    kernel.processes().filter((pid) => processInfo(pid, 'label') === 'config watcher').length

  it('runs only when asked for, and no longer than the system', async () => {
    const config = withRoot()
    const running = await started(config)
    expect(watchers()).toBe(0)
    await running.stop()
    const watching = await started({ ...config, watch: true })
    await kernel.settled()
    expect(watchers()).toBe(1)
    await watching.stop()
    await kernel.settled()
    expect(watchers()).toBe(0)
  })
})

describe('@ConfigChange', () => {
  it('takes the token of a setting: SETTING_TOKEN_INVALID', () => {
    expect(() => ConfigChange(Symbol('db') as never)).toThrow(
      expect.objectContaining({ code: 'SETTING_TOKEN_INVALID' }),
    )
  })

  it('is not for state machines', () => {
    class Machine {
      state = 'a'
      onPort(): void {}
    }
    const prototype = Machine.prototype
    ConfigChange(settings.token('port'))(
      prototype,
      'onPort',
      Object.getOwnPropertyDescriptor(prototype, 'onPort') as never,
    )
    expect(() => StateMachine()(Machine as never)).toThrow('a state machine is not told of changed settings')
  })
})

it('the kernel of a program without settings has none to reload', async () => {
  const own = new Kernel()
  const running = await boot(
    {
      applications: [application({ name: 'bare', root: supervisorSpec('root', { children: [] }) })],
      contain: false,
    },
    { kernel: own, logger: createLogger({ level: 'silent' }) },
  )
  expect(await running.reload()).toBeUndefined()
  await running.stop()
})

it('a configuration and a running system show no secret to whoever prints them, wherever it came from', async () => {
  const inCode = defineSettings({
    schema: z.object({ url: z.string(), key: z.string(), pin: z.string() }),
    values: { url: 'hunter2-in-code' },
    env: { key: 'KEY' },
    secrets: ['url', 'key', 'pin'],
  })
  const sources = { variables: { KEY: 'hunter2-in-a-variable' }, overrides: { pin: 'hunter2-by-hand' } }
  const resolved = await resolveConfig({ ...withRoot(), settings: inCode }, sources)
  const running = await boot(resolved, { kernel, logger: createLogger({ level: 'silent' }) })
  system = running
  const ways: readonly ((value: unknown) => string)[] = [
    (value) => inspect(value, { depth: null, showHidden: true, maxArrayLength: null }),
    (value) => inspect(value, { depth: null, customInspect: false }),
    (value) => JSON.stringify(snapshot({ value }, { depth: 20, size: 100_000, breadth: 1_000 })),
  ]
  for (const shown of ways) {
    expect(shown({ ...resolved })).not.toContain('hunter2-in-a')
    expect(shown({ ...resolved })).not.toContain('hunter2-by-hand')
    expect(shown(running)).not.toContain('hunter2-in-a')
  }
  expect(inspect(resolved, { depth: null })).not.toContain('hunter2')
  expect(JSON.stringify(resolved)).not.toContain('hunter2')
  expect(JSON.stringify(snapshot(resolved))).not.toContain('hunter2')
})
