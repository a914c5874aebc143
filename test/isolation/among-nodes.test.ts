/** An isolated server of a program that is a node, and the processes of another node. */
import {
  call,
  cast,
  exit,
  isDown,
  Kernel,
  monitor,
  nodes,
  type Pid,
  type Ref,
  type Report,
  receive,
  register,
  type ServerClass,
  self,
  send,
  spawn,
  startIsolated,
  unregister,
} from 'heartwood'
import { atom, float, ImproperList, tuple } from 'heartwood/erlang'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ErlangNode } from '../../src/erlang/node/erlang-node.js'

interface Relay {
  seen(): unknown[]
  me(): Pid
  same<T>(value: T): T
  ask(name: string, node: string, request: unknown): unknown
  nodes(): string[]
  connect(node: string): string
  tell(pid: Pid, message: unknown): void
  watch(target: Pid, report: Pid, how: 'link' | 'monitor'): void
}

const url = new URL('./fixtures/among-nodes.js', import.meta.url).href
const { Relay } = (await import(/* @vite-ignore */ url)) as { Relay: ServerClass<Relay> }

const reports: Report[] = []
const kernelOf = (node: string) => new Kernel({ node, report: (it) => reports.push(it) })
const host = kernelOf('host@127.0.0.1')
const other = kernelOf('other@127.0.0.1')
const ports = new Map<string, number>()
const resolve = (node: string) => ({ host: '127.0.0.1', port: ports.get(node) ?? 1 })
const nodeOf = (kernel: Kernel) => new ErlangNode(kernel, { cookie: 'biscuit', epmd: false, resolve })
const both = [nodeOf(host), nodeOf(other)]

const relay = { name: 'relay', node: host.node }
const inHost = <T>(body: () => T) => host.run(body)
const inOther = <T>(body: () => T) => other.run(body)
const failure = (work: Promise<unknown>) =>
  work.then(String, (error: { details: { reason: unknown } }) => error.details.reason)

let server: Ref<Relay>

describe('an isolated server among nodes', () => {
  beforeAll(async () => {
    for (const [at, kernel] of [host, other].entries()) {
      await both[at]?.start()
      ports.set(kernel.node, both[at]?.port ?? 0)
    }
    server = await inHost(() => startIsolated(Relay, undefined, { isolate: 'thread' }))
  })
  afterAll(async () => {
    await inHost(async () => {
      const ref = monitor(server.pid as Pid)
      exit(server.pid as Pid, 'kill')
      await receive((it) => isDown(it) && it.ref === ref)
    })
    for (const node of both) node.close()
  })

  it('is called by name from another, by atoms and tuples as by Elixir', async () => {
    await inOther(async () => {
      expect(await call(relay, atom('one'))).toBe(1)
      expect(await call(relay, tuple(atom('joined'), 'a', atom('b'), 2))).toBe('a b 2')
    })
  })

  it('gets terms as what they are, in calls, casts and messages, and gives them back', async () => {
    const terms = [atom('a'), tuple(1, atom('b')), float(2), new ImproperList([1], atom('c')), 2n ** 70n]
    await inOther(async () => {
      expect(await call(relay, tuple(atom('same'), terms))).toEqual(terms)
      cast(relay, tuple(atom('note'), atom('cast')))
      send(relay, tuple(atom('message')))
      expect(await call(relay, atom('seen'))).toEqual([atom('cast'), tuple(atom('message'))])
    })
  })

  it('that answers with what has no term fails that call alone, and it is logged once', async () => {
    await inOther(async () => {
      const before = reports.length
      expect(nodes()).toContain(host.node)
      for (let i = 0; i < 2; i++)
        expect(String(await failure(call(relay, atom('nan'))))).toContain(
          'no float that is not a finite number',
        )
      expect(await call(relay, atom('one'))).toBe(1)
      expect(reports.slice(before).filter(({ kind }) => kind === 'node')).toMatchObject([
        { level: 'warn', error: { code: 'TERM_NOT_ENCODABLE' } },
      ])
    })
  })

  it('has a pid of its node: what others send to it, link and watch there reaches it', async () => {
    await inOther(async () => {
      const pid = (await call(relay, atom('me'))) as Pid
      expect(pid.node).toBe(host.node)
      send(pid, atom('by_pid'))
      expect(await call(pid, atom('seen'))).toContain(atom('by_pid'))
    })
    expect(await inHost(() => nodes())).toEqual([other.node])
  })

  it('calls, and sends to, processes of other nodes, whose pids are what they are everywhere', async () => {
    await inOther(async () => {
      const me = spawn(async () => {
        for (;;) {
          const request = await receive(() => true)
          ;(request as { reply(value: unknown): void }).reply?.(tuple(atom('got'), self()))
        }
      })
      register('answering', me)
      const [, pid] = (await call(
        relay,
        tuple(atom('ask'), 'answering', other.node, atom('x')),
      )) as Iterable<Pid>
      expect(pid).toBe(me)
      cast(relay, tuple(atom('tell'), self(), tuple(atom('hello'))))
      expect(await receive((it) => it instanceof Object && 'elements' in it)).toEqual(tuple(atom('hello')))
      unregister('answering')
      exit(me, 'kill')
    })
  })

  it.each(['link', 'monitor'] as const)('sees the end of a process of another node by a %s', async (how) => {
    await inOther(async () => {
      const dying = spawn(() => receive('never'))
      cast(relay, tuple(atom('watch'), dying, self(), how))
      expect(await receive('watching')).toBe('watching')
      exit(dying, 'over')
      expect(await receive((it) => (it as { ended?: unknown }).ended !== undefined)).toEqual({
        ended: 'over',
      })
    })
  })

  it('has no connections of its own, and says so', async () => {
    expect(await inHost(() => server.call.connect(other.node))).toBe('NOT_THE_NODE')
  })

  it('that ends is gone for those of other nodes that watch it, and for their calls', async () => {
    await inOther(async () => {
      const second = await inHost(() =>
        startIsolated(Relay, undefined, { isolate: 'thread', name: 'second' }),
      )
      const there = { name: 'second', node: host.node }
      const pid = (await call(there, atom('me'))) as Pid
      const [byName, byPid] = [monitor(there), monitor(pid)]
      await call(there, atom('one'))
      exit(pid, 'kill')
      const reasons = [
        await receive((it) => isDown(it) && it.ref === byName),
        await receive((it) => isDown(it) && it.ref === byPid),
      ]
      expect(reasons).toMatchObject([{ reason: 'killed' }, { reason: 'killed' }])
      expect(await failure(call(pid, atom('one')))).toBe('noproc')
      void second
    })
  })
})
