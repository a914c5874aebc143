/** Without decorators: what Node runs itself, and JavaScript. */
import {
  application,
  type Bind,
  boot,
  Call,
  decorate,
  defineConfig,
  GenServer,
  inject,
  injected,
  LOGGER,
  type Logger,
  ref,
  Supervisor,
} from 'heartwood'
import { checkConfig, planOf } from 'heartwood/tools'

class Till {
  readonly currency: string = injected('currency')
  readonly log: Logger
  constructor(log: Logger) {
    this.log = log
  }
  total(cents: number): string {
    this.log.debug('asked')
    return `${(cents / 100).toFixed(2)} ${this.currency}`
  }
  static {
    decorate(inject(LOGGER), Till, 0)
    decorate(Call(), Till, 'total')
    decorate(GenServer({ name: 'till' }), Till)
  }
}

class Root {}
const bindings = (bind: Bind): void => void bind('currency').toConstantValue('EUR')
decorate(Supervisor({ children: [Till], bindings }), Root)

/** Nothing is bound: the plan names the field. */
const bare = application({ name: 'bare', root: Till })
const { problems, warnings } = planOf(checkConfig(defineConfig({ applications: [bare] })))
const missing = [...problems, ...warnings]
  .map(({ error: { code, details } }) => `${code} ${details.parameter ?? 'told'}`)
  .join()

const shop = application({ name: 'shop', root: Root })
/** Bun does not tell what containment needs. */
const contain = !('Bun' in globalThis)
const system = await boot(defineConfig({ applications: [shop], contain, log: { level: 'silent' } }))
const total = `${missing} ${await ref(Till).call.total(450)}`
await system.stop()

const named = contain ? 'INJECT_UNBOUND field "currency"' : 'INJECT_UNSEEN told'
export const said = total === `${named} 4.50 EUR` ? 'all is well' : total
console.log(said)
