/**
 * The Heartwood half of two services that share `pg` groups and call each other: this one sells, the Elixir one (billing.exs) bills. `npm run examples:nodes`
 * starts both; without Elixir it says that it is skipped.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import {
  application,
  boot,
  Call,
  defineConfig,
  GenServer,
  isGroupMessage,
  type Pid,
  ProcessGroups,
  receive,
  remote,
  self,
  supervisorSpec,
} from 'heartwood'
import { type Atom, atom, erlang } from 'heartwood/erlang'

const COOKIE = 'market-example-0123456789'
const BILLING = 'billing@127.0.0.1'
/** A port mapper of the example's own, so that none is left behind. */
const EPMD_PORT = 43_690

/** What the billing service can be asked: `{:charge, customer, cents}`, `{:close, customer}`. */
interface Billing {
  charge(customer: string, cents: number): number
  close(customer: string): { customer: string; items: string[]; cents: number }
}

const market = new ProcessGroups<Atom>('market')
const billing = remote<Billing>({ name: 'billing', node: BILLING })

@GenServer({ name: 'shop' })
class Shop {
  readonly #items = new Map<string, string[]>()

  init(): void {
    market.join(atom('shops'))
  }

  @Call() async buy(customer: string, item: string, cents: number): Promise<number> {
    const items = this.#items.get(customer) ?? []
    this.#items.set(customer, items)
    items.push(item)
    return billing.call.charge(customer, cents)
  }

  /** Elixir: `GenServer.call(shop, {:items_of, customer})`. */
  @Call() itemsOf(customer: string): string[] {
    return this.#items.get(customer) ?? []
  }
}

async function started(): Promise<ChildProcess> {
  const script = fileURLToPath(new URL('../../nodes/billing.exs', import.meta.url))
  const argv = ['--name', BILLING, '--cookie', COOKIE, '--erl', '-start_epmd false', script]
  const child = spawn('elixir', argv, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ERL_EPMD_PORT: String(EPMD_PORT) },
  })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  process.stdout.write(line)
  return child
}

if (spawnSync('elixir', ['--version']).status !== 0) {
  console.log('SKIPPED: there is no elixir here (Debian: apt-get install erlang-base elixir)')
  process.exit(0)
}

const epmd = spawn('epmd', ['-port', String(EPMD_PORT), '-address', '127.0.0.1'], { stdio: 'ignore' })
const child = await started()
const system = await boot(
  defineConfig({
    node: { name: 'shop@127.0.0.1', carrier: erlang({ cookie: COOKIE, epmd: { port: EPMD_PORT } }) },
    applications: [
      application({
        name: 'shop',
        root: supervisorSpec('market', { children: [market.childSpec(), Shop] }),
      }),
    ],
    log: { level: 'warn' },
  }),
)

await system.kernel.run(async () => {
  const shop = remote<Shop>('shop')
  console.log('Ann owes', await shop.call.buy('Ann', 'tea', 350))
  console.log('Ann owes', await shop.call.buy('Ann', 'milk', 120))
  console.log(await billing.call.close('Ann'))

  const services = atom('services')
  const { members } = market.monitor(services)
  const there: readonly Pid[] = members.length > 0 ? members : (await receive(isGroupMessage)).pids
  console.log(
    'services:',
    there.map(({ node }) => node),
  )
  console.log('this is', self().node)

  child.kill('SIGKILL')
  const { tag, pids } = await receive(isGroupMessage)
  console.log(tag, pids.length, 'of services: billing was killed')
  const failure = await billing.call.charge('Ann', 1).catch((error: unknown) => error)
  console.log('now a charge fails with', (failure as { details: { reason: unknown } }).details.reason)
})
await system.stop()
epmd.kill()
