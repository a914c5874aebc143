import { describe, expect, it } from 'vitest'
import { exit, isAlive, receive, self, send, spawn } from '../../src/kernel/index.js'
import { DuplicateRegistry, UniqueRegistry } from '../../src/registry/index.js'
import { by, drain, endOf, inWorld, worker } from '../registry/world.js'

async function started(): Promise<UniqueRegistry<string, unknown>> {
  const registry = new UniqueRegistry<string, unknown>('registry')
  await registry.startLink()
  return registry
}

/** A process that takes a lock, says so, and gives it back when it gets `'go'`. */
function locker(registry: UniqueRegistry<string, unknown>, key: string, name: string) {
  const test = self()
  return spawn(() =>
    registry.lock(key, async () => {
      send(test, name)
      const order = await receive()
      if (order === 'raise') throw new Error('oops')
    }),
  )
}

describe('registry_test', () => {
  it(
    'clean up registry on process crash',
    inWorld(async () => {
      const unique = await started()
      const duplicate = new DuplicateRegistry<string, number>('duplicate')
      await duplicate.startLink()
      const [crashes, killed, stays] = [worker(), worker(), worker()]
      for (const [at, pid] of [crashes, killed, stays].entries()) {
        await by(pid, () => {
          unique.register(`own ${at}`, at)
          duplicate.register('shared', at)
          duplicate.register('shared', at)
        })
      }
      exit(killed, 'kill')
      // Not "in the end", but at once.
      expect([unique.count(), duplicate.count()]).toEqual([2, 4])
      exit(crashes, 'oops')
      expect([unique.count(), duplicate.count()]).toEqual([1, 2])
      expect(unique.lookup('own 0')).toBeUndefined()
      expect(unique.keys(crashes)).toEqual([])
      expect(duplicate.lookup('shared')).toEqual([
        { pid: stays, value: 2 },
        { pid: stays, value: 2 },
      ])
    }),
  )

  it(
    'does not lock when using different keys',
    inWorld(async () => {
      const registry = await started()
      const [a, b] = [locker(registry, 'a', 'first'), locker(registry, 'b', 'second')]
      expect([await receive(), await receive()]).toEqual(['first', 'second'])
      expect([a, b].every(isAlive)).toBe(true)
    }),
  )

  it(
    'locks when using the same key',
    inWorld(async (kernel) => {
      const registry = await started()
      const holder = locker(registry, 'a', 'first')
      await receive('first')
      locker(registry, 'a', 'second')
      await kernel.settled()
      expect(await drain()).toEqual([])
      send(holder, 'go')
      expect(await receive()).toBe('second')
      expect(isAlive(holder)).toBe(false)
    }),
  )

  it(
    'locks when the one holding the lock raises',
    inWorld(async () => {
      const registry = await started()
      const holder = locker(registry, 'a', 'first')
      await receive('first')
      locker(registry, 'a', 'second')
      send(holder, 'raise')
      expect(await endOf(holder)).toMatchObject({ message: 'oops' })
      expect(await receive()).toBe('second')
    }),
  )

  it(
    'locks when the one holding the lock terminates',
    inWorld(async () => {
      const registry = await started()
      const holder = locker(registry, 'a', 'first')
      await receive('first')
      locker(registry, 'a', 'second')
      exit(holder, 'kill')
      expect(await receive()).toBe('second')
    }),
  )

  it(
    'locks when the one waiting for the lock terminates',
    inWorld(async (kernel) => {
      const registry = await started()
      const holder = locker(registry, 'a', 'first')
      await receive('first')
      const waits = locker(registry, 'a', 'second')
      locker(registry, 'a', 'third')
      await kernel.settled()
      exit(waits, 'kill')
      send(holder, 'go')
      expect(await receive()).toBe('third')
      await kernel.settled()
      expect(await drain()).toEqual([])
    }),
  )
})
