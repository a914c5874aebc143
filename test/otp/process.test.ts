import { describe, expect, it } from 'vitest'
import {
  alias,
  type DownMessage,
  demonitor,
  exit,
  HeartwoodError,
  isAlive,
  isDown,
  isExit,
  monitor,
  on,
  type Pid,
  parentPid,
  processes,
  processInfo,
  put,
  type Reference,
  receive,
  register,
  self,
  send,
  setLabel,
  sleep,
  spawn,
  spawnLink,
  spawnMonitor,
  trapExit,
  unalias,
} from '../../src/kernel/index.js'
import { codeOf, downOf, drain, exitOf, expectNoMessage, idle, inWorld, Puppet } from '../kernel/world.js'

/** How a spawned script ended. */
async function endOf(fn: () => unknown): Promise<unknown> {
  const { ref } = spawnMonitor(fn)
  return (await receive(downOf(ref))).reason
}

describe('process_SUITE', () => {
  it(
    't_exit_1: a linked trapping parent receives the exact term passed to exit',
    inWorld(async () => {
      trapExit(true)
      const large = {
        numbers: Array.from({ length: 10_000 }, (_, i) => i),
        nested: { text: 'x'.repeat(10_000) },
      }
      const child = spawnLink(() => exit(large))
      const message = await receive(isExit)
      expect(message.from).toBe(child)
      expect(message.reason).toBe(large)
      await expectNoMessage()
    }),
  )

  it(
    "t_exit_2_other: exit(pid, reason) ends the target and a linked observer sees the sender's term",
    inWorld(async () => {
      trapExit(true)
      const child = spawnLink(idle)
      const reason = { because: [1, 2, 3] }
      expect(exit(child, reason)).toBe(true)
      expect((await receive(exitOf(child))).reason).toBe(reason)
    }),
  )

  it(
    't_exit_2_other_normal: exit(pid, "normal") from another process does nothing',
    inWorld(async () => {
      trapExit(true)
      const child = spawnLink(idle)
      expect(exit(child, 'normal')).toBe(true)
      expect(isAlive(child)).toBe(true)
      exit(child, 'kill')
      expect((await receive(exitOf(child))).reason).toBe('killed')
      await expectNoMessage()
    }),
  )

  it(
    'self_exit: exit(self(), reason) in a trapping process arrives as a message from itself',
    inWorld(async () => {
      trapExit(true)
      for (const reason of ['die', 'normal', { a: 1 }]) {
        expect(exit(self(), reason)).toBe(true)
        const message = await receive(isExit)
        expect(message.from).toBe(self())
        expect(message.reason).toBe(reason)
      }
    }),
  )

  it(
    'normal_suicide_exit: exit(self(), "normal") ends a process that does not trap',
    inWorld(async () => {
      expect(
        await endOf(async () => {
          exit(self(), 'normal')
          await idle()
        }),
      ).toBe('normal')
    }),
  )

  it(
    'abnormal_suicide_exit: exit(self(), reason) ends a process that does not trap with that reason',
    inWorld(async () => {
      expect(
        await endOf(async () => {
          exit(self(), 'abnormal')
          await idle()
        }),
      ).toBe('abnormal')
    }),
  )

  it(
    't_exit_2_catch: no catch around exit(self(), reason) keeps the process alive',
    inWorld(async () => {
      const main = self()
      expect(
        await endOf(async () => {
          try {
            exit(self(), 'die')
          } catch (error) {
            // JavaScript runs this block; the process is dead all the same and can do nothing.
            expect(HeartwoodError.is(error, 'PROCESS_DEAD')).toBe(true)
          }
          send(main, 'survived')
          await idle()
        }),
      ).toBe('die')
      await expectNoMessage()
    }),
  )

  it(
    'exit_twice: of two exit signals the first decides the reason',
    inWorld(async () => {
      trapExit(true)
      const child = spawnLink(idle)
      exit(child, 'first')
      exit(child, 'second')
      expect((await receive(exitOf(child))).reason).toBe('first')
      await expectNoMessage()
    }),
  )

  it(
    "exit_and_timeout: an exit signal at the moment of a receive's timeout still decides the reason",
    inWorld(async ({ clock }) => {
      const { pid, ref } = spawnMonitor(async () => {
        await receive('never', { timeout: 20 })
        await idle()
      })
      await clock.advance(20)
      exit(pid, 'now')
      expect((await receive(downOf(ref))).reason).toBe('now')
    }),
  )

  it(
    "trap_exit_badarg: a runtime error's reason reaches the linked trapping parent unchanged",
    inWorld(async () => {
      trapExit(true)
      const error = new TypeError('bad argument')
      const child = spawnLink(() => {
        throw error
      })
      const { reason } = await receive(exitOf(child))
      expect(reason).toBe(error)
      expect((reason as Error).stack).toContain('process.test')
    }),
  )

  it(
    'trap_exit_badarg_in_bif: a bad option of spawn is an error of the caller and leaves no process behind',
    inWorld(async () => {
      const before = processes().length
      register('taken', self())
      expect(await codeOf(() => spawn(idle, { name: 'taken' }))).toBe('NAME_TAKEN')
      expect(await codeOf(() => spawnLink(idle, { name: '' }))).toBe('NAME_INVALID')
      const bad = { monitor: { alias: 'sometimes' as 'demonitor' } }
      expect(await codeOf(() => spawnMonitor(idle, bad))).toBe('BAD_OPTION')
      expect(processes().length).toBe(before)
    }),
  )

  it(
    'bad_register: register rejects what is no name, a reserved name, the dead, and what is no pid',
    inWorld(async () => {
      const dead = spawn(() => undefined)
      await receive(downOf(monitor(dead)))
      expect(await codeOf(() => register(undefined as unknown as string, self()))).toBe('NAME_INVALID')
      expect(await codeOf(() => register(17 as unknown as string, self()))).toBe('NAME_INVALID')
      expect(await codeOf(() => register('undefined', self()))).toBe('NAME_INVALID')
      expect(await codeOf(() => register('', self()))).toBe('NAME_INVALID')
      expect(await codeOf(() => register('late', dead))).toBe('NOT_ALIVE')
      expect(await codeOf(() => register('word', 'pid' as unknown as Pid))).toBe('NOT_A_PID')
      expect(register('mine', self())).toBe(true)
      expect(await codeOf(() => register('mine', self()))).toBe('NAME_TAKEN')
      expect(await codeOf(() => register('other', self()))).toBe('ALREADY_NAMED')
    }),
  )

  it(
    'process_flag_badarg: trapExit takes a boolean and nothing else',
    inWorld(async () => {
      for (const wrong of [1, 'true', undefined, null, {}])
        expect(await codeOf(() => trapExit(wrong as unknown as boolean))).toBe('BAD_OPTION')
      expect(processInfo(self(), 'trapExit')).toBe(false)
    }),
  )

  it(
    'otp_6237: processes that loop in selective receives are killed without a rest',
    inWorld(async ({ kernel }) => {
      const loops = Array.from({ length: 50 }, () =>
        spawn(async () => {
          for (;;) {
            send(self(), 'again')
            await receive([on({ never: true }, () => undefined), on('again', () => undefined)])
          }
        }),
      )
      const refs = loops.map((pid) => monitor(pid))
      await sleep(0)
      for (const pid of loops) exit(pid, 'kill')
      for (const ref of refs) expect((await receive(downOf(ref))).reason).toBe('killed')
      await kernel.settled()
      expect(loops.some(isAlive)).toBe(false)
    }),
  )

  it(
    't_process_info: registeredName and status of oneself',
    inWorld(() => {
      // Erlang answers [] for one without a name; here it is undefined.
      expect(processInfo(self(), 'registeredName')).toBeUndefined()
      register('me', self())
      expect(processInfo(self(), 'registeredName')).toBe('me')
      expect(processInfo(self(), 'status')).toBe('running')
      expect(processInfo(self(), 'trapExit')).toBe(false)
      expect(() => processInfo(self(), 'heap' as 'status')).toThrow('heap')
    }),
  )

  it(
    'process_info_other_msg: the mailbox of another is shown in order of arrival and left as it is',
    inWorld(async () => {
      const main = self()
      const other = spawn(async () => {
        await receive('go')
        send(main, [await receive(), await receive(), await receive()])
      })
      for (const message of ['a', { b: 1 }, 'c']) send(other, message)
      expect(processInfo(other, 'messages')).toEqual(['a', { b: 1 }, 'c'])
      expect(processInfo(other, 'messageQueueLength')).toBe(3)
      send(other, 'go')
      expect(await receive()).toEqual(['a', { b: 1 }, 'c'])
    }),
  )

  it(
    'process_info_messages: both ends agree about a mailbox while messages come',
    inWorld(async () => {
      const main = self()
      for (let i = 0; i < 10; i++) send(main, i)
      const mine = processInfo(self(), 'messages')
      const seen = await new Promise((resolve) => spawn(() => resolve(processInfo(main, 'messages'))))
      expect(seen).toEqual(mine)
      expect(mine).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    }),
  )

  it(
    'process_info_other_status: a process that waits is reported as waiting',
    inWorld(async ({ kernel }) => {
      const other = spawn(idle)
      await kernel.settled()
      expect(processInfo(other, 'status')).toBe('waiting')
    }),
  )

  it(
    'process_info_2_list: a list of items gives pairs in the order asked for, doubles allowed',
    inWorld(() => {
      expect(processInfo(self(), ['trapExit', 'messageQueueLength', 'trapExit', 'messages'])).toEqual([
        ['trapExit', false],
        ['messageQueueLength', 0],
        ['trapExit', false],
        ['messages', []],
      ])
      expect(processInfo(self(), [])).toEqual([])
    }),
  )

  it(
    'process_info_parent: the parent is who spawned it',
    inWorld(async () => {
      const child = spawn(idle)
      expect(processInfo(child, 'parent')).toBe(self())
      expect(parentPid()).toBeUndefined()
    }),
  )

  it(
    'process_info_status_handled_signal: asking does not change what is reported',
    inWorld(async ({ kernel }) => {
      const other = spawn(idle)
      await kernel.settled()
      for (let i = 0; i < 5; i++) expect(processInfo(other, 'status')).toBe('waiting')
    }),
  )

  it(
    'process_info_self_signal: a message just sent to oneself shows in the own mailbox',
    inWorld(() => {
      send(self(), 'hello')
      expect(processInfo(self(), 'messages')).toEqual(['hello'])
    }),
  )

  it(
    'process_info_self_msgq_len: the own queue length counts messages already sent',
    inWorld(() => {
      for (let i = 0; i < 7; i++) send(self(), i)
      expect(processInfo(self(), 'messageQueueLength')).toBe(7)
    }),
  )

  it(
    'process_info_self_msgq_len_messages: length and messages taken at once agree',
    inWorld(() => {
      for (let i = 0; i < 7; i++) send(self(), i)
      expect(processInfo(self(), ['messageQueueLength', 'messages'])).toEqual([
        ['messageQueueLength', 7],
        ['messages', [0, 1, 2, 3, 4, 5, 6]],
      ])
    }),
  )

  it(
    'process_info_self_msgq_len_more: and so they do in every call shape',
    inWorld(() => {
      for (let i = 0; i < 3; i++) send(self(), i)
      const whole = processInfo(self())
      expect(whole?.messageQueueLength).toBe(3)
      expect(whole?.messages).toEqual([0, 1, 2])
      expect(processInfo(self(), ['messages', 'messageQueueLength'])).toEqual([
        ['messages', [0, 1, 2]],
        ['messageQueueLength', 3],
      ])
    }),
  )

  it(
    'process_info_msgq_len_no_very_long_delay: the queue length of another is answered at once',
    inWorld(() => {
      const other = spawn(idle)
      for (let i = 0; i < 100_000; i++) send(other, i)
      expect(processInfo(other, 'messageQueueLength')).toBe(100_000)
    }),
  )

  it(
    'process_info_dict_lookup: the dictionary of another shows a key, or undefined',
    inWorld(async ({ kernel }) => {
      const other = spawn(async () => {
        put('color', 'blue')
        await idle()
      })
      await kernel.settled()
      expect(processInfo(other, 'dictionary')?.get('color')).toBe('blue')
      expect(processInfo(other, 'dictionary')?.get('shape')).toBeUndefined()
    }),
  )

  it(
    'process_info_label: the label shows as set, alone and in a list',
    inWorld(async ({ kernel }) => {
      const other = spawn(async () => {
        setLabel({ shard: 3 })
        await idle()
      })
      expect(processInfo(other, 'label')).toBeUndefined()
      await kernel.settled()
      expect(processInfo(other, 'label')).toEqual({ shard: 3 })
      expect(processInfo(other, ['label', 'trapExit'])).toEqual([
        ['label', { shard: 3 }],
        ['trapExit', false],
      ])
    }),
  )

  it(
    'low_prio: many processes that always have work have turns in between each other',
    inWorld(async () => {
      const main = self()
      const turns: string[] = []
      for (const name of ['a', 'b', 'c'])
        spawn(async () => {
          for (let i = 0; i < 3_000; i++) {
            turns.push(name)
            send(self(), i)
            await receive()
          }
          send(main, name)
        })
      for (let i = 0; i < 3; i++) await receive()
      // Whoever came first did not finish before the others began.
      expect(turns.slice(0, 3_000)).toContain('b')
      expect(turns.slice(0, 3_000)).toContain('c')
    }),
  )

  it(
    'alias_bif: messages pass while the alias is active, one only through a reply alias',
    inWorld(async ({ kernel }) => {
      const other = new Puppet()
      const open = alias()
      await other.does(kernel, () => [send(open, 1), send(open, 2)])
      expect(await drain()).toEqual([1, 2])
      expect(unalias(open)).toBe(true)
      expect(unalias(open)).toBe(false)
      expect(await other.does(kernel, () => send(open, 3))).toBe(3)
      await expectNoMessage()
      const once = alias({ reply: true })
      await other.does(kernel, () => [send(once, 4), send(once, 5)])
      expect(await drain()).toEqual([4])
      expect(unalias(once)).toBe(false)
    }),
  )

  /** What passes through an alias that was made together with a monitor, step by step. */
  async function lives(
    make: (mode: 'explicit_unalias' | 'demonitor' | 'reply_demonitor') => { pid: Pid; ref: Reference },
  ): Promise<void> {
    // explicit_unalias: outlives replies, demonitor and DOWN, ends with unalias.
    const a = make('explicit_unalias')
    send(a.ref, 'a1')
    demonitor(a.ref)
    send(a.ref, 'a2')
    expect(await drain()).toEqual(['a1', 'a2'])
    expect(unalias(a.ref)).toBe(true)
    send(a.ref, 'a3')
    await expectNoMessage()
    // demonitor: outlives replies, ends with demonitor.
    const b = make('demonitor')
    send(b.ref, 'b1')
    send(b.ref, 'b2')
    demonitor(b.ref)
    send(b.ref, 'b3')
    expect(await drain()).toEqual(['b1', 'b2'])
    expect(unalias(b.ref)).toBe(false)
    // demonitor: ends with the DOWN.
    const c = make('demonitor')
    exit(c.pid, 'gone')
    send(c.ref, 'c1')
    expect(((await receive()) as DownMessage).reason).toBe('gone')
    await expectNoMessage()
    expect(unalias(c.ref)).toBe(false)
    // reply_demonitor: the first message ends alias and monitor.
    const d = make('reply_demonitor')
    send(d.ref, 'd1')
    send(d.ref, 'd2')
    exit(d.pid, 'gone')
    expect(await drain()).toEqual(['d1'])
    expect(demonitor(d.ref, { info: true })).toBe(false)
    // unalias leaves the monitor alone.
    const e = make('reply_demonitor')
    expect(unalias(e.ref)).toBe(true)
    send(e.ref, 'e1')
    exit(e.pid, 'gone')
    expect((await drain()).map((message) => isDown(message) && message.ref === e.ref)).toEqual([true])
  }

  it(
    'monitor_alias: the life cycles of an alias made together with a monitor',
    inWorld(async () => {
      await lives((mode) => {
        const pid = spawn(idle)
        return { pid, ref: monitor(pid, { alias: mode }) }
      })
      expect(await codeOf(() => monitor(self(), { alias: 'no' as 'demonitor' }))).toBe('BAD_OPTION')
    }),
  )

  it(
    'spawn_monitor_alias: the same by the options of spawnMonitor; bad options are refused and spawn nothing',
    inWorld(async () => {
      await lives((mode) => spawnMonitor(idle, { monitor: { alias: mode } }))
      const before = processes().length
      expect(await codeOf(() => spawnMonitor(idle, { monitor: { alias: 'no' as 'demonitor' } }))).toBe(
        'BAD_OPTION',
      )
      expect(processes().length).toBe(before)
    }),
  )

  it(
    'demonitor_aliasmonitor: an explicit_unalias alias outlives demonitor',
    inWorld(async () => {
      const pid = spawn(async () => {
        const ref = await receive((it: unknown): it is Reference => typeof it === 'object')
        await receive('go')
        send(ref, 'through the alias')
      })
      const ref = monitor(pid, { alias: 'explicit_unalias' })
      demonitor(ref)
      send(pid, ref)
      send(pid, 'go')
      expect(await receive()).toBe('through the alias')
      expect(unalias(ref)).toBe(true)
      await expectNoMessage()
    }),
  )

  it(
    'down_aliasmonitor: an explicit_unalias alias outlives the DOWN',
    inWorld(async () => {
      const { pid, ref } = spawnMonitor(idle, { monitor: { alias: 'explicit_unalias' } })
      exit(pid, 'bye')
      expect((await receive(downOf(ref))).reason).toBe('bye')
      spawn(() => send(ref, 'through the alias'))
      expect(await receive()).toBe('through the alias')
      expect(unalias(ref)).toBe(true)
    }),
  )

  it(
    'monitor_tag: a tag of one’s own stands in place of DOWN, for monitor and for spawn',
    inWorld(async () => {
      const tag = { my: 'tag' }
      const first = spawn(idle)
      const ref = monitor(first, { tag })
      exit(first, 'a')
      expect((await receive(downOf(ref))).tag).toBe(tag)
      const { ref: second } = spawnMonitor(() => exit('b'), { monitor: { tag: 'ENDED' } })
      const down = await receive(downOf(second))
      expect([down.tag, down.reason]).toEqual(['ENDED', 'b'])
      const { ref: third } = spawnMonitor(() => exit('c'))
      expect((await receive(downOf(third))).tag).toBe('DOWN')
      const { ref: fourth } = spawnMonitor(() => exit('d'), { monitor: { tag: undefined } })
      expect((await receive(downOf(fourth))).tag).toBeUndefined()
    }),
  )

  it(
    'no_pid_wrap: a pid is never used again',
    inWorld(async () => {
      const seen = new Set<string>()
      for (let i = 0; i < 2_000; i++) {
        const { pid, ref } = spawnMonitor(() => undefined)
        await receive(downOf(ref))
        expect(seen.has(String(pid))).toBe(false)
        seen.add(String(pid))
      }
    }),
  )

  it(
    'processes_default_tab: processes() lists every live process once',
    inWorld(async () => {
      const before = processes()
      const made = Array.from({ length: 500 }, () => spawn(idle))
      expect(processes()).toEqual([...before, ...made])
      made.forEach((pid, i) => {
        if (i % 2 === 0) exit(pid, 'kill')
      })
      expect(processes()).toEqual([...before, ...made.filter((_, i) => i % 2 === 1)])
    }),
  )
})
