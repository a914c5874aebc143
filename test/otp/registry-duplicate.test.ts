import { describe, expect, it } from 'vitest'
import { start } from '../../src/genserver/index.js'
import { processInfo, register, self, send, trapExit, unlink } from '../../src/kernel/index.js'
import { DuplicateRegistry, RegisterMessage, UnregisterMessage, via } from '../../src/registry/index.js'
import { drain, failure, inWorld, someone } from '../registry/world.js'

const REGISTRY = 'duplicate'

async function started(options?: ConstructorParameters<typeof DuplicateRegistry>[1]) {
  const registry = new DuplicateRegistry<unknown, unknown>(REGISTRY, options)
  unlink(await registry.startLink())
  return registry
}

const never = (): never => {
  throw new Error('will never be invoked')
}

describe('duplicate_test', () => {
  it(
    'counts 0 keys in an empty registry',
    inWorld(async () => {
      expect((await started()).count()).toBe(0)
    }),
  )

  it(
    'counts the number of keys in a registry',
    inWorld(async () => {
      const registry = await started()
      registry.register('hello', 'value')
      registry.register('hello', 'value')
      expect(registry.count()).toBe(2)
    }),
  )

  it(
    'has duplicate registrations',
    inWorld(async () => {
      const registry = await started()
      registry.register('hello', 1)
      expect(registry.keys(self())).toEqual(['hello'])
      expect(registry.values('hello', self())).toEqual([1])
      registry.register('hello', 2)
      expect(registry.keys(self())).toEqual(['hello', 'hello'])
      expect(registry.values('hello', self())).toEqual([1, 2])
      registry.register('world', 3)
      expect(registry.keys(self())).toEqual(['hello', 'hello', 'world'])
    }),
  )

  it(
    'has duplicate registrations across processes',
    inWorld(async () => {
      const registry = await started()
      const other = await someone(() => registry.register('hello', 'world'))
      expect(registry.keys(self())).toEqual([])
      expect(registry.keys(other)).toEqual(['hello'])
      expect(registry.values('hello', self())).toEqual([])
      expect(registry.values('hello', other)).toEqual(['world'])
      registry.register('hello', 'value')
      expect(registry.keys(self())).toEqual(['hello'])
      expect(registry.values('hello', self())).toEqual(['value'])
      expect(registry.lookup('hello')).toEqual([
        { pid: other, value: 'world' },
        { pid: self(), value: 'value' },
      ])
    }),
  )

  it(
    'compares using matches',
    inWorld(async () => {
      const registry = await started()
      registry.register(1, 'value')
      registry.register('1', 'value')
      registry.register(1n, 'value')
      expect(registry.keys(self())).toEqual([1, '1', 1n])
      expect(registry.lookup(1)).toHaveLength(1)
      registry.register(Number.NaN, 'value')
      registry.register(Number.NaN, 'value')
      expect(registry.lookup(Number.NaN)).toHaveLength(2)
    }),
  )

  it(
    'dispatches to multiple keys in serial',
    inWorld(async () => {
      trapExit(true)
      const registry = await started()
      const test = self()
      registry.dispatch('hello', never)
      registry.register('hello', 1)
      registry.register('hello', 2)
      registry.register('world', 3)
      const tell = (all: readonly { pid: typeof test; value: unknown }[]): void => {
        expect(self()).toBe(test)
        for (const { pid, value } of all) send(pid, { dispatch: value })
      }
      registry.dispatch('hello', tell)
      expect(await drain()).toEqual([{ dispatch: 1 }, { dispatch: 2 }])
      registry.dispatch('world', tell)
      expect(await drain()).toEqual([{ dispatch: 3 }])
    }),
  )

  it(
    'unregisters by key',
    inWorld(async () => {
      const registry = await started()
      for (const key of ['hello', 'hello', 'world']) registry.register(key, 'value')
      const other = await someone(() => registry.register('hello', 'value'))
      registry.unregister('hello')
      expect(registry.keys(self())).toEqual(['world'])
      expect(registry.keys(other)).toEqual(['hello'])
      registry.unregister('world')
      expect(registry.keys(self())).toEqual([])
    }),
  )

  it(
    'unregisters with no entries',
    inWorld(async () => {
      const registry = await started()
      await someone(() => registry.register('hello', 'value'))
      registry.unregister('hello')
      expect(registry.count()).toBe(1)
    }),
  )

  it(
    'supports match patterns',
    inWorld(async () => {
      const registry = await started()
      const [one, two] = [
        { n: 1, kind: 'atom' },
        { n: 2, kind: 'atom' },
      ]
      registry.register('hello', one)
      registry.register('hello', two)
      const pid = self()
      expect(registry.match('hello', { n: 1 })).toEqual([{ pid, value: one }])
      expect(registry.match('hello', { n: 2 })).toEqual([{ pid, value: two }])
      expect(registry.match('hello', { n: '2' })).toEqual([])
      expect(registry.match('hello', { kind: 'atom' })).toEqual([
        { pid, value: one },
        { pid, value: two },
      ])
    }),
  )

  it(
    'supports guards',
    inWorld(async () => {
      const registry = await started()
      registry.register('hello', 1)
      registry.register('hello', 2)
      const below = (limit: number) => registry.match('hello', (value) => Number(value) < limit)
      expect([below(1).length, below(2).length, below(3).length]).toEqual([0, 1, 2])
    }),
  )

  it(
    'uses exact complex keys in lookup and match',
    inWorld(async () => {
      const cells = new DuplicateRegistry<readonly [string, number], string>('cells', {
        identity: ([room, seat]) => `${room}/${seat}`,
      })
      await cells.startLink()
      cells.register(['a', 1], 'x')
      cells.register(['a', 2], 'y')
      expect(cells.lookup(['a', 1])).toEqual([{ pid: self(), value: 'x' }])
      expect(cells.match(['a', 2], 'y')).toEqual([{ pid: self(), value: 'y' }])
      expect(cells.keys(self())).toEqual([
        ['a', 1],
        ['a', 2],
      ])
      cells.unregister(['a', 1])
      expect(cells.count()).toBe(1)
    }),
  )

  it(
    'count_match supports match patterns',
    inWorld(async () => {
      const registry = await started()
      registry.register('hello', { n: 1 })
      registry.register('hello', { n: 2 })
      expect(registry.countMatch('hello', { n: 1 })).toBe(1)
      expect(registry.countMatch('hello', {})).toBe(2)
      expect(registry.countMatch('world', {})).toBe(0)
    }),
  )

  it(
    'count_match supports guard conditions',
    inWorld(async () => {
      const registry = await started()
      registry.register('hello', 1)
      registry.register('hello', 2)
      expect(registry.countMatch('hello', (value) => Number(value) > 1)).toBe(1)
      expect(registry.countMatch('hello', (value) => Number(value) > 2)).toBe(0)
    }),
  )

  it(
    'unregister_match supports patterns',
    inWorld(async () => {
      const registry = await started()
      const [one, two] = [
        { n: 1, kind: 'atom' },
        { n: 2, kind: 'atom' },
      ]
      registry.register('hello', one)
      registry.register('hello', two)
      registry.unregisterMatch('hello', { n: 2 })
      expect(registry.lookup('hello')).toEqual([{ pid: self(), value: one }])
      registry.register('hello', two)
      registry.unregisterMatch('hello', { n: '2' })
      expect(registry.count()).toBe(2)
      registry.unregisterMatch('hello', { kind: 'atom' })
      expect(registry.lookup('hello')).toEqual([])
    }),
  )

  it(
    'unregister_match supports guards',
    inWorld(async () => {
      const registry = await started()
      registry.register('hello', 1)
      registry.register('hello', 2)
      registry.unregisterMatch('hello', (value) => Number(value) < 2)
      expect(registry.lookup('hello')).toEqual([{ pid: self(), value: 2 }])
    }),
  )

  it(
    'allows listeners',
    inWorld(async () => {
      const registry = await started({ listeners: ['duplicate_listener'] })
      register('duplicate_listener', self())
      const other = await someone(() => registry.register('hello', 'world'))
      expect(await drain()).toEqual([new RegisterMessage(REGISTRY, 'hello', other, 'world')])
      registry.register('hello', 'value')
      registry.register('hello', 'value')
      registry.unregister('hello')
      const mine = new RegisterMessage(REGISTRY, 'hello', self(), 'value')
      expect(await drain()).toEqual([mine, mine, new UnregisterMessage(REGISTRY, 'hello', self())])
    }),
  )

  it(
    'links and unlinks on register/unregister',
    inWorld(async () => {
      const registry = await started()
      const links = () => processInfo(self(), 'links')?.length
      registry.register('hello', 'value')
      registry.register('hello', 'value')
      registry.register('world', 'value')
      registry.unregister('hello')
      expect(links()).toBe(1)
      registry.unregister('world')
      expect(links()).toBe(0)
    }),
  )

  it(
    'raises on unknown registry name',
    inWorld(async () => {
      const unknown = new DuplicateRegistry<string>('unknown')
      expect(await failure(() => unknown.register('hello'))).toMatchObject({ code: 'REGISTRY_NOT_RUNNING' })
      expect(await failure(() => unknown.lookup('hello'))).toMatchObject({ code: 'REGISTRY_NOT_RUNNING' })
    }),
  )

  it(
    'raises if attempt to be used on via',
    inWorld(async () => {
      const registry = await started()
      const error = await failure(() =>
        // @ts-expect-error a duplicate registry has no addresses
        start({ init: () => ({ state: 0 }) }, undefined, { name: via(registry, 'hello') }),
      )
      expect(error).toMatchObject({ code: 'REGISTRY_NOT_UNIQUE', details: { registry: REGISTRY } })
      expect(error.message).toContain('DuplicateRegistry')
    }),
  )

  it(
    'empty list for empty registry',
    inWorld(async () => {
      expect((await started()).select()).toEqual([])
    }),
  )

  it(
    'select all',
    inWorld(async () => {
      const registry = await started()
      registry.register('hello', 'value')
      registry.register('hello', 'value')
      const entry = { key: 'hello', pid: self(), value: 'value' }
      expect(registry.select()).toEqual([entry, entry])
    }),
  )

  it(
    'select supports full match specs',
    inWorld(async () => {
      const registry = await started()
      const other = await someone(() => registry.register('hello', 1))
      registry.register('hello', 2)
      expect(registry.select({ pid: other })).toEqual([{ key: 'hello', pid: other, value: 1 }])
      expect(registry.select({ key: 'hello', value: 2 })).toEqual([{ key: 'hello', pid: self(), value: 2 }])
      expect(registry.select({ key: 'world' })).toEqual([])
    }),
  )

  it(
    'select supports guard conditions',
    inWorld(async () => {
      const registry = await started()
      registry.register('hello', 1)
      registry.register('world', 2)
      expect(registry.select(({ value }) => Number(value) > 1).map(({ key }) => key)).toEqual(['world'])
      expect(registry.select(({ value }) => Number(value) > 2)).toEqual([])
    }),
  )

  it(
    'count_select supports match specs',
    inWorld(async () => {
      const registry = await started()
      registry.register('hello', 1)
      registry.register('hello', 1)
      registry.register('world', 2)
      expect(registry.countSelect({ key: 'hello' })).toBe(2)
      expect(registry.countSelect({ key: 'hello', value: 2 })).toBe(0)
    }),
  )

  it(
    'count_select supports guard conditions',
    inWorld(async () => {
      const registry = await started()
      registry.register('hello', 1)
      registry.register('hello', 2)
      expect(registry.countSelect(({ value }) => Number(value) > 1)).toBe(1)
    }),
  )

  it(
    'update_value is not supported',
    inWorld(async () => {
      const registry = await started()
      registry.register('hello', 1)
      // @ts-expect-error which of the values would it be?
      expect(registry.updateValue).toBeUndefined()
    }),
  )

  it(
    'supports reserved keys',
    inWorld(async () => {
      const registry = await started()
      // What is special to JavaScript objects is nothing special as a key.
      const keys = ['_', '$1', '__proto__', 'constructor', '', null, undefined]
      for (const key of [...keys, ...keys]) registry.register(key, key)
      for (const key of keys) {
        expect(registry.lookup(key)).toHaveLength(2)
        expect(registry.values(key, self())).toEqual([key, key])
        registry.unregister(key)
        expect(registry.lookup(key)).toEqual([])
      }
      expect(registry.count()).toBe(0)
    }),
  )
})
