import {
  application,
  type Bindings,
  Call,
  Cast,
  ContainerModule,
  defineConfig,
  GenServer,
  inject,
  overrideBindings,
  ref,
  Supervisor,
} from 'heartwood'
import { resolveConfig } from 'heartwood/tools'
import { beforeEach, describe, expect, it } from 'vitest'
import { planOf } from '../../src/application/plan/plan.js'
import { inWorld, world } from './world.js'

let made = 0
beforeEach(() => {
  made = 0
})

class Store {
  readonly nth = ++made
}

@GenServer({ name: 'reader' })
class Reader {
  constructor(@inject('store') readonly store: Store) {}
  @Call() number(): number {
    return this.store.nth
  }
  @Cast() crash(): void {
    throw new Error('crash')
  }
}

describe('what a bindings function makes', () => {
  it('is made once for a boot, though the plan runs it first, and anew for the next incarnation', () => {
    @Supervisor({
      name: 'inner',
      intensity: 0,
      children: [Reader],
      bindings: (bind) => bind('store').toConstantValue(new Store()),
    })
    class Inner {}
    @Supervisor({ children: [Inner] })
    class Root {}
    return inWorld(
      () => ({ root: Root }),
      async ({ kernel }) => {
        expect(await ref(Reader).call.number()).toBe(1)
        ref(Reader).cast.crash()
        await kernel.settled()
        expect(await ref(Reader).call.number()).toBe(2)
        expect(made).toBe(2)
      },
    )()
  })

  it('is of the last plan: what an earlier one made is left alone', async () => {
    const applications = [
      application({
        name: 'app',
        root: Reader,
        bindings: (bind) => bind('store').toConstantValue(new Store()),
      }),
    ]
    planOf(await resolveConfig(defineConfig({ applications })))
    expect(made).toBe(1)
    const config = overrideBindings(defineConfig({ applications }), (bind) =>
      bind('other').toConstantValue(new Store()),
    )
    planOf(await resolveConfig(config))
    planOf(await resolveConfig(config))
    expect(made).toBe(5)
  })

  it('is made once for each place of a supervisor in the tree', async () => {
    class Holder {
      constructor(@inject('store') readonly store: Store) {}
    }
    GenServer()(Holder)
    @Supervisor({ children: [Holder], bindings: (bind) => bind('store').toConstantValue(new Store()) })
    class Twice {}
    const at = (id: string) => [Twice, undefined, { id }] as const
    @Supervisor({ children: [at('a'), at('b')] })
    class Root {}
    const { system } = await world({ root: Root })
    expect(made).toBe(2)
    await system.stop()
  })

  it('is made once as an override', async () => {
    const { system, kernel } = await world({
      root: Reader,
      bindings: (bind) => bind('store').toDynamicValue(() => new Store()),
      overrides: (bind) => bind('store').toConstantValue(new Store()),
    })
    expect(await kernel.run(() => ref(Reader).call.number())).toBe(1)
    expect(made).toBe(1)
    await system.stop()
  })

  it('is not made by a plan where a factory makes it', async () => {
    const bindings: Bindings = (bind) => bind('store').toDynamicValue(() => new Store())
    planOf(
      await resolveConfig(
        defineConfig({ applications: [application({ name: 'app', root: Reader, bindings })] }),
      ),
    )
    expect(made).toBe(0)
  })
})

describe('a container module', () => {
  it('does all again that it did in the plan: what it binds anew, takes back, asks for and hooks into', async () => {
    const runs: unknown[] = []
    const seen: unknown[] = []
    const module = new ContainerModule(({ bind, rebind, unbind, isBound, onActivation }) => {
      bind('store').toConstantValue({ nth: 1 })
      runs.push(isBound('store'), isBound('nothing'))
      rebind('store')
        .toConstantValue({ nth: 2 })
        .when(() => true)
      const first = bind('extra').toConstantValue(1).getIdentifier()
      bind('extra').toConstantValue(2)
      unbind(first)
      onActivation<number>('extra', (_, value) => value * 10)
    })
    @GenServer({ name: 'all' })
    class All {
      constructor(@inject('store') store: Store, @inject('extra') extra: number) {
        seen.push(store.nth, extra)
      }
    }
    const { system } = await world({ root: All, bindings: module })
    expect(runs).toEqual([true, false])
    expect(seen).toEqual([2, 20])
    await system.stop()
  })
})
