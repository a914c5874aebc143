import { availableParallelism } from 'node:os'
import { describe, expect, it } from 'vitest'
import { type Addressed, Agent, call, cast, startLink, stop } from '../../src/genserver/index.js'
import { exit, isAlive, type Pid, register, self, trapExit, whereis } from '../../src/kernel/index.js'
import { UniqueRegistry, via } from '../../src/registry/index.js'
import {
  type Child,
  type ChildSpec,
  childSpec,
  countChildren,
  dynamicSupervisorSpec,
  type PartitionKey,
  type PartitionSupervisorOptions,
  partition,
  partitionSupervisorSpec,
  partitions,
  resizePartitions,
  startDynamicSupervisor,
  startPartitionSupervisor,
  startSupervisor,
  whichChildren,
} from '../../src/supervisor/index.js'
import { codeOf, inWorld } from '../kernel/world.js'
import { lineOf, Nursery } from '../supervisor/nursery.js'

/** An agent that keeps its arguments. */
const agent: ChildSpec = {
  id: 'agent',
  start: (...args: never[]) => Agent.startLink(() => args),
  args: ['hello'],
}
const argumentsAt = (key: PartitionKey, name = 'p') =>
  Agent.ref<unknown[]>(partition(name, key)).get((args) => args)
const pidAt = (key: PartitionKey, name = 'p') => partition(name, key).target as Pid

async function refusal(promise: Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    await promise
  } catch (error) {
    const { code, details } = error as { code: string; details: object }
    return { code, ...details }
  }
  throw new Error('it did not reject')
}

describe('Elixir partition_supervisor_test', () => {
  it('child_spec: uses the atom name as id', () => {
    const spec = partitionSupervisorSpec('counters', { child: agent, partitions: 2 })
    expect(spec).toMatchObject({ id: 'counters', type: 'supervisor' })
    const children = (spec.supervises as { children: ChildSpec[] }).children
    expect(children.map(({ id }) => id)).toEqual(['0', '1'])
    expect(partitionSupervisorSpec('a', { child: agent }, { id: 'b', restart: 'transient' })).toMatchObject({
      id: 'b',
      restart: 'transient',
    })
  })

  it(
    'start_link/1: on success with atom name',
    inWorld(async () => {
      await startPartitionSupervisor({ child: agent }, { name: 'p' })
      const n = partitions('p')
      expect(n).toBe(availableParallelism())
      const pids = new Set((await whichChildren('p')).map(({ pid }) => pid))
      expect(pids.size).toBe(n)
      for (const key of ['a', 'b', true, 1.5, self()] as const) {
        expect(pids).toContain(pidAt(key))
        expect(await argumentsAt(key)).toEqual(['hello'])
      }
    }),
  )

  it(
    'start_link/1: on success with via name',
    inWorld(async () => {
      const registry = new UniqueRegistry<string>('names')
      await registry.startLink()
      const name = via(registry, 'p')
      await startPartitionSupervisor({ child: agent, partitions: 3 }, { name })
      const byId = new Map((await whichChildren(name)).map(({ id, pid }) => [id, pid]))
      for (const key of [0, 1, 2, 3, 4, -1, -5, 7n, -8n]) {
        const expected = byId.get(String(Math.abs(Number(key)) % 3))
        expect(partition(name, key).target).toBe(expected)
      }
    }),
  )

  it(
    'start_link/1: with_arguments',
    inWorld(async () => {
      const withArguments = (args: string[], at: number) => [...args, at]
      await startPartitionSupervisor({ child: agent, partitions: 3, withArguments }, { name: 'p' })
      for (const at of [0, 1, 2]) expect(await argumentsAt(at)).toEqual(['hello', at])
      exit(pidAt(1), 'kill')
      await refusal(call(partition('p', 1), 'hello'))
      await whichChildren('p')
      expect(await argumentsAt(1)).toEqual(['hello', 1])
    }),
  )

  it(
    'start_link/1: with_arguments of a class, with and without its own',
    inWorld(async () => {
      class Kept {
        readonly kept = true
        static [childSpec](args?: unknown): ChildSpec {
          return { id: 'kept', start: () => Agent.startLink(() => [args]) }
        }
      }
      const withArguments = (args: string | undefined, at: number) => `${args} ${at}`
      const children: Child[] = [Kept, [Kept, 'mine', { restart: 'transient' }]]
      for (const [at, child] of children.entries()) {
        await startPartitionSupervisor({ child, partitions: 2, withArguments }, { name: `p${at}` })
      }
      expect(await argumentsAt(1, 'p0')).toEqual(['undefined 1'])
      expect(await argumentsAt(0, 'p1')).toEqual(['mine 0'])
    }),
  )

  for (const [name, wrong, field] of [
    ['raises without child_spec', { child: undefined }, 'child'],
    ['raises on bad partitions', { partitions: 0 }, 'partitions'],
    ['raises on bad partitions: fractions', { partitions: 1.5 }, 'partitions'],
    ['raises on bad with_arguments', { withArguments: 1 }, 'withArguments'],
    ['raises with bad auto_shutdown', { autoShutdown: 'any_significant' }, 'autoShutdown'],
    ['raises with bad strategy', { strategy: 'one_for_all' }, 'strategy'],
    ['raises with bad intensity', { intensity: -1 }, 'intensity'],
  ] as const) {
    it(
      `start_link/1: ${name}`,
      inWorld(async () => {
        trapExit(true)
        const options = { child: agent, ...wrong } as unknown as PartitionSupervisorOptions
        const code = field === 'child' ? 'INVALID_CHILD_SPEC' : 'INVALID_SUPERVISOR_OPTION'
        expect(await refusal(startPartitionSupervisor(options))).toMatchObject({ code, field })
        expect(await codeOf(() => startPartitionSupervisor(() => options))).toBe('START_FAILED')
        expect(await codeOf(() => startPartitionSupervisor(() => 'ignore'))).toBe('START_IGNORED')
      }),
    )
  }

  it(
    'stop/1: is synchronous',
    inWorld(async () => {
      const pid = await startPartitionSupervisor({ child: agent, partitions: 2 }, { name: 'p' })
      const children = [pidAt(0), pidAt(1)]
      await stop('p')
      expect([pid, ...children].map(isAlive)).toEqual([false, false, false])
      expect(whereis('p')).toBeUndefined()
    }),
  )

  it(
    'stop/1: with via tuple',
    inWorld(async () => {
      const registry = new UniqueRegistry<string>('names')
      await registry.startLink()
      await startPartitionSupervisor({ child: agent, partitions: 2 }, { name: via(registry, 'p') })
      await stop(via(registry, 'p'))
      expect(registry.whereis('p')).toBeUndefined()
    }),
  )

  for (const [name, server] of [
    ['atom', 'nobody'],
    ['via', via(new UniqueRegistry<string>('nowhere'), 'p')],
  ] as const) {
    it(
      `partitions/1: raises noproc for unknown ${name} partition supervisor`,
      inWorld(async () => {
        expect(await codeOf(() => partitions(server))).toBe('NOT_PARTITIONED')
        expect(await refusal(call(partition(server, 1), 'hello'))).toMatchObject({ code: 'CALL_NOPROC' })
        cast(partition(server, 1), 'dropped')
      }),
    )
  }

  it(
    'resize!/1: resizes the number of children',
    inWorld(async ({ kernel }) => {
      const nursery = new Nursery()
      const { id: _, ...child } = nursery.child('a', { traps: true })
      await startPartitionSupervisor({ child: { ...child, id: 'a' }, partitions: 4 }, { name: 'p' })
      expect(partitions('p')).toBe(4)
      nursery.taken()
      expect(await resizePartitions('p', 2)).toBe(4)
      expect(partitions('p')).toBe(2)
      expect(nursery.taken()).toEqual(['stop a#4 shutdown', 'stop a#3 shutdown'])
      expect(await countChildren('p')).toEqual({ specs: 4, active: 2, supervisors: 0, workers: 4 })
      expect(pidAt(2)).toBe(pidAt(0))
      await kernel.settled()
      expect(await lineOf('p')).toBe('0:up 1:up 2:undefined 3:undefined')
      expect(await resizePartitions('p', 3)).toBe(2)
      expect(await lineOf('p')).toBe('0:up 1:up 2:up 3:undefined')
      expect(pidAt(2)).toBe(nursery.pid('a'))
      expect(await resizePartitions('p', 3)).toBe(3)
      expect(await resizePartitions('p', 4)).toBe(3)
      expect(new Set([0, 1, 2, 3].map((key) => pidAt(key))).size).toBe(4)
    }),
  )

  it(
    'resize!/1: raises on lookup after resizing to zero',
    inWorld(async () => {
      await startPartitionSupervisor({ child: agent, partitions: 2 }, { name: 'p' })
      expect(await resizePartitions('p', 0)).toBe(2)
      expect(partitions('p')).toBe(0)
      const refused = await refusal(call(partition('p', 'key'), 'hello'))
      expect(refused).toMatchObject({
        code: 'CALL_NOPROC',
        server: 'partition(p, "key") (it has no partitions)',
      })
      expect(await resizePartitions('p', 1)).toBe(0)
      expect(await argumentsAt('key')).toEqual(['hello'])
    }),
  )

  it(
    'resize!/1: raises if trying to increase the number of partitions',
    inWorld(async () => {
      await startPartitionSupervisor({ child: agent, partitions: 2 }, { name: 'p' })
      for (const count of [3, -1, 1.5]) {
        expect(await refusal(resizePartitions('p', count))).toMatchObject({
          code: 'PARTITION_COUNT_INVALID',
          count,
          limit: 2,
        })
      }
      expect(partitions('p')).toBe(2)
      for (const other of [await startSupervisor({}), await startDynamicSupervisor()]) {
        expect(await refusal(resizePartitions(other, 1))).toMatchObject({ code: 'NOT_PARTITIONED' })
        expect(await codeOf(() => partitions(other))).toBe('NOT_PARTITIONED')
      }
    }),
  )

  it(
    'which_children/1: returns all partitions',
    inWorld(async () => {
      await startPartitionSupervisor({ child: agent, partitions: 3 }, { name: 'p' })
      expect(await whichChildren('p')).toEqual(
        [2, 1, 0].map((at) => ({ id: String(at), pid: pidAt(at), type: 'worker' })),
      )
    }),
  )

  it(
    'count_children/1: with workers',
    inWorld(async () => {
      await startPartitionSupervisor({ child: agent, partitions: 3 }, { name: 'p' })
      expect(await countChildren('p')).toEqual({ specs: 3, active: 3, supervisors: 0, workers: 3 })
    }),
  )

  it(
    'count_children/1: with supervisors',
    inWorld(async () => {
      await startPartitionSupervisor({ child: dynamicSupervisorSpec('d'), partitions: 3 }, { name: 'p' })
      expect(await countChildren('p')).toEqual({ specs: 3, active: 3, supervisors: 3, workers: 0 })
    }),
  )

  it(
    'count_children/1: raises noproc for unknown partition supervisor',
    inWorld(async () => {
      expect(await refusal(countChildren('nobody'))).toMatchObject({ code: 'CALL_NOPROC' })
      expect(await refusal(resizePartitions('nobody', 1))).toMatchObject({ code: 'CALL_NOPROC' })
    }),
  )

  it(
    'count_children/1: with via tuple',
    inWorld(async () => {
      const registry = new UniqueRegistry<string>('names')
      await registry.startLink()
      const name = via(registry, 'p')
      await startSupervisor({
        children: [partitionSupervisorSpec('p', { child: agent, partitions: 2 }, { name })],
      })
      expect((await countChildren(name)).active).toBe(2)
      expect(partitions(name)).toBe(2)
    }),
  )
})

describe('a partition supervisor', () => {
  it(
    'names the partition in errors, and finds its next incarnation',
    inWorld(async ({ kernel }) => {
      await startPartitionSupervisor({ child: agent, partitions: 2 }, { name: 'p' })
      const address: Addressed = partition('p', ['room', 7])
      const before = address.target as Pid
      exit(before, 'kill')
      expect(await refusal(call(address, 'hello'))).toMatchObject({
        code: 'CALL_NOPROC',
        server: 'partition(p, ["room",7])',
      })
      await kernel.settled()
      expect(address.target).not.toBe(before)
      expect(isAlive(address.target as Pid)).toBe(true)
    }),
  )

  it(
    'is found anew after its own restart',
    inWorld(async ({ kernel }) => {
      await startSupervisor({ children: [partitionSupervisorSpec('p', { child: agent, partitions: 2 })] })
      const before = pidAt(0)
      exit(whereis('p') as Pid, 'kill')
      await kernel.settled()
      expect(pidAt(0)).not.toBe(before)
      expect(await argumentsAt(0)).toEqual(['hello'])
    }),
  )

  it('spreads keys evenly, and the same in every program', () => {
    const table = new Map<unknown, number>()
    return inWorld(async () => {
      await startPartitionSupervisor({ child: agent, partitions: 8 }, { name: 'p' })
      for (let at = 0; at < 8_000; at++) {
        const { target } = partition('p', `user-${at}`)
        table.set(target, (table.get(target) ?? 0) + 1)
      }
      for (const share of table.values()) expect(Math.abs(share - 1_000)).toBeLessThan(150)
      const at = (key: PartitionKey) => [0, 1, 2, 3, 4, 5, 6, 7].findIndex((n) => pidAt(n) === pidAt(key))
      expect(['ann', 'bob', 1.5, true, ['a', 1], ['a', '1']].map(at)).toEqual([4, 4, 5, 1, 0, 1])
    })()
  })

  it(
    'refuses keys that have no stable hash',
    inWorld(async () => {
      for (const key of [{}, undefined, null, Symbol('x'), [{}]]) {
        expect(await codeOf(() => partition('p', key as PartitionKey))).toBe('PARTITION_KEY_INVALID')
      }
    }),
  )

  it(
    'keeps those in use when growing fails',
    inWorld(async () => {
      const nursery = new Nursery()
      const child = nursery.child('a', { plan: { 5: { fail: 'no' } } })
      await startPartitionSupervisor({ child, partitions: 3 }, { name: 'p' })
      await resizePartitions('p', 0)
      await resizePartitions('p', 1)
      expect(await refusal(resizePartitions('p', 3))).toMatchObject({
        code: 'START_CHILD_FAILED',
        reason: 'no',
      })
      expect(partitions('p')).toBe(1)
      expect(await resizePartitions('p', 3)).toBe(1)
      expect(await lineOf('p')).toBe('0:up 1:up 2:up')
    }),
  )

  it(
    'is no way to reach what does not start: garbage is a failed start, ignore a missing partition',
    inWorld(async ({ kernel }) => {
      trapExit(true)
      const nursery = new Nursery()
      const garbage = nursery.child('a', { plan: { 1: 'garbage' } })
      expect(await refusal(startPartitionSupervisor({ child: garbage, partitions: 1 }))).toMatchObject({
        reason: { shutdown: { failedToStartChild: '0', reason: { badReturnValue: 42 } } },
      })
      const shy = nursery.child('b', { plan: { 1: 'ignore' } })
      await startPartitionSupervisor({ child: shy, partitions: 2 }, { name: 'p' })
      await kernel.settled()
      expect(pidAt(0)).toBe('partition(p, 0)')
      expect(pidAt(1)).toBe(nursery.pid('b'))
    }),
  )

  it(
    'serves servers that take names of their own',
    inWorld(async () => {
      const callbacks = {
        init: (at: number) => ({ state: at }),
        handleCall: (_: unknown, __: unknown, at: number) => ({ reply: at, state: at }),
      }
      const start = (at: number) => startLink(callbacks, at, { name: `part-${at}` })
      const withArguments = (_: unknown, at: number) => [at]
      await startPartitionSupervisor(
        { child: { id: 'x', start }, partitions: 2, withArguments },
        { name: 'p' },
      )
      expect(await call(partition('p', 1), 'which')).toBe(1)
      expect(await call('part-0', 'which')).toBe(0)
      expect(register('tester', self())).toBe(true)
    }),
  )
})
