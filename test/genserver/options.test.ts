import { describe, expect, it } from 'vitest'
import {
  call,
  defineServer,
  multiCall,
  noReply,
  receiveResponse,
  ref,
  sendRequest,
  start,
} from '../../src/genserver/index.js'
import { Task } from '../../src/genserver/task/index.js'
import { demonitor, monitor, receive, self, sendAfter, sleep, startTimer } from '../../src/kernel/index.js'
import { DuplicateRegistry, UniqueRegistry } from '../../src/registry/index.js'
import { TaskSupervisor } from '../../src/supervisor/index.js'
import { exitReason, failure, world } from './world.js'

const echo = { init: () => ({ state: 0 }), handleCall: (reply: unknown) => ({ reply, state: 0 }) }

describe('an option that there is not', () => {
  const wrong = { timout: 1 } as never
  it.each<[string, () => unknown]>([
    ['call', () => call(self(), 'x', wrong)],
    ['multiCall', () => multiCall([self()], 'x', wrong)],
    ['receive', () => receive('x', wrong)],
    ['sleep', () => sleep(1, wrong)],
    ['sendAfter', () => sendAfter(1, self(), 'x', wrong)],
    ['startTimer', () => startTimer(1, self(), 'x', wrong)],
    ['monitor', () => monitor(self(), wrong)],
    ['demonitor', () => demonitor(monitor(self()), wrong)],
    ['receiveResponse', () => receiveResponse(sendRequest(self(), 'x'), wrong)],
    ['await', () => Task.async(() => 1).await(wrong)],
    ['yield', () => Task.async(() => 1).yield(wrong)],
    ['yieldMany', () => Task.yieldMany([Task.async(() => 1)], wrong)],
    ['asyncStream', () => Task.asyncStream([1], (it) => it, wrong)],
    ['a unique registry', () => new UniqueRegistry('r', wrong)],
    ['a duplicate registry', () => new DuplicateRegistry('r', wrong)],
    ['a supervised task', async () => (await TaskSupervisor.startLink()).async(() => 1, wrong)],
    [
      'a supervised stream',
      async () => (await TaskSupervisor.startLink()).asyncStream([1], (it) => it, wrong),
    ],
    ['a supervised child', async () => (await TaskSupervisor.startLink()).startChild(() => 1, wrong)],
  ])('is refused, and the one that may be meant is named: %s', (_, use) =>
    world(async () => {
      const error = await failure(use)
      expect(error).toMatchObject({ code: 'BAD_OPTION', details: { option: 'timout' } })
    }))

  it('names what there is', () =>
    world(async () => {
      const { message } = await failure(call(await start(echo), 'x', wrong))
      expect(message).toContain('timeout, waitForRestart, signal, deadline (did you mean "timeout"?)')
    }))
})

describe('a concurrent call that returns a directive', () => {
  it('ends the server with an error that names the method', () =>
    world(async () => {
      class Beside {
        work(): unknown {
          return noReply
        }
      }
      defineServer(Beside, { name: 'beside', calls: ['work'], concurrent: ['work'] })
      const pid = (await start(Beside)).pid
      const ended = exitReason(pid as never)
      await failure(ref(Beside).call.work())
      expect(JSON.stringify(await ended)).toBeDefined()
      expect(String(((await ended) as Error).message ?? (await ended))).toContain('the concurrent call work')
    }))
})
