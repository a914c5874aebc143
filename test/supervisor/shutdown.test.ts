import { describe, expect, it } from 'vitest'
import {
  exit,
  isAlive,
  isDown,
  isExit,
  monitor,
  type Pid,
  parentPid,
  processInfo,
  receive,
  self,
  spawnLink,
  trapExit,
  unlink,
} from '../../src/kernel/index.js'
import {
  type CheckedSpec,
  type Restart,
  type Shutdown,
  toChildSpec,
} from '../../src/supervisor/child-spec.js'
import {
  isExpectedDynamicEnd,
  isExpectedEnd,
  stopProcess,
  stopProcesses,
} from '../../src/supervisor/engine/child-shutdown.js'
import { drain, expectNoMessage, idle, inWorld } from '../kernel/world.js'

/** A linked process that traps exits and, told to stop, exits for `reason`, or does nothing. */
function stubborn(reason?: unknown): Pid {
  return spawnLink(async () => {
    trapExit(true)
    for (;;) {
      await receive(isExit)
      if (reason !== undefined) exit(reason)
    }
  })
}

function spec(shutdown: Shutdown, restart: Restart = 'permanent'): CheckedSpec {
  return toChildSpec({ id: 'a', start: () => 'ignore', shutdown, restart })
}

describe('stopProcess', () => {
  it(
    'gives the reason the child ended with, and leaves no message behind',
    inWorld(async ({ kernel }) => {
      trapExit(true)
      const obedient = stubborn('shutdown')
      const own = stubborn('enough')
      const plain = spawnLink(idle)
      await kernel.settled()
      expect(await stopProcess(obedient, 5_000)).toBe('shutdown')
      expect(await stopProcess(own, Number.POSITIVE_INFINITY)).toBe('enough')
      expect(await stopProcess(plain, 5_000)).toBe('shutdown')
      await expectNoMessage()
      expect(processInfo(self(), 'monitors')).toEqual([])
    }),
  )

  it(
    'kills at once for brutal_kill, and after the time is up',
    inWorld(async ({ kernel, clock }) => {
      trapExit(true)
      const [first, second] = [stubborn(), stubborn()]
      await kernel.settled()
      expect(await stopProcess(first, 'brutal_kill')).toBe('killed')
      const stopping = stopProcess(second, 1_000)
      await clock.advance(999)
      expect(isAlive(second)).toBe(true)
      await clock.advance(1)
      expect(await stopping).toBe('killed')
      await expectNoMessage()
    }),
  )

  it(
    'with 0 gives no time at all to a child that would need some',
    inWorld(async ({ kernel }) => {
      trapExit(true)
      const child = stubborn('shutdown')
      const plain = spawnLink(idle)
      await kernel.settled()
      expect(await stopProcess(child, 0)).toBe('killed')
      expect(await stopProcess(plain, 0)).toBe('shutdown')
    }),
  )

  it(
    'gives the real reason of a child that was dead already, and consumes its EXIT',
    inWorld(async ({ kernel }) => {
      trapExit(true)
      const child = spawnLink(() => exit('boom'))
      await kernel.settled()
      expect(await stopProcess(child, 5_000)).toBe('boom')
      await expectNoMessage()
    }),
  )

  it(
    'is not hung by a child that unlinked itself',
    inWorld(async ({ kernel }) => {
      trapExit(true)
      const child = spawnLink(async () => {
        unlink(parentPid() as Pid)
        await idle()
      })
      await kernel.settled()
      expect(await stopProcess(child, Number.POSITIVE_INFINITY)).toBe('shutdown')
      expect(await stopProcess(child, Number.POSITIVE_INFINITY)).toBe('noproc')
    }),
  )
})

describe('stopProcesses', () => {
  it(
    'stops all at once and tells of each as it ends',
    inWorld(async ({ kernel, clock }) => {
      trapExit(true)
      const dead = spawnLink(() => exit('boom'))
      const children = new Map<Pid, CheckedSpec>([
        [stubborn(), spec(2_000)],
        [stubborn('shutdown'), spec(Number.POSITIVE_INFINITY)],
        [stubborn(), spec(1_000)],
        [stubborn(), spec('brutal_kill')],
        [dead, spec(5_000)],
        [stubborn(), spec(1_000)],
      ])
      await kernel.settled()
      const names = new Map([...children.keys()].map((pid, at) => [pid, at]))
      const ends: [number | undefined, unknown][] = []
      const stopping = stopProcesses(children, (pid, reason) => ends.push([names.get(pid), reason]))
      await clock.advance(999)
      expect(ends.toSorted(([a = 0], [b = 0]) => a - b)).toEqual([
        [1, 'shutdown'],
        [3, 'killed'],
        [4, 'boom'],
      ])
      ends.length = 0
      await clock.advance(1)
      expect(ends).toEqual([
        [2, 'killed'],
        [5, 'killed'],
      ])
      ends.length = 0
      await clock.advance(1_000)
      expect(ends).toEqual([[0, 'killed']])
      await stopping
      await clock.advance(5_000)
      expect(await drain()).toEqual([])
    }),
  )

  it(
    'is not deceived by an exit signal that a child sent by hand',
    inWorld(async ({ kernel, clock }) => {
      trapExit(true)
      const parent = self()
      const child = spawnLink(async () => {
        trapExit(true)
        await receive(isExit)
        exit(parent, 'gone')
        await idle()
      })
      await kernel.settled()
      const ref = monitor(child)
      const ends: unknown[] = []
      const stopping = stopProcesses(new Map([[child, spec(100)]]), (_, reason) => ends.push(reason))
      await clock.advance(99)
      expect([isAlive(child), ends]).toEqual([true, []])
      await clock.advance(1)
      await stopping
      expect([isAlive(child), ends]).toEqual([false, ['killed']])
      expect(await receive((it) => isDown(it) && it.ref === ref, { timeout: 0 })).toBeUndefined()
    }),
  )
})

describe('an end that is expected of a child told to stop', () => {
  const reasons = ['shutdown', { shutdown: 'x' }, 'normal', 'killed', 'boom']
  const table: [string, Shutdown, Restart, boolean[], boolean[]][] = [
    // static                                    shutdown {…}    normal killed boom       dynamic
    ['permanent', 5_000, 'permanent', [true, false, false, false, false], [true, true, false, false, false]],
    ['transient', 5_000, 'transient', [true, true, true, false, false], [true, true, true, false, false]],
    ['temporary', 5_000, 'temporary', [true, true, true, false, false], [true, true, true, false, false]],
    [
      'killed',
      'brutal_kill',
      'permanent',
      [false, false, false, true, false],
      [false, false, false, true, false],
    ],
    [
      'killed',
      'brutal_kill',
      'transient',
      [true, true, true, true, false],
      [false, false, false, true, false],
    ],
  ]

  it.each(table)('%s, %s, %s', (_, shutdown, restart, expected, dynamic) => {
    expect(reasons.map((reason) => isExpectedEnd(spec(shutdown, restart), reason))).toEqual(expected)
    expect(reasons.map((reason) => isExpectedDynamicEnd(spec(shutdown, restart), reason))).toEqual(dynamic)
  })
})
