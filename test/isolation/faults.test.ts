import {
  type ChildSpec,
  type DownMessage,
  type HeartwoodError,
  monitor,
  type Pid,
  receive,
  type ServerClass,
  startIsolated,
  startLink,
  trapExit,
  whereis,
} from 'heartwood'
import { clock, expectCrash, expectExit, faults, restartOf, startSupervised } from 'heartwood/testing'
import { useTestKernel } from 'heartwood/testing/vitest'
import { describe, expect, it } from 'vitest'

interface Counter {
  add(by: number): number
  count(): number
}

const url = new URL('./fixtures/workers.js', import.meta.url).href
const { Counter } = (await import(/* @vite-ignore */ url)) as { Counter: ServerClass<Counter> }

/** A counter as it would be in a thread. */
const counter = () =>
  startIsolated(Counter, undefined, { isolate: 'thread', name: undefined, blockedFor: 500, heapLimit: 1_000 })

/** Starts one, has a fault strike it, and gives what monitors hear. */
async function endBy(strike: (pid: Pid) => void): Promise<unknown> {
  const pid = (await counter()).pid as Pid
  trapExit(true)
  const ref = monitor(pid)
  strike(pid)
  return ((await receive({ ref })) as unknown as DownMessage).reason
}

describe('faults of isolated servers, in the kernel of a test', () => {
  useTestKernel()
  it('block: what is sent comes when that is over', async () => {
    const it = await counter()
    faults().block(it.pid as Pid, 300)
    let added: number | undefined
    void it.call.add(2).then((sum) => {
      added = sum
    })
    await clock().advance(299)
    expect(added).toBeUndefined()
    await clock().advance(1)
    expect(added).toBe(2)
  })

  it('block: for as long as blockedFor it is the end', async () => {
    const it = await counter()
    trapExit(true)
    faults().block(it.pid as Pid, 600)
    const late = it.call.add(2).catch((error: HeartwoodError) => error)
    await clock().advance(500)
    expect(await late).toMatchObject({ code: 'CALL_SERVER_EXITED', details: { reason: { blocked: 500 } } })
  })

  it('exhaustHeap and severCarrier end it with their reasons', async () => {
    expect(await endBy((pid) => faults().exhaustHeap(pid))).toEqual({ heapLimit: 1_000 })
    expect(await endBy((pid) => faults().severCarrier(pid))).toBe('noconnection')
  })

  it('are refused for one that does not run isolated', async () => {
    const here = await startLink(Counter)
    expect(() => faults().block(here.pid as Pid, 1)).toThrow(
      expect.objectContaining({ code: 'TEST_OPTION_INVALID', message: expect.stringContaining('isolated') }),
    )
  })
})

describe('faults of isolated servers, with threads', () => {
  useTestKernel({ isolation: 'real' })
  const thread = (more = {}) =>
    startIsolated(Counter, undefined, { isolate: 'thread', name: undefined, ...more })

  /** Has a fault strike it, and gives what monitors hear. */
  async function ended(it: { readonly target: unknown }, strike: (pid: Pid) => void): Promise<unknown> {
    trapExit(true)
    const ref = monitor(it.target as Pid)
    strike(it.target as Pid)
    return ((await receive({ ref })) as unknown as DownMessage).reason
  }

  it('crash, kill, block and severCarrier strike them', async () => {
    const reasons = [
      await ended(await thread(), (pid) => faults().crash(pid, new RangeError('ordered'))),
      await ended(await thread(), (pid) => faults().kill(pid)),
      await ended(await thread({ blockedFor: 2_000 }), (pid) => faults().block(pid, 60_000)),
      await ended(await thread(), (pid) => faults().severCarrier(pid)),
    ]
    expect(reasons).toEqual([new RangeError('ordered'), 'killed', { blocked: 2_000 }, 'noconnection'])
  })

  it('a crash of one is expected, by its name', async () => {
    const child: ChildSpec = { id: 'counter', start: () => thread({ name: 'counter' }), restart: 'temporary' }
    const server = await startSupervised(child)
    const crash = expectCrash({ of: 'counter', reason: /ordered by the test/ })
    faults().crash('counter', new RangeError('ordered by the test'))
    expect((await crash).pid).toBe(server.target)
  })

  it('a restart of one is waited for, in the time of the machine, and its end is known', async () => {
    const child: ChildSpec = { id: 'counter', start: () => thread({ name: 'counter' }) }
    const server = await startSupervised(child)
    const first = server.target
    const over = expectExit(first, /ordered/)
    faults().crash('counter', new RangeError('ordered'))
    expect(await restartOf(server)).toBe(server.target)
    expect(await over).toMatchObject({ message: 'ordered' })
    expect(server.target).not.toBe(first)
    faults().kill(server)
    expect(await restartOf('counter')).toBe(whereis('counter'))
  })

  it('what is done inside of a process is refused, and says where it works', async () => {
    const it = await thread()
    for (const strike of [
      () => faults().crashInHandler(it),
      () => faults().crashInInit(Counter),
      () => faults().drop({ to: it }),
    ]) {
      expect(strike).toThrow(
        expect.objectContaining({ code: 'TEST_FAULT_ELSEWHERE', message: expect.stringContaining('local') }),
      )
    }
  })
})
