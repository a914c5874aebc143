import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import {
  ancestors,
  demonitor,
  exit,
  get,
  isAlive,
  isShutdown,
  Kernel,
  link,
  monitor,
  own,
  type Pid,
  parentPid,
  processes,
  processInfo,
  put,
  Reference,
  reasonOf,
  receive,
  register,
  self,
  send,
  setLabel,
  spawn,
  startTimer,
  trapExit,
} from '../../src/kernel/index.js'
import { codeOf, idle, inWorld, Puppet } from './world.js'

describe('processInfo', () => {
  it(
    'tells everything that is known',
    inWorld(async ({ kernel }) => {
      const main = self()
      const friend = spawn(idle)
      const pid = spawn(
        async () => {
          trapExit(true)
          setLabel({ shard: 2 })
          put('key', 'value')
          link(friend)
          monitor(friend)
          monitor('named')
          own({ close() {} })
          await idle()
        },
        { name: 'subject' },
      )
      spawn(idle, { name: 'named' })
      await kernel.settled()
      monitor(pid)
      send(pid, 'hello')
      expect(processInfo(pid)).toEqual({
        registeredName: 'subject',
        label: { shard: 2 },
        status: 'runnable',
        messageQueueLength: 1,
        messages: ['hello'],
        links: [friend],
        monitors: [friend, { name: 'named', node: kernel.node }],
        monitoredBy: [main],
        trapExit: true,
        parent: main,
        ancestors: [],
        dictionary: new Map([['key', 'value']]),
        owned: 1,
      })
      await kernel.settled()
      expect(processInfo(pid, 'status')).toBe('waiting')
    }),
  )

  it(
    'gives copies: what is done to them changes no process',
    inWorld(() => {
      put('a', 1)
      send(self(), 'x')
      ;(processInfo(self(), 'dictionary') as Map<unknown, unknown>).set('a', 2)
      processInfo(self(), 'messages')?.pop()
      expect([get('a'), processInfo(self(), 'messageQueueLength')]).toEqual([1, 1])
    }),
  )

  it(
    'refuses unknown items and what is no pid, and says which are known',
    inWorld(async () => {
      expect(await codeOf(() => processInfo(self(), 'heap' as 'status'))).toBe('BAD_INFO_ITEM')
      expect(await codeOf(() => processInfo(self(), ['status', 'toString' as 'status']))).toBe(
        'BAD_INFO_ITEM',
      )
      expect(() => processInfo(self(), 'heap' as 'status')).toThrow('messageQueueLength')
      expect(await codeOf(() => processInfo('me' as unknown as Pid))).toBe('NOT_A_PID')
    }),
  )
})

describe('what takes a pid or a reference', () => {
  it(
    'refuses anything else',
    inWorld(async () => {
      const wrong = 'pid' as unknown as Pid
      expect(await codeOf(() => link(wrong))).toBe('NOT_A_PID')
      expect(await codeOf(() => exit(wrong, 'x'))).toBe('NOT_A_PID')
      expect(await codeOf(() => register('x', wrong))).toBe('NOT_A_PID')
      expect(await codeOf(() => startTimer(1, 5 as unknown as Pid, 'x'))).toBe('NOT_A_PID')
      expect(await codeOf(() => demonitor(wrong as unknown as Reference))).toBe('NOT_A_REFERENCE')
      expect(await codeOf(() => link(new Puppet().pid))).toBeUndefined()
    }),
  )
})

describe('pids and references', () => {
  it(
    'print short, and hold nothing of a dead process',
    inWorld(async ({ kernel }) => {
      const pid = spawn(idle)
      expect(String(pid)).toMatch(/^<0\.\d+>$/)
      expect(inspect(pid)).toBe(`Pid${pid}`)
      expect(JSON.stringify({ pid })).toBe(`{"pid":"${pid}"}`)
      const ref = new Reference()
      expect(String(ref)).toMatch(/^#Ref<\d+>$/)
      expect(inspect(ref)).toBe(String(ref))
      expect(pid.node).toBe(kernel.node)
      exit(pid, 'kill')
      expect(isAlive(pid)).toBe(false)
      expect(String(pid)).toMatch(/^<0\.\d+>$/)
    }),
  )

  it('references sort in the order they were made (ref_SUITE: compare_list)', () => {
    const made = Array.from({ length: 100 }, () => new Reference())
    expect([...made].reverse().sort((a, b) => a.id - b.id)).toEqual(made)
  })

  it('of a kernel with a node name carry it', async () => {
    const kernel = new Kernel({ node: 'a@host' })
    expect(await kernel.run(() => self().node)).toBe('a@host')
  })
})

describe('the dictionary', () => {
  it(
    'is each process’s own',
    inWorld(async ({ kernel }) => {
      put('key', 'mine')
      const other = new Puppet()
      expect(await other.does(kernel, () => [get('key'), put('key', 'theirs')])).toEqual([
        undefined,
        undefined,
      ])
      expect(get('key')).toBe('mine')
    }),
  )
})

describe('who started whom', () => {
  it(
    'parentPid is the spawner, ancestors are kept when asked for',
    inWorld(async ({ kernel }) => {
      const main = self()
      expect([parentPid(), ancestors()]).toEqual([undefined, []])
      const seen: unknown[] = []
      spawn(
        () => {
          seen.push(parentPid(), ancestors())
        },
        { ancestry: true },
      )
      await kernel.settled()
      expect(seen).toEqual([main, [main]])
      expect(processes()).toEqual([main])
    }),
  )
})

describe('reasons', () => {
  it('of something caught: exit(reason) is unwrapped, an error is itself, an orderly word is wrapped', async () => {
    const error = new Error('x')
    const caught = await new Kernel().run(() => {
      try {
        exit('on purpose')
      } catch (it) {
        return it
      }
      return undefined
    })
    expect(reasonOf(caught)).toBe('on purpose')
    expect(reasonOf(error)).toBe(error)
    expect(reasonOf('word')).toBe('word')
    for (const orderly of ['normal', 'shutdown', { shutdown: 1 }])
      expect(reasonOf(orderly)).toEqual({ nocatch: orderly })
  })

  it('{ shutdown: x } is orderly only when nothing else is in it', () => {
    expect([{ shutdown: 1 }, { shutdown: undefined }].every(isShutdown)).toBe(true)
    expect(
      [{ shutdown: 1, more: 2 }, 'shutdown', null, Object.assign(new Error('x'), { shutdown: 1 })].some(
        isShutdown,
      ),
    ).toBe(false)
  })

  it('run rejects with the error that was thrown, or with PROCESS_EXITED', async () => {
    const error = new Error('thrown')
    const kernel = new Kernel()
    await expect(
      kernel.run(() => {
        throw error
      }),
    ).rejects.toBe(error)
    expect(await codeOf(() => kernel.run(() => exit('on purpose')))).toBe('PROCESS_EXITED')
    expect(await codeOf(() => kernel.run(() => exit(self(), 'kill')))).toBe('PROCESS_EXITED')
    expect(await kernel.run(async () => receive({ timeout: 0, onTimeout: () => 'value' }))).toBe('value')
  })
})
