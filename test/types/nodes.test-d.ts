/** Clients of servers on other nodes: what may be called, and what comes of it. */
import { defineConfig, nodes, ProcessGroups, PubSub, ref, remote } from 'heartwood'
import { type Atom, type ErlangOptions, erlang } from 'heartwood/erlang'
import { expectTypeOf } from 'vitest'

interface Counter {
  add(by: number): number
  find(id: string): Promise<string | undefined>
  reset(): void
}
class Basket {
  addItem(item: string): number {
    return item.length
  }
}

const counter = remote<Counter>({ name: 'counter', node: 'b@127.0.0.1' })
expectTypeOf(counter.call.add).parameters.toEqualTypeOf<[number]>()
expectTypeOf(counter.call.add(1)).toEqualTypeOf<Promise<number>>()
expectTypeOf(counter.call.find('x')).toEqualTypeOf<Promise<string | undefined>>()
expectTypeOf(counter.with({ timeout: 1 }).cast.reset()).toEqualTypeOf<void>()
// @ts-expect-error: it is asked with a number
counter.call.add('1')
// @ts-expect-error: there is none of that name
counter.call.addd(1)
// @ts-expect-error: what returns something is called
counter.cast.add(1)

expectTypeOf(ref(Basket, { node: 'b@127.0.0.1' }).call.addItem('tea')).toEqualTypeOf<Promise<number>>()
expectTypeOf(nodes()).toEqualTypeOf<string[]>()

const options: ErlangOptions = { cookie: 'x' }
expectTypeOf(erlang).toBeCallableWith(options)
// @ts-expect-error: a cookie must be given
erlang({})

defineConfig({
  node: { name: 'shop@127.0.0.1', carrier: erlang(options) },
  applications: [],
})
// @ts-expect-error: a node has a carrier
defineConfig({ node: { name: 'shop@127.0.0.1' }, applications: [] })

const groups = new ProcessGroups<Atom>('scope')
// @ts-expect-error: the group of a pub/sub is a text
new PubSub('bus', { groups })
