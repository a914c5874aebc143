import {
  exit,
  type Pid,
  ref,
  type ServerClass,
  startIsolated,
  startSupervisor,
  trapExit,
  whereis,
  whichChildren,
} from 'heartwood'
import { describe, expect, it } from 'vitest'
import type { TreeNode, TreeSnapshot } from '../../src/observer/snapshot/supervision-tree.js'
import { observed } from '../observer/world.js'

const at = (name: string): string => new URL(`./fixtures/${name}.js`, import.meta.url).href
const { Counter } = (await import(/* @vite-ignore */ at('workers'))) as { Counter: ServerClass<object> }
const { Cashier, Desk } = (await import(/* @vite-ignore */ at('shop'))) as Record<
  'Cashier' | 'Desk',
  ServerClass<{ loop(): never }>
>

describe('the observer', () => {
  it('sees into a thread: its children, their queues and what they hold; and says where it does not answer', async () => {
    await using world = await observed({}, { clock: undefined, node: 'host' } as never)
    await world.kernel.run(async () => {
      trapExit(true)
      const top = await startSupervisor({ children: [Desk] })
      const desk = String(whereis('desk'))
      /** Where the machine is busy, the thread does not answer within the observer's limit. */
      const answered = async <T>(path: string): Promise<T> => {
        for (;;) {
          const { status, text } = await world.ask(path)
          if (status === 200) return JSON.parse(text) as T
          expect(text).toContain('OBSERVER_NO_ANSWER')
        }
      }
      const inside = async (): Promise<TreeNode> => {
        for (;;) {
          const { roots } = await world.get<TreeSnapshot>('api/tree')
          const [found] = roots[0]?.children ?? []
          if (found?.children !== undefined) return found
        }
      }
      const found = await inside()
      expect(found).toMatchObject({ pid: desk, kind: 'supervisor', strategy: 'one_for_all', childCount: 1 })
      const [cashier] = found.children ?? []
      expect(cashier).toMatchObject({
        id: 'cashier',
        name: 'cashier',
        behaviour: 'Cashier',
        state: 'up',
        queue: 0,
      })
      expect(cashier?.pid).toMatch(/^<Desk#1@host\.\d+>$/)
      expect(cashier?.key).toMatch(/^Desk#1@host:c\d+$/)
      const at = encodeURIComponent(String(cashier?.pid))
      expect(await answered(`api/tree?root=${at}`)).toMatchObject({ roots: [{ pid: cashier?.pid }] })
      expect(await answered(`api/processes/${at}`)).toMatchObject({
        pid: cashier?.pid,
        type: 'worker',
        parent: desk,
        supervisor: { pid: desk, child: 'cashier' },
        linked: [{ pid: desk }],
      })
      expect(await answered(`api/state/${at}`)).toMatchObject({ page: { entries: [{ key: 'drawer' }] } })
      /** One that is known in the program, too, is shown as far as it is, where the thread does not answer. */
      const whole = async (): Promise<unknown> => {
        for (;;) {
          const told = await world.get<{ type: string }>(`api/processes/${encodeURIComponent(desk)}`)
          if (told.type === 'supervisor') return told
        }
      }
      expect(await whole()).toMatchObject({
        pid: desk,
        supervises: { strategy: 'one_for_all', children: 1 },
        supervisor: { child: 'desk' },
      })
      const [child] = await whichChildren('desk')
      ref(Cashier, child?.pid as Pid)
        .call.loop()
        .catch(() => {})
      // Sent before, it is handled before.
      expect(await world.ask(`api/processes/${at}`)).toMatchObject({ status: 504 })
      expect((await world.get<TreeSnapshot>('api/tree')).roots[0]?.children).toMatchObject([
        { pid: desk, busy: true },
      ])
      exit(whereis('desk') as Pid, 'kill')
      exit(top as Pid, 'shutdown')
    })
  })

  it('shows an isolated server where it is in the tree, and its state', async () => {
    await using world = await observed({}, { clock: undefined, node: 'host' } as never)
    await world.kernel.run(async () => {
      trapExit(true)
      const start = () => startIsolated(Counter, { start: 3 } as never, { isolate: 'thread' })
      const top = await startSupervisor({ children: [{ id: 'counter', start }] }, { name: 'top' })
      const pid = String(whereis('isolated-counter'))
      const { roots } = await world.get<TreeSnapshot>('api/tree')
      expect(roots[0]?.children).toMatchObject([
        {
          id: 'counter',
          pid,
          name: 'isolated-counter',
          label: 'Counter',
          behaviour: 'Counter',
          node: 'Counter#1@host',
          state: 'up',
        },
      ])
      // Where the machine is busy, the thread does not answer within the observer's limit.
      const answered = async (path: string): Promise<unknown> => {
        for (;;) {
          const found = await world.get<{ state?: object }>(path)
          if (!('busy' in (found.state ?? found))) return found
        }
      }
      for (const who of ['isolated-counter', encodeURIComponent(pid)]) {
        expect(await answered(`api/processes/${who}`)).toMatchObject({
          pid,
          behaviour: 'Counter',
          state: { value: { '#count': 3 }, mode: 'running' },
        })
        expect(await answered(`api/state/${who}`)).toMatchObject({
          page: { kind: 'record', entries: [{ step: '#0', key: '#count', value: 3 }, { key: '#kept' }] },
        })
      }
      exit(top as Pid, 'shutdown')
    })
  })
})
