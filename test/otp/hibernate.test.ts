import { describe, expect, it } from 'vitest'
import { get, hibernate, processInfo, put, receive, self, send, spawn } from '../../src/kernel/index.js'
import { drain, inWorld } from '../kernel/world.js'

describe('hibernate_SUITE', () => {
  it(
    'basic: a hibernated process wakes on a message; mailbox and dictionary are kept',
    inWorld(async ({ kernel }) => {
      const main = self()
      const sleeper = spawn(async () => {
        put('kept', 'yes')
        await hibernate()
        send(main, [get('kept'), await receive()])
      })
      await kernel.settled()
      expect(processInfo(sleeper, 'status')).toBe('waiting')
      send(sleeper, 'wake')
      expect(await receive()).toEqual(['yes', 'wake'])
    }),
  )

  it(
    'dynamic_call: the same however hibernate is called',
    inWorld(async ({ kernel }) => {
      const main = self()
      const call = async (fn: () => Promise<void>): Promise<void> => fn.call(undefined)
      const sleeper = spawn(async () => {
        await call(hibernate)
        send(main, await receive())
      })
      await kernel.settled()
      send(sleeper, 'wake')
      expect(await receive()).toBe('wake')
    }),
  )

  it(
    'messages_in_queue: hibernating with a message in the mailbox wakes at once, and the message stays',
    inWorld(async ({ kernel }) => {
      send(self(), 'first')
      send(self(), 'second')
      await hibernate()
      await hibernate()
      expect(processInfo(self(), 'messages')).toEqual(['first', 'second'])
      expect(await drain()).toEqual(['first', 'second'])
      expect(kernel.timers.size).toBe(0)
    }),
  )
})
