import {
  exit,
  type Pid,
  type ServerClass,
  startIsolated,
  startSupervisor,
  trapExit,
  whereis,
} from 'heartwood'
import { describe, expect, it } from 'vitest'
import type { TreeSnapshot } from '../../src/observer/snapshot/supervision-tree.js'
import { observed } from '../observer/world.js'

const url = new URL('./fixtures/workers.js', import.meta.url).href
const { Counter } = (await import(/* @vite-ignore */ url)) as { Counter: ServerClass<object> }

describe('the observer', () => {
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
