/** One node of the chaos: a program of its own, with the orders of `run.ts` as its argument. */
import { defineServer, Kernel, sleep, startSupervisor, stop } from 'heartwood'
import {
  clusterOf,
  clusterRef,
  clusterSpec,
  clusterSupervisorSpec,
  fence,
  type Keyed,
} from 'heartwood/cluster'
import { nats } from 'heartwood/cluster/nats'
import { postgres } from 'heartwood/cluster/postgres'
import { memberCarrier } from 'heartwood/erlang'
import { Lateness } from './lateness.js'
import type { Counted, FromNode, NodeOrders, ToNode } from './words.js'

const orders = JSON.parse(process.argv[2] ?? '{}') as NodeOrders
const say = (message: FromNode): void => {
  if (process.connected) process.send?.(message)
}

const writing = new Map<number, (accepted: boolean) => void>()
let lastWrite = 0

/** The store that is written to: the program that plays the rounds. */
function write(key: string, token: number): Promise<boolean> {
  const id = ++lastWrite
  say({ what: 'write', id, key, token })
  return new Promise((resolve) => writing.set(id, resolve))
}

class Counter {
  #key = ''
  #count = 0
  #born = 0

  init({ key, state }: Keyed<{ count: number; born: number }>): void {
    this.#key = key
    this.#count = state?.count ?? 0
    this.#born = state?.born ?? fence()
    say({ what: 'begun', key, token: fence(), isAnew: state === undefined })
  }

  async add(): Promise<Counted> {
    if (!(await write(this.#key, fence()))) throw new Error('the store refused the write')
    this.#count++
    return { key: this.#key, count: this.#count, born: this.#born }
  }

  handOver(): { count: number; born: number } {
    return { count: this.#count, born: this.#born }
  }
}
defineServer(Counter, { calls: ['add'] })

const lateness = new Lateness()
let isLoaded = false

/** Calls one key after the other, as long as there is load. */
async function load(keys: readonly string[]): Promise<never> {
  for (;;) {
    for (const key of keys) {
      if (!isLoaded) {
        await sleep(20)
        continue
      }
      try {
        const answer = await clusterRef(Counter, key, { cluster: 'chaos', timeout: 3_000 }).call.add()
        say({ what: 'answered', answer })
      } catch (error) {
        say({ what: 'failed', code: String((error as { code?: string }).code ?? error) })
      }
      await sleep(4)
    }
  }
}

const { node, engine, port, lease, keys, listens, door } = orders
const url = `postgres://suite@127.0.0.1:${port}/postgres`
const kernel = new Kernel({
  node: `${node}@127.0.0.1`,
  report: (report) => {
    if (report.level === 'warn' || report.level === 'error')
      say({ what: 'told', text: String(report.message) })
  },
})

const tree = await kernel.run(() =>
  startSupervisor(
    {
      children: [
        clusterSpec({
          engine:
            engine === 'nats'
              ? nats({ servers: `nats://127.0.0.1:${port}` })
              : postgres({ url, poll: 200, connections: 3 }),
          cluster: 'chaos',
          node,
          lease,
          carrier: memberCarrier({
            port: listens,
            tickTime: 4_000,
            setupTime: 1_000,
            reachedAt: { host: '127.0.0.1', port: door },
          }),
          reconcile: 3_000,
          development: true,
        }),
        clusterSupervisorSpec(Counter, {
          cluster: 'chaos',
          keys,
          reconcile: 2_000,
          parkFor: 1_000,
          intensity: 20,
          backoff: { initial: 20, max: 500 },
        }),
      ],
    },
    { link: false },
  ),
)
process.on('message', (message: ToNode) => {
  if (message.what === 'written') {
    writing.get(message.id)?.(message.accepted)
    writing.delete(message.id)
  } else if (message.what === 'load') isLoaded = message.on
  else {
    const held = clusterOf(kernel, 'chaos').claims.filter((claim) => claim.valid())
    const keys = held.map(({ key }) => key.slice('Counter/'.length))
    say({ what: 'owns', id: message.id, keys, late: lateness.taken() })
  }
})
process.on('SIGTERM', () => {
  void kernel
    .run(() => stop(tree, 'shutdown'))
    .then(
      () => process.exit(0),
      () => process.exit(1),
    )
})
process.on('disconnect', () => process.exit(1))
kernel.run(() => load(keys)).catch(() => {})
say({ what: 'up' })
