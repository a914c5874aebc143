import type { Pid } from '../../src/kernel/index.js'
import { DuplicateRegistry, PubSub, UniqueRegistry } from '../../src/registry/index.js'

declare const pid: Pid

// Another process: the same key and value as for oneself.
const sessions = new UniqueRegistry<string, { since: number }>('sessions', { tellDeaths: true })
sessions.registerPid(pid, 'ann', { since: 2026 })
sessions.unregisterPid(pid, 'ann')
// @ts-expect-error: the value is missing
sessions.registerPid(pid, 'ann')
// @ts-expect-error: the process comes first
sessions.registerPid('ann', pid, { since: 2026 })
const workers = new DuplicateRegistry<number>('workers')
workers.registerPid(pid, 1)
// @ts-expect-error: another key
workers.registerPid(pid, 'one')
// @ts-expect-error: true or false
new UniqueRegistry('names', { tellDeaths: 'yes' })

interface Topics {
  prices: { price: number }
  [order: `orders.${string}`]: { id: number }
}
const bus = new PubSub<Topics, { from: number }>('bus')
bus.subscribeOnce('prices', { from: 1 })
bus.subscribePattern('orders.*')
bus.subscribePattern('orders.**', { from: 1 })
bus.unsubscribePattern('orders.**')
// @ts-expect-error: no such topic
bus.subscribeOnce('prizes')
// @ts-expect-error: other metadata
bus.subscribePattern('orders.*', { to: 1 })
