/** What is injected is in constructor parameters, by the types that the compiler emits for them. */
import {
  application,
  boot,
  Call,
  defineConfig,
  GenServer,
  inject,
  injectable,
  LOGGER,
  type Logger,
  ref,
  Supervisor,
} from 'heartwood'

@injectable()
class Prices {
  of(cents: number): string {
    return (cents / 100).toFixed(2)
  }
}

@GenServer({ name: 'till' })
class Till {
  constructor(
    private readonly prices: Prices,
    @inject(LOGGER) private readonly log: Logger,
  ) {}
  @Call() total(cents: number): string {
    this.log.debug('asked')
    return this.prices.of(cents)
  }
}

@Supervisor({ children: [Till], bindings: (bind) => bind(Prices).toSelf() })
class Root {}

const shop = application({ name: 'shop', root: Root })
/** Bun does not tell what containment needs. */
const contain = !('Bun' in globalThis)
const system = await boot(defineConfig({ applications: [shop], contain, log: { level: 'silent' } }))
const total = await ref(Till).call.total(450)
await system.stop()

export const said = total === '4.50' ? 'all is well' : total
console.log(said)
