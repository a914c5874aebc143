/** Whom a test means by the key of a registry, a partition, or a class of which there are several. */
import {
  Call,
  child,
  DynamicSupervisor,
  exit,
  GenServer,
  Info,
  type Pid,
  partition,
  ref,
  type ServerRef,
  Supervisor,
  send,
  startChild,
  startPartitionSupervisor,
  UniqueRegistry,
  via,
  whereisServer,
} from 'heartwood'
import {
  allowCrashes,
  clock,
  expectCrash,
  expectDown,
  expectExit,
  faults,
  matchers,
  restartOf,
  startSupervised,
  testKernel,
  traceOf,
} from 'heartwood/testing'
import { useTestKernel } from 'heartwood/testing/vitest'
import { beforeEach, describe, expect, it } from 'vitest'

const sessions = new UniqueRegistry<string>('sessions')

@GenServer({ name: ({ user }: { user: string }) => via(sessions, user) })
class Session {
  init(_: { user: string }) {}

  @Call()
  hello() {
    return 'hi'
  }

  @Call()
  boom(): void {
    throw new Error('boom')
  }

  @Info('tick')
  onTick() {}
}

@GenServer()
class Worker {
  init(_: number) {}

  @Call()
  hello() {
    return 'hi'
  }
}

@DynamicSupervisor({ name: 'many', intensity: 100 })
class Many {}

@Supervisor({ strategy: 'rest_for_one', children: [sessions.childSpec(), Many] })
class Root {}

useTestKernel()

const pidOf = (address: ServerRef): Pid => whereisServer(address) as Pid

beforeEach(async () => {
  await startSupervised(Root)
})

describe('the key of a registry', () => {
  const ann = () => ref(Session, via(sessions, 'ann'))
  const bob = () => ref(Session, via(sessions, 'bob'))

  beforeEach(async () => {
    for (const user of ['ann', 'bob']) await startChild('many', child(Session, { user }))
  })

  it('means whoever has it: for faults', async () => {
    faults().crash(ann())
    expect(ann()).not.toBeAlive()
    await restartOf(ann())
    faults().crash(via(sessions, 'ann'))
    await restartOf(ann())
    expect(await ann().call.hello()).toBe('hi')
    const fault = faults().crashInHandler(ann(), { handler: 'hello' })
    expect(await bob().call.hello()).toBe('hi')
    await expect(ann().call.hello()).rejects.toThrow()
    expect(fault.struck).toBe(1)
    const restart = faults().crashInRestart(ann())
    faults().crash(ann())
    await clock().advance(100)
    expect([restart.struck, await ann().call.hello()]).toEqual([1, 'hi'])
  })

  it('means whoever has it: for messages', async () => {
    const lost = faults().drop({ to: ann(), message: 'tick' })
    send(via(sessions, 'bob'), 'tick')
    send(ann(), 'tick')
    await clock().advance(1)
    expect(lost.struck).toBe(1)
    expect(() => send(via(sessions, 'nobody'), 'tick')).toThrow('nobody')
  })

  it('is known after a death that no test was told of', async () => {
    exit(pidOf(ann()), 'kill')
    await restartOf(ann())
    expect(ann()).toHaveRestarted(1)
    expect(bob()).not.toHaveRestarted()
  })

  it('can be expected to end, before and after', async () => {
    const end = expectExit(ann())
    const down = expectDown(bob())
    faults().crash(ann())
    faults().crash(bob())
    await Promise.all([end, down])
    await restartOf(ann())
  })

  it('can be expected to crash', async () => {
    const crash = expectCrash({ of: ann(), reason: /boom/ })
    await ann()
      .call.boom()
      .catch(() => {})
    await crash
    allowCrashes({ of: bob() })
    await bob()
      .call.boom()
      .catch(() => {})
    expect(ann()).toHaveCrashed()
  })

  it('is told by matchers', async () => {
    const first = pidOf(ann())
    expect(ann()).not.toHaveExited()
    expect(ann()).not.toHaveRestarted()
    expect(ann()).not.toHaveCrashed()
    allowCrashes()
    await ann()
      .call.boom()
      .catch(() => {})
    await clock().advance(10)
    expect(pidOf(ann())).not.toBe(first)
    expect(ann()).toBeAlive()
    expect(ann()).toHaveExited(/boom/)
    expect(ann()).toHaveRestarted(1)
    expect(ann()).toHaveCrashed(/boom/)
    for (const matcher of ['toHaveExited', 'toHaveRestarted', 'toHaveCrashed'] as const)
      expect(bob()).not[matcher]()
    expect(String(traceOf(ann()))).toMatch(/boom/)
  })
})

describe('several children of one class', () => {
  it('are told apart', async () => {
    const [one, two] = [
      await startChild('many', child(Worker, 1)),
      await startChild('many', child(Worker, 2)),
    ] as [Pid, Pid]
    const [first, second] = [ref(Worker, one), ref(Worker, two)]
    faults().crash(second)
    const again = await restartOf(second)
    expect([first, second].map((each) => matchers.toHaveRestarted(each).pass)).toEqual([false, true])
    expect(first).not.toHaveExited()
    faults().crash(first)
    await restartOf(first)
    faults().crash(again)
    await clock().advance(1)
    expect(first).toHaveRestarted(1)
    expect(second).toHaveRestarted(2)
  })

  it('are meant one at a time by the class: the one that the test had to do with last', async () => {
    const pids = [1, 2, 3].map((number) => startChild('many', child(Worker, number)))
    const two = ref(Worker, (await pids[1]) as Pid)
    await Promise.all(pids)
    faults().crash(two)
    const again = await restartOf(Worker)
    expect(testKernel().incarnations.ofPlace(again)).toHaveLength(2)
    expect(Worker).toHaveRestarted(1)
  })

  it('that begins again is no other that lives', async () => {
    const [one, two] = [
      await startChild('many', child(Worker, 1)),
      await startChild('many', child(Worker, 2)),
    ] as [Pid, Pid]
    const fault = faults().crashInRestart(ref(Worker, one), { allowUnstruck: true })
    faults().crash(ref(Worker, two))
    await clock().advance(10)
    expect(fault.struck).toBe(0)
  })
})

describe('a partition', () => {
  const at = (key: number) => ref(Worker, partition('workers', key))

  it('is whichever process it is, and was', async () => {
    await startSupervised({
      id: 'workers',
      type: 'supervisor',
      start: () => startPartitionSupervisor({ child: child(Worker, 1), partitions: 3 }, { name: 'workers' }),
    })
    exit(pidOf(at(1)), 'kill')
    await restartOf(at(1))
    faults().crash(at(4))
    await restartOf(at(1))
    expect(await at(1).call.hello()).toBe('hi')
    expect([0, 1, 2].map((key) => matchers.toHaveRestarted(at(key)).pass)).toEqual([false, true, false])
    expect(at(1)).toHaveRestarted(2)
    expect(at(2)).not.toHaveExited()
  })
})
