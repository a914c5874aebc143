import { describe, expect, expectTypeOf, it } from 'vitest'
import type { Task, TaskOutcome, TaskStream, ZippedOutcome } from '../../src/genserver/index.js'
import { isAlive, type Pid, receive, self, sleep } from '../../src/kernel/index.js'
import {
  partition,
  partitionSupervisorSpec,
  startChild,
  startDynamicSupervisor,
  startSupervisor,
  TaskSupervisor,
  whichChildren,
} from '../../src/supervisor/index.js'
import { codeOf, inWorld } from '../kernel/world.js'

describe('a task supervisor', () => {
  it('knows the types of results', () => {
    const tasks = TaskSupervisor.ref('tasks')
    expectTypeOf(tasks.async<number>).returns.toEqualTypeOf<Promise<Task<number>>>()
    expectTypeOf(tasks.asyncNolink<Promise<string>>).returns.toEqualTypeOf<Promise<Task<string>>>()
    const half = async (it: number): Promise<string> => String(it / 2)
    const stream = tasks.asyncStream([1], half)
    expectTypeOf(stream).toEqualTypeOf<TaskStream<TaskOutcome<string>>>()
    const zipped = tasks.asyncStreamNolink([1], half, { zipInputOnExit: true })
    expectTypeOf(zipped).toEqualTypeOf<TaskStream<ZippedOutcome<number, string>>>()
    // @ts-expect-error The source has no strings.
    tasks.asyncStream([1], (it: string) => it)
  })

  it(
    'can be one of the partitions of a partition supervisor',
    inWorld(async () => {
      const child = TaskSupervisor.childSpec()
      await startSupervisor({ children: [partitionSupervisorSpec('tasks', { child, partitions: 2 })] })
      const mine = TaskSupervisor.ref(partition('tasks', 0))
      const other = TaskSupervisor.ref(partition('tasks', 1))
      const task = await mine.async(() => receive('go'))
      expect([await mine.children(), await other.children()]).toEqual([[task.pid], []])
      expect(await (await TaskSupervisor.ref(partition('tasks', self())).async(() => 1)).await()).toBe(1)
      expect(String(mine)).toBe('TaskSupervisor(partition(tasks, 0))')
    }),
  )

  it(
    'may be any dynamic supervisor, and leaves its other children alone',
    inWorld(async () => {
      const top = await startDynamicSupervisor({ extraArguments: ['unused'] })
      const tasks = TaskSupervisor.ref(top)
      const pid = await tasks.startChild((...args: unknown[]) =>
        args.length === 0 ? sleep(1_000) : undefined,
      )
      expect(isAlive(pid)).toBe(true)
      const other = await startChild(tasks, TaskSupervisor.childSpec())
      expect((await whichChildren(top)).map(({ type }) => type)).toEqual(['worker', 'supervisor'])
      expect(await tasks.children()).toEqual([pid, other])
    }),
  )

  it(
    'is nobody while nothing of its name runs, and refuses what is no address',
    inWorld(async () => {
      expect(await codeOf(() => TaskSupervisor.ref('nobody').async(() => 1))).toBe('CALL_NOPROC')
      expect(await codeOf(() => TaskSupervisor.ref(undefined as unknown as Pid))).toBe('SERVER_REF_INVALID')
      await TaskSupervisor.startLink({ name: 'taken' })
      expect(await codeOf(() => TaskSupervisor.startLink({ name: 'taken' }))).toBe('ALREADY_STARTED')
      expect(await codeOf(() => TaskSupervisor.startLink({ maxChildren: -1 }))).toBe(
        'INVALID_SUPERVISOR_OPTION',
      )
    }),
  )

  it(
    'passes its limits on to the supervisor as a child',
    inWorld(async () => {
      await startSupervisor({ children: [TaskSupervisor.childSpec({ name: 'tasks', maxChildren: 1 })] })
      const tasks = TaskSupervisor.ref('tasks')
      await tasks.startChild(() => receive('go'))
      expect(await codeOf(() => tasks.startChild(() => 1))).toBe('MAX_CHILDREN')
    }),
  )
})
