import { describe, expect, it } from 'vitest'
import { start, startLink, startMonitor, startServer, stop } from '../../src/genserver/index.js'
import {
  exit,
  type InitOutcome,
  isAlive,
  isDown,
  isExit,
  type Pid,
  receive,
  self,
  send,
  sleep,
  spawnLink,
  trapExit,
} from '../../src/kernel/index.js'
import type { TestKernel } from '../../src/testing/index.js'
import { failure, next, world } from '../genserver/world.js'

/** Cases named after OTP's proc_lib_SUITE: a start that waits for the child's word, here the end of its init. */
const slowly = (ms: number) => ({
  init: async (tester: Pid) => {
    send(tester, 'begun')
    await sleep(ms)
    send(tester, 'done')
    return { state: 0 }
  },
})

/** Starts a server whose init takes 100 ms, and tells the moments: begun, done, started. */
async function startSync(kernel: TestKernel, begin: () => Promise<unknown>): Promise<unknown> {
  let started = false
  const starting = begin().finally(() => (started = true))
  await receive('begun')
  await kernel.clock.advance(99)
  expect(started).toBe(false)
  await kernel.clock.advance(1)
  const result = await starting
  expect(await next()).toBe('done')
  return result
}

describe('proc_lib_SUITE', () => {
  it.each(['normal', 'shutdown', { shutdown: 'x' }])('crash: %o makes no report', (reason) =>
    world(async (kernel) => {
      const pid = await start({ init: () => ({ state: 0 }), handleInfo: () => exit(reason) })
      send(pid, 'x')
      await kernel.settled()
      expect(kernel.reports).toEqual([])
    }))

  it('crash: others make a report with ancestors, links, label and name', () =>
    world(async (kernel) => {
      trapExit(true)
      const crash = new Error('crash')
      const pid = await startLink(
        {
          init: () => ({ state: 0 }),
          handleInfo: () => {
            throw crash
          },
        },
        undefined,
        { name: 'crasher', label: 'a label' },
      )
      send(pid, 'x')
      await receive(isExit)
      expect(kernel.reportsOf('crash')).toMatchObject([
        {
          level: 'error',
          pid,
          name: 'crasher',
          label: 'a label',
          reason: crash,
          ancestors: [self()],
          links: [self()],
        },
      ])
    }))

  it('stacktrace: reasons as the linked process sees them', () =>
    world(async () => {
      trapExit(true)
      const error = new Error('raised')
      const ends: [() => unknown, unknown][] = [
        [thrower(error), error],
        [() => exit('bye'), 'bye'],
        [thrower('thrown'), 'thrown'],
        [thrower('normal'), { nocatch: 'normal' }],
      ]
      for (const [end, reason] of ends) {
        const pid = spawnLink(end as () => void)
        expect(await receive(isExit)).toMatchObject({ from: pid, reason })
      }
      expect(error.stack).toContain('proc-lib.test')
    }))

  it('sync_start_nolink: returns only when the child says so', () =>
    world(async (kernel) => {
      expect(await startSync(kernel, () => start(slowly(100), self()))).toBeDefined()
    }))

  it('sync_start_link: the same, linked', () =>
    world(async (kernel) => {
      trapExit(true)
      const pid = await startSync(kernel, () => startLink(slowly(100), self()))
      await stop(pid as Pid)
      expect(await receive(isExit)).toMatchObject({ from: pid, reason: 'normal' })
      expect(await next()).toBe('nothing')
    }))

  it('sync_start_monitor: the same; a DOWN follows', () =>
    world(async (kernel) => {
      const { pid, ref } = (await startSync(kernel, () => startMonitor(slowly(100), self()))) as {
        pid: Pid
        ref: unknown
      }
      await stop(pid)
      expect(await receive(isDown)).toMatchObject({ ref, reason: 'normal' })
      expect(await next()).toBe('nothing')
    }))

  it('sync_start_monitor_link: both follow, EXIT first', () =>
    world(async (kernel) => {
      trapExit(true)
      const begin = () => startServer(slowly(100), self(), { link: true, monitor: true })
      const { pid, ref } = (await startSync(kernel, begin)) as { pid: Pid; ref: unknown }
      await stop(pid, 'shutdown')
      expect(await next()).toMatchObject({ tag: 'EXIT', from: pid, reason: 'shutdown' })
      expect(await next()).toMatchObject({ tag: 'DOWN', ref, reason: 'shutdown' })
      expect(await next()).toBe('nothing')
    }))

  it.each([
    ['sync_start_timeout', { link: false }],
    ['sync_start_link_timeout', { link: true }],
  ])('%s: kills the child and leaves no message', (_, options) =>
    world(async (kernel) => {
      trapExit(true)
      let child: Pid | undefined
      const init = async () => {
        child = self()
        await sleep(10_000)
        return { state: 0 }
      }
      const late = failure(startServer({ init }, undefined, { ...options, timeout: 100 }))
      await kernel.clock.advance(100)
      expect(await late).toMatchObject({ code: 'START_TIMEOUT' })
      expect(isAlive(child as Pid)).toBe(false)
      expect(await next()).toBe('nothing')
    }))

  it('sync_start_monitor_link_timeout: a start that fails gives no monitor, so no DOWN either', () =>
    world(async (kernel) => {
      trapExit(true)
      const options = { link: true, monitor: true, timeout: 100 }
      const late = failure(startServer(slowly(10_000), self(), options))
      await kernel.clock.advance(100)
      expect(await late).toMatchObject({ code: 'START_TIMEOUT' })
      expect(await next()).toBe('begun')
      expect(await next()).toBe('nothing')
    }))

  it('init_dont_hang: a child that dies before its word is an error, for all variants', () =>
    world(async (kernel) => {
      trapExit(true)
      for (const options of [{}, { link: true }, { monitor: true }, { link: true, timeout: 1_000 }]) {
        const behaviour = { start: (): InitOutcome => exit('bad_init'), handle: () => {} }
        expect(await failure(kernel.startBehaviour(behaviour, options))).toMatchObject({
          code: 'START_FAILED',
          details: { reason: 'bad_init' },
        })
        expect(
          await failure(startServer({ init: () => exit('bad_init') }, undefined, options)),
        ).toMatchObject({
          code: 'START_FAILED',
          details: { reason: 'bad_init' },
        })
        expect(await next()).toBe('nothing')
      }
    }))

  it('stop: ok, noproc, another reason, a time-out, and a time-out of 0', () =>
    world(async (kernel) => {
      const obedient = { init: () => ({ state: 0 }) }
      await stop(await start(obedient))
      expect(await failure(stop('nobody'))).toMatchObject({ code: 'CALL_NOPROC' })
      const crashing = await start({ ...obedient, terminate: () => exit('other') })
      expect(await failure(stop(crashing))).toMatchObject({ details: { reason: 'other' } })
      const slow = await start({ ...obedient, terminate: () => sleep(1_000) })
      const late = failure(stop(slow, 'normal', 500))
      await kernel.clock.advance(500)
      expect(await late).toMatchObject({ code: 'CALL_TIMEOUT' })
      const other = await start({ ...obedient, terminate: () => sleep(1_000) })
      const impatient = failure(stop(other, 'normal', 0))
      await kernel.clock.advance(0)
      expect(await impatient).toMatchObject({ code: 'CALL_TIMEOUT' })
      expect(await next()).toBe('nothing')
    }))
})

function thrower(value: unknown): () => never {
  return () => {
    throw value
  }
}
