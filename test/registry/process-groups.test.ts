import { describe, expect, it } from 'vitest'
import { stop } from '../../src/genserver/index.js'
import { exit, isAlive, processInfo, type Reference, receive, self } from '../../src/kernel/index.js'
import { GroupMessage, isGroupMessage, ProcessGroups } from '../../src/registry/index.js'
import { by, drain, failure, inWorld, someone } from './world.js'

const groups = new ProcessGroups('pools')

const inScope = (body: () => unknown): (() => Promise<void>) =>
  inWorld(async () => {
    await groups.start()
    await body()
  })

/** The changes that came with a monitor's reference. */
const changes = async (ref: Reference): Promise<unknown[]> =>
  (await drain())
    .filter(isGroupMessage)
    .flatMap((message) => (message.ref === ref ? [[message.tag, message.group, ...message.pids]] : []))

describe('process groups', () => {
  it(
    'have the members that join, in that order, until they leave',
    inScope(async () => {
      const [a, b] = [await someone(), await someone()]
      groups.join('resize', a)
      await by(b, () => groups.join('resize'))
      groups.join('print', [b, a])
      expect(groups.getMembers('resize')).toEqual([a, b])
      expect(groups.getMembers('print')).toEqual([b, a])
      expect(groups.whichGroups()).toEqual(['resize', 'print'])
      expect(groups.leave('resize', a)).toBe(true)
      expect(groups.leave('resize', a)).toBe(false)
      expect(groups.leave('resize', [a, b])).toBe(true)
      expect(groups.leave('resize')).toBe(false)
      expect(groups.getMembers('resize')).toEqual([])
      expect(groups.whichGroups()).toEqual(['print'])
    }),
  )

  it(
    'count how often a process joined',
    inScope(() => {
      groups.join('a')
      groups.join('a', [self(), self()])
      expect(groups.getMembers('a')).toEqual([self(), self(), self()])
      groups.leave('a', [self(), self()])
      expect(groups.getMembers('a')).toEqual([self()])
      expect(groups.leave('a')).toBe(true)
      expect(groups.leave('a')).toBe(false)
    }),
  )

  it(
    'lose the dead at once, and never get them',
    inScope(async () => {
      const pid = await someone()
      groups.join('a', [pid, pid])
      groups.join('b', pid)
      exit(pid, 'kill')
      expect(groups.whichGroups()).toEqual([])
      groups.join('a', [pid, self()])
      expect(groups.getMembers('a')).toEqual([self()])
    }),
  )

  it(
    'tell those who monitor a group of joins, leaves and deaths in it',
    inScope(async () => {
      const [a, b] = [await someone(), await someone()]
      groups.join('resize', a)
      const { ref, members } = groups.monitor('resize')
      expect(members).toEqual([a])
      groups.join('resize', [b, a])
      groups.join('print', a)
      groups.leave('resize', [b, self()])
      groups.leave('resize', b)
      exit(a, 'kill')
      expect(await changes(ref)).toEqual([
        ['join', 'resize', b, a],
        ['leave', 'resize', b],
        ['leave', 'resize', a, a],
      ])
    }),
  )

  it(
    'tell those who monitor the scope of all groups',
    inScope(async () => {
      const a = await someone()
      groups.join('resize', a)
      const { ref, groups: now } = groups.monitorScope()
      expect(now).toEqual(new Map([['resize', [a]]]))
      groups.join('print', a)
      exit(a, 'oops')
      expect(await changes(ref)).toEqual([
        ['join', 'print', a],
        ['leave', 'resize', a],
        ['leave', 'print', a],
      ])
    }),
  )

  it(
    'keep monitors apart by their references',
    inScope(async () => {
      const [one, two] = [groups.monitor('a').ref, groups.monitor('a').ref]
      groups.join('a')
      const messages = (await drain()) as GroupMessage[]
      expect(messages.map(({ ref }) => ref)).toEqual([one, two])
      expect(messages[0]).toBeInstanceOf(GroupMessage)
    }),
  )

  it(
    'stop telling, and take back what they told, at demonitor',
    inScope(async () => {
      const { ref } = groups.monitor('a')
      const { ref: all } = groups.monitorScope()
      groups.join('a')
      groups.leave('a')
      expect(await groups.demonitor(ref)).toBe(true)
      expect(await groups.demonitor(ref)).toBe(false)
      groups.join('a')
      expect(await changes(ref)).toEqual([])
      expect(await groups.demonitor(all)).toBe(true)
      const other = await someone()
      expect(await by(other, () => groups.demonitor(all))).toBe(false)
    }),
  )

  it(
    'forget a monitor that died',
    inScope(async () => {
      const watcher = await someone(() => groups.monitor('a'))
      exit(watcher, 'kill')
      groups.join('a')
      expect(await drain()).toEqual([])
    }),
  )

  it(
    'leave their members alone when the scope ends',
    inWorld(async () => {
      const scope = await groups.start()
      const member = await someone(() => groups.join('a'))
      groups.join('a')
      groups.monitorScope()
      expect(processInfo(self(), 'links')).toEqual([])
      exit(scope, 'kill')
      expect(isAlive(member)).toBe(true)
      expect(groups.getMembers('a')).toEqual([])
      expect(await failure(() => groups.join('a'))).toMatchObject({ code: 'REGISTRY_NOT_RUNNING' })
      const next = await groups.start()
      expect(groups.getMembers('a')).toEqual([])
      groups.join('a')
      exit(member, 'kill')
      expect(groups.getMembers('a')).toEqual([self()])
      // Nothing of what watched the first scope is told of the second, nor of those who were in the first.
      expect(await drain()).toEqual([])
      await stop(next)
    }),
  )

  it(
    'are apart from those of other scopes',
    inScope(async () => {
      const other = new ProcessGroups<number>('numbers')
      await other.startLink()
      other.join(1)
      groups.join('a')
      expect(other.whichGroups()).toEqual([1])
      expect(await receive(isGroupMessage, { timeout: 0 })).toBeUndefined()
    }),
  )
})
