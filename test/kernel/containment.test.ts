import { AsyncResource } from 'node:async_hooks'
import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import {
  exit,
  isAlive,
  link,
  monitor,
  receive,
  register,
  self,
  send,
  spawn,
  spawnMonitor,
  trapExit,
} from '../../src/kernel/index.js'
import { codeOf, downOf, expectNoMessage, idle, inWorld, world } from './world.js'

/** Resolves in a later turn of Node's loop. */
const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('kernel.contain', () => {
  it(
    'makes a failure the exit reason of the process whose context it comes from',
    inWorld(async ({ kernel, reports }) => {
      const failures: [string, (fail: () => void) => void][] = [
        ['a callback', (fail) => setImmediate(fail)],
        ['a microtask', (fail) => queueMicrotask(fail)],
        ['a promise nobody awaits', (fail) => void later().then(fail)],
        [
          'an event',
          (fail) => {
            const emitter = new EventEmitter()
            emitter.on('event', fail)
            emitter.emit('event')
          },
        ],
      ]
      for (const [where, begin] of failures) {
        const error = new Error(where)
        const { ref } = spawnMonitor(async () => {
          begin(() => expect(kernel.contain(error)).toBe(true))
          await idle()
        })
        expect((await receive(downOf(ref))).reason).toBe(error)
      }
      const crashes = reports.filter(({ kind }) => kind === 'crash')
      expect(crashes.map(({ reason }) => (reason as Error).message)).toEqual(failures.map(([where]) => where))
    }),
  )

  it('says no for a failure that comes from no process', () => {
    const { kernel, reports } = world()
    expect(kernel.contain(new Error('nobody'))).toBe(false)
    expect(reports).toEqual([])
  })

  it(
    'carries the failure on over links',
    inWorld(async ({ kernel }) => {
      trapExit(true)
      const worker = spawn(async () => {
        setImmediate(() => kernel.contain('stray'))
        await idle()
      })
      link(worker)
      expect(await receive()).toMatchObject({ from: worker, reason: 'stray' })
    }),
  )

  it(
    'of a failure after the death of its process counts as a stray one',
    inWorld(async ({ kernel, reports }) => {
      let fail: () => boolean = () => false
      const { pid, ref } = spawnMonitor(async () => {
        fail = AsyncResource.bind(() => kernel.contain(new Error('too late')))
        await idle()
      })
      await kernel.settled()
      exit(pid, 'kill')
      await receive(downOf(ref))
      expect(fail()).toBe(true)
      await kernel.settled()
      // The code that waited, and the late failure; only the second says something new.
      expect(kernel.strayFailures).toBe(2)
      expect(reports.map(({ level, kind }) => [level, kind])).toEqual([['warn', 'stray']])
    }),
  )

  it(
    'attributes to the process that began the work, not to the one whose message woke it',
    inWorld(async ({ kernel }) => {
      const worker = kernel.spawnBehaviour({
        handle() {
          setImmediate(() => kernel.contain('worker failed'))
        },
      })
      const ref = monitor(worker)
      const sender = spawn(async () => {
        send(worker, 'go')
        await idle()
      })
      expect((await receive(downOf(ref))).reason).toBe('worker failed')
      expect(isAlive(sender)).toBe(true)
    }),
  )
})

describe('code of a dead process', () => {
  it(
    'reaches nobody, and can start and end nothing, by the functions or by the kernel',
    inWorld(async ({ kernel }) => {
      const main = self()
      register('main', main)
      const codes: unknown[] = []
      const victim = spawn(idle)
      const pid = spawn(async () => {
        try {
          await receive()
        } finally {
          send(main, 'late')
          send('main', 'late')
          for (const act of [
            () => exit(victim, 'kill'),
            () => kernel.exit(victim, 'kill'),
            () => kernel.spawn(idle),
            () => kernel.spawnBehaviour({ handle() {} }),
            () => kernel.startBehaviour({ handle() {} }),
            () => kernel.request(victim, 'x'),
          ])
            codes.push(await codeOf(act))
        }
      })
      await kernel.settled()
      const before = kernel.processCount
      exit(pid, 'over')
      await kernel.settled()
      expect(codes).toEqual(Array(6).fill('PROCESS_DEAD'))
      expect(isAlive(victim)).toBe(true)
      expect(kernel.processCount).toBe(before - 1)
      await expectNoMessage()
    }),
  )
})
