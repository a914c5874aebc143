import { describe, expect, it } from 'vitest'
import {
  alias,
  type DownMessage,
  demonitor,
  exit,
  isAlive,
  isDown,
  type Kernel,
  monitor,
  on,
  type Pid,
  processInfo,
  type Reference,
  receive,
  register,
  self,
  send,
  spawn,
  spawnMonitor,
  trapExit,
  unalias,
  whereis,
} from '../../src/kernel/index.js'
import { codeOf, downOf, drain, expectNoMessage, idle, inWorld, Puppet } from '../kernel/world.js'

/** A named process that ends as it is told. */
function jeeves(): Pid {
  return spawn(() => receive([on('stop', () => undefined), on({ exit: 'frop' }, () => exit('frop'))]), {
    name: 'jeeves',
  })
}

describe('monitor_SUITE', () => {
  it(
    'case_1: A monitors B, B ends A and exits; nothing is left of the monitor',
    inWorld(async ({ kernel }) => {
      trapExit(true)
      const b = new Puppet()
      const a = new Puppet()
      const watching = monitor(a.pid)
      const ref = await a.does(kernel, () => monitor(b.pid))
      await b.does(kernel, () => exit(a.pid, 'foo'))
      expect((await receive(downOf(watching))).reason).toBe('foo')
      expect(processInfo(b.pid, 'monitoredBy')).toEqual([])
      await b.does(kernel, () => exit('normal'))
      await kernel.settled()
      expect(isAlive(b.pid)).toBe(false)
      expect(demonitor(ref, { info: true })).toBe(false)
      await expectNoMessage()
    }),
  )

  it(
    'case_1a: the same with spawnMonitor',
    inWorld(async ({ kernel }) => {
      const a = new Puppet()
      const watching = monitor(a.pid)
      const b = await a.does(kernel, () =>
        spawnMonitor(async () => {
          await receive('go')
          exit(a.pid, 'foo')
        }),
      )
      send(b.pid, 'go')
      expect((await receive(downOf(watching))).reason).toBe('foo')
      await kernel.settled()
      expect(isAlive(b.pid)).toBe(false)
    }),
  )

  async function strangersDemonitor(kernel: Kernel, b: Puppet, ref: Reference): Promise<void> {
    expect(await b.does(kernel, () => demonitor(ref))).toBe(true)
    expect(await b.does(kernel, () => demonitor(ref, { info: true }))).toBe(false)
    await b.does(kernel, () => exit('normal'))
    const down = await receive(downOf(ref))
    expect([down.object, down.reason]).toEqual([b.pid, 'normal'])
  }

  it(
    'case_2: demonitor by a process that does not own the reference is harmless; the owner gets its DOWN',
    inWorld(async ({ kernel }) => {
      const b = new Puppet()
      await strangersDemonitor(kernel, b, monitor(b.pid))
    }),
  )

  it(
    'case_2a: the same with spawnMonitor',
    inWorld(async ({ kernel }) => {
      const main = self()
      const { pid, ref } = spawnMonitor(async () => {
        const strange = await receive((it: unknown): it is Reference => typeof it === 'object')
        send(main, demonitor(strange))
      })
      send(pid, ref)
      expect(await receive()).toBe(true)
      expect((await receive(downOf(ref))).reason).toBe('normal')
      await kernel.settled()
      await expectNoMessage()
    }),
  )

  it(
    'mon_e_1: monitor rejects what is neither pid nor name',
    inWorld(async () => {
      const wrong = [
        1,
        null,
        undefined,
        [],
        {},
        { name: 'rex' },
        { name: 1, node: 'x' },
        () => 1,
        Symbol('s'),
      ]
      for (const target of wrong) {
        expect(await codeOf(() => monitor(target as unknown as Pid))).toBe('NOT_A_PID')
      }
      await expectNoMessage()
    }),
  )

  it(
    "demon_e_1: demonitor rejects what is no reference; on somebody else's it is true and does nothing",
    inWorld(async ({ kernel }) => {
      for (const wrong of ['plutt', 1, self(), undefined])
        expect(await codeOf(() => demonitor(wrong as unknown as Reference))).toBe('NOT_A_REFERENCE')
      const main = self()
      const other = new Puppet()
      const ref = await other.does(kernel, () => monitor(main))
      expect(demonitor(ref)).toBe(true)
      expect(processInfo(self(), 'monitoredBy')).toEqual([other.pid])
    }),
  )

  it(
    'demon_1: demonitor of a reference that is no monitor is true',
    inWorld(() => {
      expect(demonitor(alias())).toBe(true)
      expect(demonitor(monitor(self()))).toBe(true)
    }),
  )

  it(
    'demon_2: no DOWN of oneself, twice is fine, normal of a fast child, none after demonitor',
    inWorld(async ({ kernel }) => {
      const own = monitor(self())
      expect(demonitor(own)).toBe(true)
      expect(demonitor(own)).toBe(true)
      await expectNoMessage()
      const fast = monitor(spawn(() => undefined))
      expect((await receive(downOf(fast))).reason).toBe('normal')
      const slow = spawn(idle)
      const ref = monitor(slow)
      demonitor(ref)
      exit(slow, 'frop')
      await kernel.settled()
      await expectNoMessage()
    }),
  )

  it(
    'demonitor_flush: flush removes a delivered DOWN, without it the DOWN stays',
    inWorld(async () => {
      const pid = spawn(idle)
      const [m1, m2, m3, m4] = [monitor(pid), monitor(pid), monitor(pid), monitor(pid)]
      expect(demonitor(m1, { flush: true })).toBe(true)
      exit(pid, 'bang')
      expect((await receive(downOf(m2))).reason).toBe('bang')
      expect(demonitor(m3, { flush: true })).toBe(true)
      expect(demonitor(m3, { flush: true })).toBe(true)
      expect(demonitor(m4, {})).toBe(true)
      const left = await drain()
      expect(left.map((message) => (message as DownMessage).ref)).toEqual([m4])
    }),
  )

  it(
    'gh_5225_demonitor_alias: demonitor of aliases and spent alias-monitors returns quietly',
    inWorld(async ({ kernel }) => {
      for (const flush of [false, true]) {
        const plain = alias()
        expect(demonitor(plain, { flush })).toBe(true)
        expect(send(plain, 1)).toBe(1)
        expect(await drain()).toEqual([1])
        const reply = alias({ reply: true })
        send(reply, 2)
        expect(demonitor(reply, { flush })).toBe(true)
        expect(await drain()).toEqual([2])
        for (const mode of ['explicit_unalias', 'demonitor', 'reply_demonitor'] as const) {
          const { pid, ref } = spawnMonitor(idle, { monitor: { alias: mode } })
          send(ref, mode)
          exit(pid, 'done')
          await kernel.settled()
          expect(demonitor(ref, { flush })).toBe(true)
          const left = await drain()
          const downStays = mode !== 'reply_demonitor' && !flush
          expect(left.filter(isDown).length).toBe(downStays ? 1 : 0)
          expect(left.filter((message) => !isDown(message))).toEqual([mode])
        }
      }
    }),
  )

  it(
    'local_remove_monitor: demonitor with info true means that no DOWN comes, false that it is there',
    inWorld(async ({ kernel }) => {
      const refs = Array.from({ length: 1_000 }, (_, i) =>
        monitor(spawn(i % 3 === 0 ? () => undefined : idle)),
      )
      await kernel.settled()
      let active = 0
      for (const ref of refs) {
        const was = demonitor(ref, { info: true })
        const down = await receive(downOf(ref), { timeout: 0 })
        expect(down === undefined).toBe(was)
        if (was) active++
      }
      expect(active).toBe(666)
      // With flush: false also when a DOWN was removed, and nothing is left of it.
      const { pid, ref } = spawnMonitor(idle)
      exit(pid, 'x')
      expect(demonitor(ref, { info: true, flush: true })).toBe(false)
      const { ref: second } = spawnMonitor(idle)
      expect(demonitor(second, { info: true, flush: true })).toBe(true)
      expect(demonitor(alias(), { info: true })).toBe(false)
      await expectNoMessage()
    }),
  )

  it(
    'mon_1: the reasons and objects of DOWN, by pid and by name',
    inWorld(async ({ kernel }) => {
      const down = async (ref: Reference): Promise<unknown[]> => {
        const message = await receive(downOf(ref))
        return [message.object, message.reason]
      }
      const { pid, ref } = spawnMonitor(idle)
      exit(pid, 'frop')
      expect(await down(ref)).toEqual([pid, 'frop'])
      expect(await down(monitor(pid))).toEqual([pid, 'noproc'])
      const object = { name: 'jeeves', node: kernel.node }
      jeeves()
      const byName = monitor('jeeves')
      send('jeeves', 'stop')
      expect(await down(byName)).toEqual([object, 'normal'])
      jeeves()
      const byNameAndNode = monitor({ name: 'jeeves', node: kernel.node })
      send('jeeves', { exit: 'frop' })
      expect(await down(byNameAndNode)).toEqual([object, 'frop'])
      expect(await down(monitor(object))).toEqual([object, 'noproc'])
      expect(await down(monitor('jeeves'))).toEqual([object, 'noproc'])
      await expectNoMessage()
    }),
  )

  it(
    'large_exit: a large compound reason arrives whole',
    inWorld(async () => {
      const reason = { big: ['tuple', 'with', ['list', 4_563_784_278n]], bytes: new Uint8Array(100_000) }
      for (let i = 0; i < 100; i++) {
        const { pid, ref } = spawnMonitor(async () => {
          await receive()
          exit(reason)
        })
        send(pid, 'hej')
        expect((await receive(downOf(ref))).reason).toBe(reason)
      }
    }),
  )

  it(
    'list_cleanup: monitors and monitoredBy show a monitor and lose it by demonitor, DOWN and death',
    inWorld(async ({ kernel }) => {
      const main = self()
      const target = new Puppet({ name: 'target' })
      const owner = new Puppet()
      const first = monitor(target.pid)
      const second = monitor('target')
      await owner.does(kernel, () => monitor(target.pid))
      expect(processInfo(main, 'monitors')).toEqual([target.pid, { name: 'target', node: kernel.node }])
      expect(processInfo(target.pid, 'monitoredBy')).toEqual([main, main, owner.pid])
      demonitor(first)
      expect(processInfo(main, 'monitors')).toEqual([{ name: 'target', node: kernel.node }])
      expect(processInfo(target.pid, 'monitoredBy')).toEqual([main, owner.pid])
      exit(owner.pid, 'kill')
      expect(processInfo(target.pid, 'monitoredBy')).toEqual([main])
      exit(target.pid, 'kill')
      await receive(downOf(second))
      expect(processInfo(main, 'monitors')).toEqual([])
    }),
  )

  it(
    'mixer: monitors in all directions stay consistent whatever the order of exits',
    inWorld(async ({ kernel }) => {
      const orders = [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
      ]
      for (const order of orders) {
        const puppets = [new Puppet(), new Puppet(), new Puppet()]
        for (const watcher of puppets)
          for (const target of puppets)
            await watcher.does(kernel, () => [monitor(target.pid), monitor(target.pid)])
        for (const [step, index] of order.entries()) {
          const dying = puppets[index] as Puppet
          exit(dying.pid, 'kill')
          for (const rest of puppets.filter(({ pid }) => isAlive(pid))) {
            expect(processInfo(rest.pid, 'monitors')?.length).toBe((2 - step - 1) * 2)
            expect(processInfo(rest.pid, 'monitoredBy')?.length).toBe((2 - step - 1) * 2)
            const downs = processInfo(rest.pid, 'messages')?.filter(
              (it) => isDown(it) && it.object === dying.pid,
            )
            expect(downs?.length).toBe(2)
          }
        }
      }
    }),
  )

  it(
    'named_down: when the DOWN of a named process is here, the name is free',
    inWorld(async () => {
      for (let i = 0; i < 100; i++) {
        const pid = spawn(idle, { name: 'doomed' })
        const ref = monitor(pid)
        exit(pid, 'kill')
        await receive(downOf(ref))
        expect(whereis('doomed')).toBeUndefined()
        expect(isAlive(pid)).toBe(false)
      }
      const next = spawn(idle)
      expect(register('doomed', next)).toBe(true)
    }),
  )

  it(
    'monitor_tag_storage: a thousand tagged monitors all report with their tags, in order',
    inWorld(async () => {
      const pid = spawn(idle)
      const tags = Array.from({ length: 1_000 }, (_, i) => ({ tag: i }))
      for (const tag of tags) monitor(pid, { tag })
      exit(pid, 'bye')
      // A death that very many are told of goes on in several turns, as on the BEAM.
      const downs: DownMessage[] = []
      for (const _ of tags) downs.push(await receive(isDown))
      expect(downs.map((down) => down.tag)).toEqual(tags)
      expect(await drain()).toEqual([])
      expect(downs.every((down) => down.reason === 'bye')).toBe(true)
    }),
  )

  it(
    'unexpected_alias_at_demonitor_gh5310: demonitor of a reply_demonitor alias deactivates the alias',
    inWorld(async () => {
      const pid = spawn(idle)
      const ref = monitor(pid, { alias: 'reply_demonitor' })
      demonitor(ref)
      send(ref, 'late')
      await expectNoMessage()
      expect(unalias(ref)).toBe(false)
    }),
  )

  it(
    'down_on_alias_gh5310: demonitor with flush beside an exit leaves no stray DOWN',
    inWorld(async ({ kernel }) => {
      for (let i = 0; i < 200; i++) {
        const { pid, ref } = spawnMonitor(
          async () => {
            const reply = await receive((it: unknown): it is Reference => typeof it === 'object')
            send(reply, 'answer')
          },
          { monitor: { alias: 'reply_demonitor' } },
        )
        send(pid, ref)
        if (i % 2 === 0) await kernel.settled()
        demonitor(ref, { flush: true })
        await receive('answer', { timeout: 0 })
        await kernel.settled()
        await expectNoMessage()
      }
    }),
  )

  it(
    'monitor_3_noproc_gh6185: alias and tag of a monitor on an unknown name',
    inWorld(async ({ kernel }) => {
      for (const target of ['nobody', { name: 'nobody', node: kernel.node }]) {
        const ref = monitor(target, { tag: 'TAG', alias: 'explicit_unalias' })
        const down = await receive(downOf(ref))
        expect([down.tag, down.object, down.reason]).toEqual([
          'TAG',
          { name: 'nobody', node: kernel.node },
          'noproc',
        ])
        spawn(() => send(ref, 'through'))
        expect(await receive()).toBe('through')
        expect(unalias(ref)).toBe(true)
        send(ref, 'gone')
        await expectNoMessage()
        const spent = monitor(target, { alias: 'demonitor' })
        await receive(downOf(spent))
        expect(unalias(spent)).toBe(false)
      }
    }),
  )
})
