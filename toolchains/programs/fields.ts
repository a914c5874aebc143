/** What is injected is in fields: for standard decorators, and for legacy ones as well. */
import {
  After,
  application,
  boot,
  Call,
  DynamicSupervisor,
  defineConfig,
  exit,
  GenServer,
  Health,
  Info,
  inject,
  injectable,
  injected,
  LOGGER,
  type Logger,
  On,
  type Pid,
  Postpone,
  ref,
  State,
  StateMachine,
  Supervisor,
  send,
  sleep,
  whereis,
} from 'heartwood'
import { checkConfig, planOf } from 'heartwood/tools'

@injectable()
class Prices {
  readonly currency: string = injected('currency')
  of(cents: number): string {
    return `${(cents / 100).toFixed(2)} ${this.currency}`
  }
}

@GenServer({ name: 'till' })
class Till {
  readonly prices = injected(Prices)
  @inject(LOGGER) readonly log!: Logger
  #ticks = 0
  @Call() total(cents: number): string {
    return this.prices.of(cents)
  }
  @Call() ticks(): number {
    return this.#ticks
  }
  @Info('tick') onTick(): void {
    this.#ticks++
  }
  @Health() isWell(): boolean {
    return typeof this.log.info === 'function'
  }
}

@StateMachine({ name: 'door' })
class Door {
  state: 'locked' | 'open' = 'locked'
  @State('locked') @Call() unlock(code: string): string {
    if (code === '1234') this.state = 'open'
    return this.state
  }
  @State('open') @On('unlock') already(_code: string): string {
    return 'already'
  }
  @State('open') @Postpone('locked') @Call() enter(): string {
    return 'in'
  }
  @State('open') @After(60_000) lock(): void {
    this.state = 'locked'
  }
}

@DynamicSupervisor({ name: 'more' })
class More {}

@Supervisor({
  children: [Till, Door, More],
  bindings: (bind) => {
    bind(Prices).toSelf()
    bind('currency').toConstantValue('EUR')
  },
})
class Root {}

/** Nothing is bound: the plan names each field. */
const bare = application({ name: 'bare', root: Till })
const { problems, warnings } = planOf(checkConfig(defineConfig({ applications: [bare] })))
const missing = [...problems, ...warnings]
  .map(({ error: { code, details } }) => `${code} ${details.parameter ?? 'told'}`)
  .join()

const shop = application({ name: 'shop', root: Root })
/** Bun does not tell what containment needs. */
const contain = !('Bun' in globalThis)
const system = await boot(defineConfig({ applications: [shop], contain, log: { level: 'silent' } }))
const heard: unknown[] = [missing, await ref(Till).call.total(450)]
send('till', 'tick')
heard.push(await ref(Till).call.ticks())
const entered = ref(Door).call.enter()
heard.push(await ref(Door).call.unlock('1234'), await entered, await ref(Door).call.unlock('1'))
exit(whereis('till') as Pid, 'kill')
await sleep(50)
// A busy machine has a reason of its own: that the event loop was blocked.
const isWell = !(await system.health.read()).ready.reasons.some((reason) => reason.includes('till'))
heard.push(await ref(Till).call.ticks(), isWell)
await system.stop()

const named = contain ? 'INJECT_UNBOUND field "prices"' : 'INJECT_UNSEEN told'
const EXPECTED = `${named} 4.50 EUR 1 open in already 0 true`
export const said = heard.join(' ') === EXPECTED ? 'all is well' : heard.join(' ')
console.log(said)
