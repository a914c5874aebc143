import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import {
  currentPid,
  isAlive,
  ownCallback,
  type Pid,
  receive,
  spawn,
  spawnMonitor,
} from '../../src/kernel/index.js'
import { codeOf, downOf, inWorld } from './world.js'

describe('ownCallback', () => {
  it(
    'runs as the process that made it, with the this, the arguments and the result of the callback',
    inWorld(async ({ kernel }) => {
      const emitter = new EventEmitter()
      const seen: unknown[] = []
      let handed: ((this: string, one: number) => unknown) | undefined
      const pid = spawn(async () => {
        handed = ownCallback(function (this: string, one: number) {
          seen.push(this, one, currentPid())
          return 'result'
        })
        emitter.on(
          'event',
          ownCallback(() => seen.push(currentPid())),
        )
        await receive()
      })
      await kernel.settled()
      expect(handed?.call('this', 1)).toBe('result')
      emitter.emit('event')
      expect(seen).toEqual(['this', 1, pid, pid])
    }),
  )

  it(
    'makes a throw the end of its process, and of nobody else',
    inWorld(async ({ kernel }) => {
      const emitter = new EventEmitter()
      const error = new Error('lost')
      const { ref, pid } = spawnMonitor(async () => {
        emitter.on(
          'event',
          ownCallback(() => {
            throw error
          }),
        )
        await receive()
      })
      await kernel.settled()
      let after = false
      const emitting: Pid = spawn(async () => {
        emitter.emit('event')
        after = true
        await receive()
      })
      expect((await receive(downOf(ref))).reason).toBe(error)
      expect([after, isAlive(pid), isAlive(emitting)]).toEqual([true, false, true])
    }),
  )

  it(
    'is not called for a dead process',
    inWorld(async () => {
      let calls = 0
      let handed = (): unknown => undefined
      const { ref } = spawnMonitor(() => {
        handed = ownCallback(() => ++calls)
      })
      await receive(downOf(ref))
      expect([handed(), calls]).toEqual([undefined, 0])
    }),
  )

  it(
    'refuses what is no function: NOT_A_FUNCTION',
    inWorld(async () => {
      expect(await codeOf(() => ownCallback(undefined as never))).toBe('NOT_A_FUNCTION')
    }),
  )
})
