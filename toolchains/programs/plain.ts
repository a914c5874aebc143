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
const { problems } = planOf(checkConfig(defineConfig({ applications: [bare] })))
const missing = problems.map(({ error }) => `${error.code} ${error.details.parameter}`).join()

const shop = application({ name: 'shop', root: Root })
const system = await boot(defineConfig({ applications: [shop], log: { level: 'silent' } }))
const total = `${missing} ${await ref(Till).call.total(450)}`
await system.stop()

export const said = total === 'INJECT_UNBOUND field "currency" 4.50 EUR' ? 'all is well' : total
console.log(said)
