import { describe, expect, it } from 'vitest'
import { call, start, startLink, startServer, stop, suspend } from '../../src/genserver/index.js'
import { exit, link, processInfo, receive, register, self, send, unlink } from '../../src/kernel/index.js'
import { RegisterMessage, UniqueRegistry, UnregisterMessage, via } from '../../src/registry/index.js'
import { by, drain, endOf, failure, inWorld, someone } from '../registry/world.js'

const REGISTRY = 'unique'

async function started(options?: ConstructorParameters<typeof UniqueRegistry>[1]) {
  const registry = new UniqueRegistry<unknown, unknown>(REGISTRY, options)
  const pid = await registry.startLink()
  // The test itself is then linked to the registry by registering alone.
  unlink(pid)
  return registry
}

const never = (): never => {
  throw new Error('will never be invoked')
}

const agent = {
  init: (value: number) => ({ state: value }),
  handleCall: (by: unknown, _from: unknown, value: number) => ({
    reply: value + Number(by),
    state: value + Number(by),
  }),
}

describe('unique_test', () => {
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
      registry.register('world', 'value')
      expect(registry.count()).toBe(2)
    }),
  )

  it(
    'has unique registrations',
    inWorld(async () => {
      const registry = await started()
      registry.register('hello', 'value')
      expect(registry.keys(self())).toEqual(['hello'])
      expect(registry.values('hello', self())).toEqual(['value'])
      expect(await failure(() => registry.register('hello', 'value'))).toMatchObject({
        code: 'ALREADY_REGISTERED',
        details: { pid: self(), key: 'hello', registry: REGISTRY },
      })
      expect(registry.keys(self())).toEqual(['hello'])
      expect(registry.values('hello', self())).toEqual(['value'])
      registry.register('world', 'value')
      expect(registry.keys(self())).toEqual(['hello', 'world'])
    }),
  )

  it(
    'has unique registrations across processes',
    inWorld(async () => {
      const registry = await started()
      const other = await someone(() => registry.register('hello', 'value'))
      const keeper = processInfo(other, 'links')?.[0]
      if (keeper === undefined) throw new Error('the registrant is not linked')
      link(keeper)
      expect(registry.keys(other)).toEqual(['hello'])
      expect(registry.values('hello', other)).toEqual(['value'])
      expect(await failure(() => registry.register('hello', 'recent'))).toMatchObject({
        code: 'ALREADY_REGISTERED',
        details: { pid: other },
      })
      expect(registry.keys(self())).toEqual([])
      expect(registry.values('hello', self())).toEqual([])
      expect(processInfo(self(), 'links')).toEqual([keeper])
      unlink(keeper)
    }),
  )

  it(
    'has unique registrations even if partition is delayed',
    inWorld(async () => {
      const registry = await started()
      const other = await someone(() => registry.register('hello', 'value'))
      expect(await failure(() => registry.register('hello', 'other'))).toMatchObject({
        code: 'ALREADY_REGISTERED',
        details: { pid: other },
      })
      await suspend(REGISTRY)
      exit(other, 'kill')
      registry.register('hello', 'other')
      expect(registry.lookup('hello')).toEqual({ pid: self(), value: 'other' })
    }),
  )

  it(
    'supports match patterns',
    inWorld(async () => {
      const registry = await started()
      const value = { a: 1, b: 'atom', c: 1 }
      registry.register('hello', value)
      const found = [{ pid: self(), value }]
      expect(registry.match('hello', { a: 1 })).toEqual(found)
      expect(registry.match('hello', { a: '1' })).toEqual([])
      expect(registry.match('hello', { b: 'atom' })).toEqual(found)
      expect(registry.match('hello', {})).toEqual(found)
      expect(registry.match('other', {})).toEqual([])
      registry.register('world', { a: 'a', b: { c: 'c', d: 'd' } })
      expect(registry.match('world', { b: { d: 'd' } })).toHaveLength(1)
      registry.register('literal', 7)
      expect(registry.match('literal', 7)).toEqual([{ pid: self(), value: 7 }])
      expect(registry.match('literal', '7')).toEqual([])
    }),
  )

  it(
    'supports guard conditions',
    inWorld(async () => {
      const registry = new UniqueRegistry<string, { n: number }>('guards')
      await registry.startLink()
      registry.register('hello', { n: 2 })
      expect(registry.match('hello', ({ n }) => n > 1)).toEqual([{ pid: self(), value: { n: 2 } }])
      expect(registry.match('hello', ({ n }) => n > 2)).toEqual([])
    }),
  )

  it(
    'supports reserved keys',
    inWorld(async () => {
      const registry = await started()
      // What is special to JavaScript objects is nothing special as a key.
      const keys = [
        '_',
        '$1',
        '__proto__',
        'constructor',
        'toString',
        '',
        null,
        undefined,
        false,
        Symbol.iterator,
      ]
      for (const [at, key] of keys.entries()) registry.register(key, at)
      expect(registry.keys(self())).toEqual(keys)
      for (const [at, key] of keys.entries()) {
        expect(registry.match(key, at)).toEqual([{ pid: self(), value: at }])
        expect(registry.countMatch(key, at)).toBe(1)
        expect(registry.countMatch(key, at + 1)).toBe(0)
      }
      registry.unregisterMatch('__proto__', 2)
      registry.unregister(undefined)
      expect(registry.lookup('__proto__')).toBeUndefined()
      expect(registry.lookup(undefined)).toBeUndefined()
      expect(registry.count()).toBe(keys.length - 2)
    }),
  )

  it(
    'count_match supports match patterns',
    inWorld(async () => {
      const registry = await started()
      registry.register('hello', { a: 1, b: 'atom' })
      expect(registry.countMatch('hello', { a: 1 })).toBe(1)
      expect(registry.countMatch('hello', { a: 2 })).toBe(0)
      expect(registry.countMatch('hello', {})).toBe(1)
      expect(registry.countMatch('world', {})).toBe(0)
    }),
  )

  it(
    'count_match supports guard conditions',
    inWorld(async () => {
      const registry = await started()
      registry.register('hello', 2)
      expect(registry.countMatch('hello', (value) => Number(value) > 1)).toBe(1)
      expect(registry.countMatch('hello', (value) => Number(value) > 2)).toBe(0)
    }),
  )

  it(
    'unregister_match supports patterns',
    inWorld(async () => {
      const registry = await started()
      const value = { a: 1, b: 'atom' }
      registry.register('hello', value)
      registry.unregisterMatch('hello', { a: 2 })
      registry.unregisterMatch('hello', { a: '1' })
      expect(registry.lookup('hello')).toEqual({ pid: self(), value })
      registry.unregisterMatch('hello', { b: 'atom' })
      expect(registry.lookup('hello')).toBeUndefined()
    }),
  )

  it(
    'unregister_match supports guards',
    inWorld(async () => {
      const registry = await started()
      registry.register('hello', 1)
      registry.unregisterMatch('hello', (value) => Number(value) > 1)
      expect(registry.count()).toBe(1)
      registry.unregisterMatch('hello', (value) => Number(value) < 2)
      expect(registry.count()).toBe(0)
    }),
  )

  it(
    'compares using ===',
    inWorld(async () => {
      const registry = await started()
      // JavaScript has one kind of number, so 1 and '1' stand in for 1 and 1.0.
      registry.register(1, 'value')
      registry.register('1', 'value')
      expect(registry.keys(self())).toEqual([1, '1'])
      registry.register(Number.NaN, 'value')
      expect(registry.values(Number.NaN, self())).toEqual(['value'])
      registry.register(0, 'value')
      expect(await failure(() => registry.register(-0, 'value'))).toMatchObject({
        code: 'ALREADY_REGISTERED',
      })
    }),
  )

  it(
    'updates current process value',
    inWorld(async () => {
      const registry = new UniqueRegistry<string, number>('updates')
      await registry.startLink()
      expect(registry.updateValue('hello', never)).toBeUndefined()
      await someone(() => registry.register('hello', 0))
      expect(registry.updateValue('hello', never)).toBeUndefined()
      registry.register('world', 1)
      expect(registry.lookup('world')).toEqual({ pid: self(), value: 1 })
      expect(registry.updateValue('world', (value) => value + 1)).toEqual({ value: 2, previous: 1 })
      expect(registry.lookup('world')).toEqual({ pid: self(), value: 2 })
    }),
  )

  it(
    'dispatches to a single key',
    inWorld(async () => {
      const registry = await started()
      registry.dispatch('hello', never)
      registry.register('hello', 'value')
      registry.dispatch('hello', (registrations) => {
        for (const { pid, value } of registrations) send(pid, { dispatch: value })
      })
      expect(await drain()).toEqual([{ dispatch: 'value' }])
    }),
  )

  it(
    'unregisters process by key',
    inWorld(async () => {
      const registry = await started()
      registry.unregister('hello')
      registry.register('hello', 'value')
      registry.register('world', 'value')
      registry.unregister('hello')
      expect(registry.keys(self())).toEqual(['world'])
      registry.unregister('world')
      expect(registry.keys(self())).toEqual([])
    }),
  )

  it(
    'unregisters with no entries',
    inWorld(async () => {
      const registry = await started()
      expect(() => registry.unregister('hello')).not.toThrow()
    }),
  )

  it(
    'allows listeners',
    inWorld(async () => {
      const registry = await started({ listeners: ['unique_listener'] })
      register('unique_listener', self())
      const other = await someone(() => registry.register('hello', 'world'))
      expect(await drain()).toEqual([new RegisterMessage(REGISTRY, 'hello', other, 'world')])
      registry.register('world', 'value')
      expect(await receive({ tag: 'register' })).toEqual(
        new RegisterMessage(REGISTRY, 'world', self(), 'value'),
      )
      registry.unregister('world')
      expect(await drain()).toEqual([new UnregisterMessage(REGISTRY, 'world', self())])
    }),
  )

  it(
    'links and unlinks on register/unregister',
    inWorld(async () => {
      const registry = await started()
      const links = () => processInfo(self(), 'links')?.length
      expect(links()).toBe(0)
      registry.register('hello', 'value')
      registry.register('world', 'value')
      expect(links()).toBe(1)
      registry.unregister('hello')
      expect(links()).toBe(1)
      registry.unregister('world')
      expect(links()).toBe(0)
    }),
  )

  it(
    'raises on unknown registry name',
    inWorld(async () => {
      const unknown = new UniqueRegistry<string>('unknown')
      const acts: (() => unknown)[] = [
        () => unknown.register('hello'),
        () => unknown.lookup('hello'),
        () => unknown.keys(self()),
        () => unknown.count(),
        () => unknown.unregister('hello'),
        () => unknown.meta('hello'),
        () => unknown.lock('hello', never),
      ]
      for (const act of acts) {
        expect(await failure(act)).toMatchObject({
          code: 'REGISTRY_NOT_RUNNING',
          message: expect.stringContaining('registry "unknown" is not running'),
        })
      }
    }),
  )

  it(
    'via callbacks',
    inWorld(async () => {
      const registry = await started()
      const name = via(registry, 'hello')
      const pid = await startLink(agent, 0, { name })
      expect(name.whereis()).toBe(pid)
      expect(await call(name, 1)).toBe(1)
      expect(await call(name, 0)).toBe(1)
      const failing = start({ init: () => ({ error: 'oops' }) }, undefined, { name: via(registry, 'other') })
      expect(await failure(() => failing)).toMatchObject({ code: 'START_FAILED' })
      expect(registry.keys(pid)).toEqual(['hello'])
      expect(registry.count()).toBe(1)
      expect(await failure(() => startServer(agent, 0, { name }))).toMatchObject({
        code: 'ALREADY_STARTED',
        details: { pid },
      })
      await stop(name)
      expect(name.whereis()).toBeUndefined()
    }),
  )

  it(
    'uses value provided in via',
    inWorld(async () => {
      const registry = await started()
      const pid = await startLink(agent, 0, { name: via(registry, 'hello', 'value') })
      expect(registry.lookup('hello')).toEqual({ pid, value: 'value' })
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
      const pid = await startLink(agent, 0, { name: via(registry, 'hello') })
      registry.register('world', 'value')
      expect(registry.select()).toEqual([
        { key: 'hello', pid, value: undefined },
        { key: 'world', pid: self(), value: 'value' },
      ])
    }),
  )

  it(
    'select supports full match specs',
    inWorld(async () => {
      const registry = await started()
      const value = { a: 1, b: 'atom' }
      registry.register('hello', value)
      const all = [{ key: 'hello', pid: self(), value }]
      expect(registry.select({ key: 'hello' })).toEqual(all)
      expect(registry.select({ pid: self() })).toEqual(all)
      expect(registry.select({ value: { b: 'atom' } })).toEqual(all)
      expect(registry.select({ key: 'world' })).toEqual([])
      expect(registry.select({ value: { a: 2 } })).toEqual([])
    }),
  )

  it(
    'select supports guard conditions',
    inWorld(async () => {
      const registry = new UniqueRegistry<string, number>('select')
      await registry.startLink()
      registry.register('hello', 2)
      expect(registry.select(({ value }) => value > 1).map(({ key }) => key)).toEqual(['hello'])
      expect(registry.select(({ value }) => value > 2)).toEqual([])
    }),
  )

  it(
    'count_select supports match specs',
    inWorld(async () => {
      const registry = await started()
      registry.register('hello', 1)
      registry.register('world', 2)
      expect(registry.countSelect({ key: 'hello' })).toBe(1)
      expect(registry.countSelect({ value: 3 })).toBe(0)
    }),
  )

  it(
    'count_select supports guard conditions',
    inWorld(async () => {
      const registry = await started()
      registry.register('hello', 1)
      registry.register('world', 2)
      expect(registry.countSelect(({ pid }) => pid === self())).toBe(2)
      expect(registry.countSelect(({ value }) => Number(value) > 1)).toBe(1)
    }),
  )

  it(
    "doesn't grow ets on already_registered",
    inWorld(async () => {
      const registry = await started()
      registry.register('hello', 'value')
      await failure(() => registry.register('hello', 'value'))
      expect(registry.count()).toBe(1)
      registry.unregister('hello')
      expect([registry.count(), registry.keys(self())]).toEqual([0, []])
    }),
  )

  it(
    "doesn't grow ets on already_registered across processes",
    inWorld(async () => {
      const registry = await started()
      const other = await someone(() => registry.register('hello', 'value'))
      await failure(() => registry.register('hello', 'value'))
      expect(registry.count()).toBe(1)
      expect(processInfo(self(), 'links')).toEqual([])
      await by(other, () => registry.unregister('hello'))
      expect([registry.count(), registry.keys(other), registry.keys(self())]).toEqual([0, [], []])
      exit(other, 'kill')
      expect(await endOf(other)).toBe('noproc')
    }),
  )
})
