import { describe, expect, it } from 'vitest'
import { Agent } from '../../src/genserver/agent.js'
import { isAlive, type Pid, processInfo, self, whereis } from '../../src/kernel/index.js'
import { startSupervisor, whichChildren } from '../../src/supervisor/index.js'
import { exitReason, world } from '../genserver/world.js'

describe('Agent', () => {
  it('can be supervised directly', () =>
    world(async () => {
      const supervisor = await startSupervisor({
        children: [Agent.childSpec(() => 'ok'), Agent.childSpec(() => 1, { name: 'one' })],
      })
      expect((await whichChildren(supervisor)).map(({ id }) => id).sort()).toEqual(['Agent', 'one'])
      const one = Agent.ref<number>('one')
      await one.update((value) => value + 1)
      const before = one.pid as Pid
      one.cast(() => {
        throw new Error('boom')
      })
      await exitReason(before)
      await whichChildren(supervisor)
      // Restarted, it begins anew.
      expect(one.pid).not.toBe(before)
      expect(await one.get((value) => value)).toBe(1)
    }))

  it('generates child_spec/1', () => {
    expect(Agent.childSpec(() => 0)).toEqual({ id: 'Agent', start: expect.any(Function) })
    expect(
      Agent.childSpec(() => 0, { id: 'id', restart: 'temporary', shutdown: Number.POSITIVE_INFINITY }),
    ).toMatchObject({ id: 'id', restart: 'temporary', shutdown: Number.POSITIVE_INFINITY })
  })

  it('start_link/2 workflow with unregistered name and anonymous functions', () =>
    world(async () => {
      const agent = await Agent.startLink(() => new Map<string, string>())
      const pid = agent.pid as Pid
      expect(processInfo(self(), 'links')).toContain(pid)
      expect(await agent.update((map) => map.set('hello', 'world'))).toBeUndefined()
      expect(await agent.get((map) => map.get('hello'), 3_000)).toBe('world')
      const pop = (map: Map<string, string>) => {
        const reply = map.get('hello')
        map.delete('hello')
        return { reply, state: map }
      }
      expect(await agent.getAndUpdate(pop, 3_000)).toBe('world')
      expect(await agent.get((map) => map)).toEqual(new Map())
      expect(await agent.stop()).toBeUndefined()
      expect(isAlive(pid)).toBe(false)
    }))

  it('start/2 workflow with registered name and module functions', () =>
    world(async () => {
      const started = await Agent.start(() => ({}) as Record<string, string>, { name: 'agent' })
      const pid = started.pid as Pid
      expect(processInfo(pid, 'registeredName')).toBe('agent')
      const agent = Agent.ref<Record<string, string>>('agent')
      expect(agent.cast((state) => ({ ...state, hello: 'world' }))).toBeUndefined()
      expect(await agent.get(({ hello }) => hello)).toBe('world')
      const popped = await agent.getAndUpdate(({ hello, ...rest }) => ({ reply: hello, state: rest }))
      expect(popped).toBe('world')
      expect(await agent.get((state) => state)).toEqual({})
      expect(await agent.stop()).toBeUndefined()
      expect(processInfo(pid, 'registeredName')).toBeUndefined()
      expect(whereis('agent')).toBeUndefined()
    }))
})
