import { readdirSync } from 'node:fs'
import {
  application,
  type Bindings,
  Call,
  defineConfig,
  defineSettings,
  GenServer,
  inject,
  LOGGER,
  type Logger,
  logger,
  own,
  ref,
  Supervisor,
  sleep,
} from 'heartwood'
import { bootApplication, clock, faults, restartOf, startSupervised, testKernel } from 'heartwood/testing'
import { useTestKernel } from 'heartwood/testing/vitest'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

const STORE = Symbol('store')
interface Store {
  load(): Promise<number>
}

@GenServer({ name: 'till' })
class Till {
  #sum = 0
  constructor(@inject(STORE) private readonly store: Store) {}

  async init(): Promise<void> {
    own({ close: () => closed.push('till') })
    await sleep(2_000)
    this.#sum = await this.store.load()
  }

  @Call() sum(): number {
    return this.#sum
  }
}

const closed: string[] = []

@Supervisor({
  name: 'shop',
  strategy: 'one_for_one',
  bindings: (bind) => bind(STORE).toConstantValue({ load: async () => readdirSync('.').length }),
  children: [Till],
})
class Shop {}

const config = defineConfig({ applications: [application({ name: 'shop', root: Shop })] })
const overrides =
  (store: Store): Bindings =>
  (bind) =>
    void bind(STORE).toConstantValue(store)

describe('bootApplication', () => {
  const kernel = useTestKernel()

  it('boots in virtual time, with bindings replaced', async () => {
    const system = await bootApplication(config, { overrides: overrides({ load: async () => 42 }) })
    expect(clock().now()).toBe(2_000)
    expect(await ref(Till).call.sum()).toBe(42)
    expect(system.kernel).toBe(kernel())
  })

  it('has stopped it in good order by then', () => {
    expect(closed).toEqual(['till'])
    expect(testKernel().processes()).toEqual([])
  })

  it('has the dependency fail in a restart', async () => {
    const store = faults().dependency<Store>({ load: async () => 1 }, 'store')
    await bootApplication(config, { overrides: overrides(store) })
    faults().failCall(store, 'load')
    faults().kill(Till)
    await restartOf(Till)
    expect(await ref(Till).call.sum()).toBe(1)
    expect(testKernel().crashes.all.map(({ reason }) => String(reason))).toEqual([
      'InjectedFault: a fault was injected into store.load',
    ])
  })
})

describe('bootApplication with overrides', () => {
  useTestKernel()

  const settings = defineSettings({ schema: z.object({ port: z.number().default(0) }) })
  const shop = () => [application({ name: 'shop', root: Shop })]
  const silent = { level: 'silent' } as const
  const configs = {
    'applications of settings': defineConfig({ settings, applications: shop, log: silent }),
    'a log of settings': defineConfig({ settings, applications: shop(), log: () => silent }),
    'an observer of settings': defineConfig({
      settings,
      applications: shop(),
      log: silent,
      observer: ({ port }) => ({ port }),
    }),
  }
  for (const [name, config] of Object.entries(configs))
    it(`takes ${name}, as boot does`, async () => {
      await bootApplication(config, { overrides: overrides({ load: async () => 42 }) })
      expect(await ref(Till).call.sum()).toBe(42)
    })

  it.each([
    undefined,
    5,
    { applications: 5 },
    { applications: [undefined] },
    {},
  ])('says what is wrong with a config as boot does: %j', async (wrong) => {
    const refusal = (booting: Promise<unknown>) => booting.then(String, ({ code }: { code?: string }) => code)
    const plain = await refusal(bootApplication(wrong as never))
    expect(plain).toMatch(/^CONFIG_/)
    expect(await refusal(bootApplication(wrong as never, { overrides: () => {} }))).toBe(plain)
  })
})

describe('startSupervised with bindings', () => {
  useTestKernel()

  @GenServer({ name: 'guest' })
  class Guest {
    constructor(
      @inject(STORE) private readonly store: Store,
      @inject(LOGGER) readonly log: Logger,
    ) {}
    @Call() async load(): Promise<number> {
      this.log.info('loading')
      logger().info('loading')
      return this.store.load()
    }
  }

  it('injects them, and a silent logger, also after a restart', async () => {
    const stored: Store & Disposable = { load: async () => 3, [Symbol.dispose]: () => closed.push('store') }
    const guest = await startSupervised(Guest, {
      bindings: (bind) => bind(STORE).toDynamicValue(() => stored),
    })
    expect(await guest.call.load()).toBe(3)
    faults().kill(guest)
    await restartOf(guest)
    expect(await guest.call.load()).toBe(3)
    expect(closed).not.toContain('store')
  })

  it('has closed what they made by then', () => {
    expect(closed).toContain('store')
  })
})

it('needs a test kernel', async () => {
  await expect(bootApplication(config)).rejects.toMatchObject({ code: 'TEST_KERNEL_MISSING' })
})
