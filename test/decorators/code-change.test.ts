/** New code of a decorated worker: what is injected is that of the scope, and the rest is carried over. */
import {
  application,
  boot,
  Call,
  defineConfig,
  GenServer,
  inject,
  injectable,
  injected,
  ref,
  StateMachine,
  Supervisor,
  sys,
} from 'heartwood'
import { TestKernel } from 'heartwood/testing'
import { expect, it } from 'vitest'

@injectable()
class Store {
  static made = 0
  readonly nth = ++Store.made
}

@GenServer({ name: 'till' })
class Till {
  readonly prices: unknown = injected('prices')
  readonly #rates: object = injected('rates')
  @inject('currency') readonly currency!: string
  sold: object[] = []
  constructor(
    @inject(Store) readonly store: Store,
    @inject('unit') readonly unit: string,
  ) {}
  @Call() sell(): number {
    return this.sold.push(this.#rates)
  }
}

@GenServer({ name: 'till' })
class OtherTill {
  readonly prices: unknown = injected('new prices')
  readonly #rates: object = injected('new rates')
  @inject('new currency') readonly currency!: string
  sold: object[] = []
  constructor(
    @inject('new store') readonly store: unknown,
    @inject('new unit') readonly unit: string,
  ) {}
  @Call() show(): unknown {
    const { prices, currency, sold, store, unit } = this
    return { prices, rates: this.#rates, currency, sold: sold.length, store, unit }
  }
}

@StateMachine({ codeChange: 'restart' })
class Door {
  state = 'shut'
}

@Supervisor({
  children: [Till, Door],
  bindings: (bind) => {
    bind(Store).toSelf()
    bind('new store').toConstantValue({ store: 'new' })
    for (const age of ['', 'new ']) {
      bind(`${age}prices`).toConstantValue({ prices: age })
      bind(`${age}rates`).toDynamicValue(() => ({ rates: age }))
      bind(`${age}currency`).toConstantValue(`${age}EUR`)
      bind(`${age}unit`).toConstantValue(`${age}cent`)
    }
  },
})
class Root {}

it('has anew what is injected as an object, by injected() or into a field, and carries over all else', async () => {
  const kernel = new TestKernel()
  const config = defineConfig({
    applications: [application({ name: 'shop', root: Root })],
    log: { level: 'silent' },
  })
  const system = await boot(config, { kernel })
  await kernel.run(async () => {
    await ref(Till).call.sell()
    await sys.suspend('till')
    await sys.changeCode('till', OtherTill)
    await sys.resume('till')
    expect(await ref(OtherTill).call.show()).toEqual({
      prices: { prices: 'new ' },
      rates: { rates: 'new ' },
      currency: 'new EUR',
      sold: 1,
      store: { store: 'new' },
      // A text that a constructor was given could as well be state.
      unit: 'cent',
    })
  })
  await system.stop()
})
