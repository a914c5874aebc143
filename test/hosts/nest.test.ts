import { createServer } from 'node:http'
import {
  application,
  Call,
  type Config,
  defineConfig,
  GenServer,
  inject,
  Ref,
  ref,
  Supervisor,
  unshared,
} from 'heartwood'
import { HeartwoodModule, type HeartwoodModuleOptions, HeartwoodService, refToken } from 'heartwood/nest'
import { afterEach, describe, expect, it } from 'vitest'
import { Cart, log, nextGate, shop, slowShop } from './shop.js'

/**
 * What Nest does with the module, done by hand: `npm run services nest` has the real ones, 11 and 12.
 */
class FakeNest {
  readonly service: HeartwoodService
  readonly lastHook: () => Promise<void>

  constructor(options: HeartwoodModuleOptions, injected: readonly unknown[] = []) {
    const { imports, providers, global } = HeartwoodModule.forRoot(options)
    const [tree] = imports
    const [provider] = tree.providers
    expect({ global, provides: provider?.provide, exports: tree.exports }).toEqual({
      global: true,
      provides: HeartwoodService,
      exports: [HeartwoodService],
    })
    this.service = provider?.useFactory(...injected) as HeartwoodService
    const last = providers[0]?.useFactory(this.service) as { onApplicationShutdown(): Promise<void> }
    this.lastHook = last.onApplicationShutdown
  }
}

let nest: FakeNest
afterEach(() => nest.service.onModuleDestroy())

class Prices {
  of = (what: string): number => what.length
}

@GenServer({ name: 'till' })
class Till {
  constructor(@inject(Prices) private readonly prices: Prices) {}
  @Call() price(what: string): number {
    return this.prices.of(what)
  }
  @Call() has(prices: Prices): boolean {
    return this.prices === prices
  }
}

@Supervisor({ children: [Till] })
class Root {}

const tills = (): Config =>
  defineConfig({ applications: [application({ name: 'tills', root: Root })], log: { level: 'silent' } })

describe('a tree in Nest’s lifecycle', () => {
  it('boots with onModuleInit and stops with onModuleDestroy; a second time does nothing', async () => {
    nest = new FakeNest({ config: shop() })
    expect(nest.service.system).toBeUndefined()
    await nest.service.onModuleInit()
    expect(await ref(Cart).call.add('tea')).toBe(1)
    await nest.service.onModuleDestroy()
    await nest.service.onModuleDestroy()
    await nest.lastHook()
    expect(log).toEqual(['cart starts', 'cart stops', 'tree stopped'])
  })

  it('has providers of Nest injected into workers, by their tokens', async () => {
    const prices = new Prices()
    nest = new FakeNest({ config: tills(), inject: [Prices] }, [prices])
    await nest.service.onModuleInit()
    expect(await ref(Till).call.price('tea')).toBe(3)
    expect(await ref(Till).call.has(prices)).toBe(true)
  })

  it('shares an injected client, which no worker may own', async () => {
    const client = Object.assign(new Prices(), { query: () => 1 })
    nest = new FakeNest({ config: tills(), inject: [Prices] }, [client])
    await nest.service.onModuleInit()
    expect(await ref(Till).call.has(client)).toBe(false)
    await nest.service.onModuleDestroy()
    const apart = unshared(Object.assign(new Prices(), { query: () => 1 }))
    nest = new FakeNest({ config: tills(), inject: [Prices] }, [apart])
    await nest.service.onModuleInit()
    expect(await ref(Till).call.has(apart)).toBe(true)
  })

  it('makes its configuration of what is injected', async () => {
    const made: unknown[] = []
    const config = async (...injected: unknown[]): Promise<Config> => {
      made.push(...injected)
      return shop()
    }
    nest = new FakeNest({ config, inject: ['LIMIT', Prices] }, [7, Prices])
    await nest.service.onModuleInit()
    expect(made).toEqual([7, Prices])
  })

  it('drains the server of Nest before the tree stops', async () => {
    class HttpAdapterHost {
      readonly httpAdapter = { getHttpServer: () => server }
    }
    const server = createServer()
    nest = new FakeNest({ config: shop(), http: HttpAdapterHost, drain: { quiet: 0 } }, [
      new HttpAdapterHost(),
    ])
    await nest.service.onModuleInit()
    expect(nest.service.system?.applications.map(({ name }) => name)).toEqual(['shop', 'nest'])
  })

  it('tells its health in the form of Terminus', async () => {
    nest = new FakeNest({ config: shop() })
    const reasons = ['the system is not booted yet']
    expect(await nest.service.ready()).toEqual({ heartwood: { status: 'down', reasons } })
    await nest.service.onModuleInit()
    expect(await nest.service.ready()).toEqual({ heartwood: { status: 'up' } })
    expect(await nest.service.live('tree')).toEqual({ tree: { status: 'up' } })
    await nest.service.onModuleDestroy()
    expect(await nest.service.live()).toEqual({
      heartwood: { status: 'down', reasons: ['the system has ended'] },
    })
  })

  it('has a token for each ref, the same each time', () => {
    const { providers, exports } = HeartwoodModule.forFeature([Cart, Till])
    expect(exports).toEqual([refToken(Cart), refToken(Till)])
    expect(providers[0]?.useFactory()).toBeInstanceOf(Ref)
  })

  it('is closed while it boots: what has started is stopped before that returns, and the start fails after all hooks', async () => {
    nest = new FakeNest({ config: slowShop() })
    const began = nextGate()
    const started = nest.service.onModuleInit()
    await began.entered
    const destroyed = nest.service.onModuleDestroy().then(() => log.push('destroyed'))
    began.open()
    await destroyed
    expect(log).toEqual(['slow starts', 'slow stops', 'destroyed'])
    expect(nest.service.system).toBeUndefined()
    await nest.lastHook()
    await expect(started).rejects.toMatchObject({ code: 'BOOT_CANCELLED' })
  })

  it('is closed while it makes its configuration: nothing starts', async () => {
    let make: (config: Config) => void = () => {}
    const made = new Promise<Config>((resolve) => {
      make = resolve
    })
    nest = new FakeNest({ config: () => made })
    const started = nest.service.onModuleInit()
    const destroyed = nest.service.onModuleDestroy()
    make(shop())
    await destroyed
    await nest.lastHook()
    await expect(started).rejects.toMatchObject({ code: 'BOOT_CANCELLED' })
    expect(log).toEqual([])
  })

  it.each([
    [{ imports: 1 }, 'BAD_OPTION'],
    [{ inject: Prices }, 'BAD_OPTION'],
    [{ http: 'server' }, 'BAD_OPTION'],
    [{ drain: 5 }, 'DRAIN_OPTION'],
    [{ drain: { timeout: 'long' } }, 'DRAIN_OPTION'],
  ])('refuses %j', (wrong, code) => {
    expect(() => HeartwoodModule.forRoot({ config: shop(), ...wrong } as never)).toThrow(
      expect.objectContaining({ code }),
    )
  })

  it('refuses options that it does not know', () => {
    expect(() => HeartwoodModule.forRoot({ config: shop(), provide: [] } as never)).toThrow(
      expect.objectContaining({ code: 'BAD_OPTION' }),
    )
  })
})
