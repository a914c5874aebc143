/** A supervisor whose code is changed: OTP's `supervisor:code_change/3`, seen in a real one (OTP 25). */
import { describe, expect, it } from 'vitest'
import { resume, startLink, stop, suspend, sys } from '../../src/genserver/index.js'
import { exit, monitor, type Pid, receive, trapExit } from '../../src/kernel/index.js'
import {
  type ChildSpec,
  codeChangeReason,
  deleteChild,
  getChildSpec,
  restartChild,
  startChild,
  startDynamicSupervisor,
  startSupervisor,
  terminateChild,
  whichChildren,
} from '../../src/supervisor/index.js'
import { failure, world } from '../genserver/world.js'

const worker = (id: string, more: Partial<ChildSpec> = {}): ChildSpec => ({
  id,
  start: () => startLink({ init: () => ({ state: id }) }),
  ...more,
})

async function changed(supervisor: Pid, to: unknown, extra?: unknown): Promise<void> {
  await suspend(supervisor)
  await sys.changeCode(supervisor, to, { extra }).finally(() => resume(supervisor))
}

/** As they were started. */
async function children(supervisor: Pid): Promise<[string | undefined, unknown][]> {
  return [...(await whichChildren(supervisor))].reverse().map(({ id, pid }) => [id, pid])
}

describe('a supervisor that is given other options', () => {
  it('keeps the processes of children that are still there, has the new ones not started, and those that are gone last', () =>
    world(async () => {
      const top = await startSupervisor({ children: [worker('a'), worker('b'), worker('c')] })
      const [[, a], [, b], [, c]] = (await children(top)) as [[string, Pid], [string, Pid], [string, Pid]]
      await changed(top, { children: [worker('d'), worker('c'), worker('a', { shutdown: 7 })] })
      expect(await children(top)).toEqual([
        ['d', undefined],
        ['c', c],
        ['a', a],
        ['b', b],
      ])
      expect((await getChildSpec(top, 'a')).shutdown).toBe(7)
      await restartChild(top, 'd')
      await terminateChild(top, 'b')
      await deleteChild(top, 'b')
      expect((await children(top)).map(([id, pid]) => [id, pid === undefined])).toEqual([
        ['d', false],
        ['c', false],
        ['a', false],
      ])
    }))

  it('starts a child anew by its new spec', () =>
    world(async () => {
      const top = await startSupervisor({ children: [worker('a')] })
      const started: string[] = []
      const other = {
        ...worker('a'),
        start() {
          started.push('new')
          return worker('a').start()
        },
      }
      await changed(top, () => ({ children: [other] }))
      const [[, pid]] = (await children(top)) as [[string, Pid]]
      const ref = monitor(pid)
      exit(pid, 'kill')
      await receive({ ref })
      expect((await children(top))[0]?.[1]).not.toBe(pid)
      expect(started).toEqual(['new'])
    }))

  it.each([
    ['options that are wrong', { intensity: -1 }, 'INVALID_SUPERVISOR_OPTION'],
    ['specs that are wrong', { children: [{ id: 'x' }] }, 'INVALID_CHILD_SPEC'],
    ['what is no option at all', 7, 'INVALID_SUPERVISOR_OPTION'],
  ])('stays as it is where it is given %s', (_, to, code) =>
    world(async () => {
      const top = await startSupervisor({ children: [worker('a')] })
      expect(await failure(changed(top, to))).toMatchObject({ code: 'CODE_CHANGE_FAILED', cause: { code } })
      expect((await children(top)).map(([id]) => id)).toEqual(['a'])
    }))

  it('stays as it is where what computes them says to ignore it', () =>
    world(async () => {
      const top = await startSupervisor({ children: [worker('a')] })
      await changed(top, () => 'ignore')
      expect((await children(top)).map(([id]) => id)).toEqual(['a'])
    }))

  it('gives another spec to children that its options do not list, if there is one', () =>
    world(async () => {
      const top = await startDynamicSupervisor({})
      const pid = (await startChild(top, worker('one'))) as Pid
      await changed(top, { maxChildren: 1 }, (spec: ChildSpec) => ({ ...spec, restart: 'transient' }))
      expect((await getChildSpec(top, pid)).restart).toBe('transient')
      expect(await failure(startChild(top, worker('two')))).toMatchObject({ code: 'MAX_CHILDREN' })
    }))
})

describe('a worker that is started again because of its code', () => {
  it('counts for no intensity, and waits for no backoff', () =>
    world(async () => {
      trapExit(true)
      const backoff = { initial: 1_000 }
      const top = await startSupervisor({
        intensity: 0,
        children: [worker('a', { backoff, restart: 'transient' })],
      })
      for (let times = 0; times < 3; times++) {
        const [[, pid]] = (await children(top)) as [[string, Pid]]
        await stop(pid, codeChangeReason('why'))
        expect((await children(top))[0]?.[1]).not.toBe(pid)
      }
      const [[, pid]] = (await children(top)) as [[string, Pid]]
      await stop(pid, { codeChange: 'says anybody' })
      expect(await receive({ from: top })).toMatchObject({ reason: 'shutdown' })
    }))
})
