import { describe, expect, it } from 'vitest'
import { call, cast, getStatus, resume, startLink, stop, suspend } from '../../src/genserver/index.js'
import {
  exit,
  HeartwoodError,
  isAlive,
  isExit,
  Kernel,
  monitor,
  own,
  type Pid,
  processInfo,
  receive,
  self,
  send,
  sleep,
  spawn,
  trapExit,
  unlink,
} from '../../src/kernel/index.js'
import {
  DuplicateRegistry,
  isRegister,
  isUnregister,
  ProcessGroups,
  PubSub,
  UniqueRegistry,
} from '../../src/registry/index.js'
import { startSupervisor, whichChildren } from '../../src/supervisor/index.js'
import { by, drain, endOf, failure, inWorld, someone } from './world.js'

const started = async <R extends { startLink(): Promise<Pid> }>(registry: R): Promise<R> => {
  unlink(await registry.startLink())
  return registry
}

describe('a registry', () => {
  it(
    'finds a process by its key, with its value',
    inWorld(async () => {
      const sessions = await started(new UniqueRegistry<string, { since: number }>('sessions'))
      const ann = await someone(() => sessions.register('ann', { since: 2026 }))
      expect(sessions.lookup('ann')).toEqual({ pid: ann, value: { since: 2026 } })
      expect(sessions.whereis('ann')).toBe(ann)
      expect(sessions.lookup('bob')).toBeUndefined()
    }),
  )

  it(
    'needs no value where it has none',
    inWorld(async () => {
      const names = await started(new UniqueRegistry('names'))
      names.register('ann')
      expect(names.lookup('ann')).toEqual({ pid: self(), value: undefined })
    }),
  )

  it(
    'takes any key that a Map takes, and tells those from each other that a Map does',
    inWorld(async () => {
      class Room {}
      const [one, two] = [new Room(), new Room()]
      const registry = await started(new UniqueRegistry<unknown, string>('any'))
      const keys = [one, two, self(), Symbol('x'), null, 0, '0', false, 0n, Room]
      for (const key of keys) registry.register(key, String(key))
      expect(registry.keys(self())).toEqual(keys)
      expect(registry.lookup(two)?.value).toBe(String(two))
    }),
  )

  it(
    'refuses a key that it could never find again',
    inWorld(async () => {
      const registry = await started(new DuplicateRegistry<unknown>('any'))
      for (const key of [['a', 1], {}, Object.create(null)]) {
        expect(await failure(() => registry.register(key))).toMatchObject({ code: 'KEY_NOT_COMPARABLE' })
        expect(await failure(() => registry.lookup(key))).toMatchObject({ code: 'KEY_NOT_COMPARABLE' })
      }
      expect(registry.count()).toBe(0)
    }),
  )

  it(
    'compares composite keys by their identity',
    inWorld(async () => {
      const seats = await started(
        new UniqueRegistry<{ room: string; seat: number }>('seats', {
          identity: ({ room, seat }) => `${room} ${seat}`,
        }),
      )
      seats.register({ room: 'a', seat: 1 })
      expect(seats.whereis({ seat: 1, room: 'a' })).toBe(self())
      expect(await failure(() => seats.register({ room: 'a', seat: 1 }))).toMatchObject({
        code: 'ALREADY_REGISTERED',
      })
      expect(seats.keys(self())).toEqual([{ room: 'a', seat: 1 }])
      seats.unregister({ room: 'a', seat: 1 })
      expect(seats.count()).toBe(0)
    }),
  )

  it(
    'gives away copies: a result does not change with the registration',
    inWorld(async () => {
      const registry = await started(new UniqueRegistry<string, number>('copies'))
      registry.register('a', 1)
      const before = registry.lookup('a')
      registry.updateValue('a', (value) => value + 1)
      expect(before?.value).toBe(1)
    }),
  )

  it(
    'keeps the value when its update throws',
    inWorld(async () => {
      const registry = await started(new UniqueRegistry<string, number>('updates'))
      registry.register('a', 1)
      expect(() =>
        registry.updateValue('a', () => {
          throw new Error('oops')
        }),
      ).toThrow('oops')
      expect(registry.lookup('a')?.value).toBe(1)
    }),
  )

  it(
    'isolates values as messages are isolated',
    inWorld(async () => {
      const registry = await started(new UniqueRegistry<string, { n: number }>('frozen'))
      const value = { n: 1 }
      registry.register('a', value)
      expect(Object.isFrozen(value)).toBe(true)
      registry.updateValue('a', ({ n }) => ({ n: n + 1 }))
      expect(Object.isFrozen(registry.lookup('a')?.value)).toBe(true)
      registry.putMeta('m', value)
      expect(registry.meta('m')).toBe(value)
    }),
  )

  it(
    'holds metadata while it runs, and starts with what it was given',
    inWorld(async () => {
      const registry = new UniqueRegistry('meta', { meta: [['color', 'red']] })
      const pid = await registry.start()
      registry.putMeta('color', 'blue')
      registry.putMeta('size', 3)
      expect([registry.meta('color'), registry.meta('size'), registry.meta('none')]).toEqual([
        'blue',
        3,
        undefined,
      ])
      registry.deleteMeta('size')
      expect(registry.meta('size')).toBeUndefined()
      await stop(pid)
      await registry.start()
      expect(registry.meta('color')).toBe('red')
    }),
  )

  it(
    'lets a dispatch register and unregister',
    inWorld(async () => {
      const registry = await started(new DuplicateRegistry<string, number>('nested'))
      registry.register('a', 1)
      registry.register('a', 2)
      const seen: number[] = []
      registry.dispatch('a', (all) => {
        registry.unregister('a')
        registry.register('a', 3)
        for (const { value } of all) seen.push(value)
      })
      expect(seen).toEqual([1, 2])
      expect(registry.values('a', self())).toEqual([3])
    }),
  )

  it(
    'passes on what a dispatch throws',
    inWorld(async () => {
      const registry = await started(new DuplicateRegistry('nested'))
      registry.register('a')
      expect(() =>
        registry.dispatch('a', () => {
          throw new Error('oops')
        }),
      ).toThrow('oops')
    }),
  )
})

it('values are copied out as well as in, where messages are', () =>
  new Kernel({ messages: 'clone' }).run(async () => {
    const listens = new UniqueRegistry<string, { n: number }>('copied', { listeners: [self()] })
    await listens.start()
    const value = { n: 1 }
    listens.register('a', value)
    const seen = [
      value,
      (await receive(isRegister)).value as typeof value,
      listens.lookup('a')?.value,
      listens.match('a', { n: 1 })[0]?.value,
      listens.select()[0]?.value,
      listens.values('a', self())[0],
    ]
    for (const one of seen) if (one !== undefined) one.n = 2
    expect(new Set(seen).size).toBe(seen.length)
    const updated = listens.updateValue('a', (old) => Object.assign(old, { n: old.n + 10 }))
    if (updated !== undefined) updated.value.n = 3
    expect(listens.lookup('a')?.value).toEqual({ n: 11 })
  }))

it.each<[string, (name: string) => unknown]>([
  ['a unique registry', (name) => new UniqueRegistry(name)],
  ['a duplicate registry', (name) => new DuplicateRegistry(name)],
  ['a pub/sub', (name) => new PubSub(name)],
  ['a scope of process groups', (name) => new ProcessGroups(name)],
])('%s is refused where it is made when its process could not have its name', async (_, make) => {
  for (const name of ['', 'undefined', undefined, 17, ['names']])
    expect(await failure(() => make(name as string))).toMatchObject({
      code: 'NAME_INVALID',
      details: { name },
    })
})

describe('the death of a registered process', () => {
  it(
    'takes its registrations along before anyone hears of it',
    inWorld(async () => {
      const registry = await started(new UniqueRegistry('names'))
      const seen: unknown[] = []
      const pid = await someone(() => {
        registry.register('a')
        // A resource is closed after the death, and before exit signals go out.
        own({ close: () => seen.push(registry.whereis('a'), registry.count()) })
      })
      exit(pid, 'kill')
      expect(seen).toEqual([undefined, 0])
    }),
  )

  it(
    'does not wait for resources that close slowly',
    inWorld(async (kernel) => {
      const registry = await started(new UniqueRegistry('names'))
      const pid = await someone(() => {
        registry.register('a')
        own({ close: () => new Promise(() => {}) })
      })
      exit(pid, 'kill')
      expect(registry.whereis('a')).toBeUndefined()
      registry.register('a')
      await kernel.clock.advance(5_000)
      expect(registry.whereis('a')).toBe(self())
    }),
  )

  it(
    'does not end the registry, nor others in it',
    inWorld(async (kernel) => {
      const registry = new UniqueRegistry('names')
      const keeper = await registry.start()
      const other = await someone(() => registry.register('b'))
      const pid = await someone(() => registry.register('a'))
      exit(pid, 'oops')
      await kernel.settled()
      expect([keeper, other].every(isAlive)).toBe(true)
      expect(registry.count()).toBe(1)
      expect(processInfo(keeper, 'links')).toEqual([other])
      expect(kernel.reports).toEqual([])
    }),
  )

  it(
    'keeps its left-over code from registering',
    inWorld(async () => {
      const registry = await started(new UniqueRegistry('names'))
      const pid = await someone()
      const attempt = by(pid, () => {
        exit(pid, 'normal')
        registry.register('late')
      })
      attempt.catch(() => {})
      await endOf(pid)
      expect(registry.count()).toBe(0)
    }),
  )
})

describe('the end of a registry', () => {
  it(
    'ends the processes in it with its reason, except those that trap exits',
    inWorld(async () => {
      const registry = new UniqueRegistry('names')
      const keeper = await registry.start()
      const plain = await someone(() => registry.register('plain'))
      const stranger = await someone()
      trapExit(true)
      registry.register('trapping')
      exit(keeper, 'kill')
      expect(isAlive(plain)).toBe(false)
      expect(isAlive(stranger)).toBe(true)
      expect(await receive(isExit)).toMatchObject({ from: keeper, reason: 'killed' })
      expect(await failure(() => registry.count())).toMatchObject({ code: 'REGISTRY_NOT_RUNNING' })
    }),
  )

  it(
    'leaves them alive when it is stopped for no reason',
    inWorld(async () => {
      const registry = new UniqueRegistry('names')
      const keeper = await registry.start()
      const plain = await someone(() => registry.register('plain'))
      await stop(keeper)
      expect(isAlive(plain)).toBe(true)
    }),
  )

  it(
    'is followed by an empty one',
    inWorld(async () => {
      trapExit(true)
      const registry = new DuplicateRegistry('names')
      const first = await registry.startLink()
      registry.register('a')
      exit(first, 'kill')
      const second = await registry.startLink()
      expect(registry.count()).toBe(0)
      registry.register('a')
      expect(registry.lookup('a')).toHaveLength(1)
      expect(second).not.toBe(first)
    }),
  )

  it(
    'leaves nothing behind that watches its processes',
    inWorld(async () => {
      const registry = new UniqueRegistry('names')
      trapExit(true)
      for (let life = 0; life < 3; life++) {
        const keeper = await registry.start()
        registry.register('a')
        exit(keeper, 'kill')
      }
      await registry.start()
      registry.register('a')
      expect(registry.keys(self())).toEqual(['a'])
      expect(processInfo(self(), 'links')).toHaveLength(1)
    }),
  )
})

describe('the process of a registry', () => {
  it(
    'has the name of the registry, once',
    inWorld(async () => {
      const registry = new UniqueRegistry('names')
      const pid = await registry.start()
      expect(processInfo(pid, 'registeredName')).toBe('names')
      expect(await failure(() => registry.start())).toMatchObject({
        code: 'ALREADY_STARTED',
        details: { pid },
      })
      expect(await failure(() => new UniqueRegistry('').start())).toMatchObject({ code: 'NAME_INVALID' })
    }),
  )

  it(
    'belongs to its kernel',
    inWorld(async () => {
      const registry = new UniqueRegistry('names')
      await registry.start()
      registry.register('a')
      await new Kernel().run(async () => {
        expect(await failure(() => registry.count())).toMatchObject({ code: 'REGISTRY_NOT_RUNNING' })
        await registry.start()
        expect(registry.count()).toBe(0)
      })
      expect(registry.count()).toBe(1)
    }),
  )

  it(
    'is a child like any other',
    inWorld(async (kernel) => {
      const registry = new UniqueRegistry('names')
      const worker = {
        init: () => {
          registry.register('worker')
          return { state: 0 }
        },
      }
      const supervisor = await startSupervisor({
        strategy: 'rest_for_one',
        children: [registry.childSpec(), { id: 'worker', start: () => startLink(worker) }],
      })
      const before = registry.whereis('worker')
      exit((await whichChildren(supervisor))[0]?.pid as Pid, 'kill')
      await kernel.settled()
      const after = registry.whereis('worker')
      expect(after).toBeDefined()
      expect(after).not.toBe(before)
    }),
  )

  it(
    'keeps a link that was there before somebody registered',
    inWorld(async () => {
      const registry = new UniqueRegistry('names')
      const keeper = await registry.startLink()
      registry.register('a')
      registry.unregister('a')
      expect(processInfo(self(), 'links')).toEqual([keeper])
    }),
  )

  it(
    'is not harmed by messages that are not for it, and reports them',
    inWorld(async (kernel) => {
      const registry = new UniqueRegistry('names')
      const keeper = await registry.start()
      send(keeper, 'hello')
      cast(keeper, 'hello')
      const answer = failure(() => call(keeper, 'hello', 100))
      await kernel.settled()
      await kernel.clock.advance(100)
      expect(await answer).toMatchObject({ code: 'CALL_TIMEOUT' })
      expect(isAlive(keeper)).toBe(true)
      expect(kernel.reportsOf('server')).toHaveLength(3)
      expect(kernel.reportsOf('server')[0]).toMatchObject({ name: 'names', level: 'warn' })
    }),
  )

  it(
    'shows its size as its state, not all of its entries',
    inWorld(async () => {
      const registry = new UniqueRegistry('names')
      await registry.start()
      registry.register('a')
      expect((await getStatus('names')).state).toEqual({ name: 'names', entries: 1 })
    }),
  )
})

describe('listeners', () => {
  it(
    'hear of API calls and not of deaths',
    inWorld(async () => {
      const test = self()
      const registry = await started(new UniqueRegistry<string, number>('names', { listeners: [test] }))
      const pid = await someone(() => registry.register('a', 1))
      expect((await receive(isRegister)).pid).toBe(pid)
      exit(pid, 'kill')
      registry.register('a', 2)
      registry.unregister('none')
      registry.unregisterMatch('a', 3)
      registry.unregisterMatch('a', 2)
      expect(await receive(isRegister)).toMatchObject({ registry: 'names', key: 'a', pid: test, value: 2 })
      expect(await receive(isUnregister)).toMatchObject({ registry: 'names', key: 'a', pid: test })
      expect(await drain()).toEqual([])
    }),
  )

  it(
    'hear of deaths where they are told of them, once for each key and before anything else of that death',
    inWorld(async () => {
      const registry = await started(
        new DuplicateRegistry('names', { listeners: [self()], tellDeaths: true }),
      )
      const pid = await someone(() => {
        registry.register('a')
        registry.register('b')
        registry.register('a')
      })
      const ref = monitor(pid)
      registry.register('c')
      registry.unregister('c')
      await drain()
      exit(pid, 'kill')
      const told = (key: string) => ({ tag: 'unregister', registry: 'names', key, pid, died: true })
      expect(await drain()).toMatchObject([told('a'), told('b'), { tag: 'DOWN', ref }])
      registry.register('c')
      registry.unregister('c')
      expect(await drain()).toMatchObject([{ key: 'c' }, { key: 'c', died: false }])
    }),
  )

  it(
    'may be missing without harm to those who register',
    inWorld(async (kernel) => {
      const registry = await started(new UniqueRegistry('names', { listeners: ['nobody'] }))
      registry.register('a')
      expect(kernel.deadLetters).toBe(1)
    }),
  )

  it('are pids or names', async () => {
    const listeners = [42] as unknown as string[]
    expect(await failure(() => new UniqueRegistry('names', { listeners }))).toMatchObject({
      code: 'LISTENER_INVALID',
    })
  })
})

describe('a lock', () => {
  it(
    'gives what its function gives',
    inWorld(async () => {
      const registry = await started(new UniqueRegistry('names'))
      expect(await registry.lock('a', () => 1)).toBe(1)
      expect(await registry.lock('a', async () => 2)).toBe(2)
      await expect(registry.lock('a', () => Promise.reject(new Error('oops')))).rejects.toThrow('oops')
      expect(await registry.lock('a', () => 3)).toBe(3)
    }),
  )

  it(
    'that its holder asks for again is refused instead of awaited for ever',
    inWorld(async () => {
      const registry = await started(new UniqueRegistry('names'))
      const nested = registry.lock('a', () => registry.lock('a', () => 1))
      expect(await failure(() => nested)).toMatchObject({
        code: 'LOCK_HELD',
        details: { key: 'a', pid: self() },
      })
      expect(await registry.lock('a', () => registry.lock('b', () => 2))).toBe(2)
    }),
  )

  it('is refused inside itself also to code outside any process', async () => {
    const registry = new UniqueRegistry('outside')
    const pid = await registry.startLink()
    const nested = registry.lock('a', () => registry.lock('a', () => 1))
    expect(await failure(() => nested)).toMatchObject({ code: 'LOCK_HELD' })
    expect(await registry.lock('a', () => 2)).toBe(2)
    await stop(pid)
  })

  it(
    'is waited for by another flow of the process that holds it',
    inWorld(async () => {
      const registry = await started(new UniqueRegistry('names'))
      const order: string[] = []
      const use = (name: string): Promise<void> =>
        registry.lock('a', async () => {
          order.push(`${name} in`)
          await sleep(0)
          order.push(`${name} out`)
        })
      await Promise.all([use('first'), use('second')])
      expect(order).toEqual(['first in', 'first out', 'second in', 'second out'])
    }),
  )

  it(
    'is passed on in the order of asking',
    inWorld(async (kernel) => {
      const registry = await started(new UniqueRegistry<string>('names'))
      const test = self()
      for (const name of ['first', 'second', 'third']) {
        spawn(() => registry.lock('a', () => void send(test, name)))
      }
      await kernel.settled()
      expect(await drain()).toEqual(['first', 'second', 'third'])
    }),
  )

  it(
    'is not lost by what the left-over code of a dead holder does',
    inWorld(async (kernel) => {
      const registry = await started(new UniqueRegistry<string>('names'))
      const test = self()
      const locker = (name: string): Pid =>
        spawn(() =>
          registry.lock('a', async () => {
            send(test, name)
            await receive('go')
          }),
        )
      const [first] = [locker('first'), locker('second'), locker('third')]
      await kernel.settled()
      exit(first as Pid, 'kill')
      // Its `finally` runs when the lock is the second's already, and must not take it from that one.
      await kernel.settled()
      expect(await drain()).toEqual(['first', 'second'])
    }),
  )

  it(
    'that was given back watches its holder no more, and hears nothing of its end',
    inWorld(async (kernel) => {
      const reports: string[] = []
      kernel.reportTo(({ message }) => reports.push(message))
      const registry = new UniqueRegistry('names')
      const keeper = await registry.start()
      const holder = await someone()
      await by(holder, () => registry.lock('a', () => 1))
      expect(processInfo(keeper, 'monitors')).toEqual([])
      await by(holder, () => registry.lock('a', () => suspend(keeper)))
      exit(holder, 'kill')
      // The lock that it gave back and its end are in the mailbox together.
      await resume(keeper)
      await kernel.settled()
      expect(reports).toEqual([])
    }),
  )

  it(
    'of a registry that ends does not hold up its waiters',
    inWorld(async (kernel) => {
      const registry = new UniqueRegistry('names')
      const keeper = await registry.start()
      const holder = spawn(() => registry.lock('a', () => receive('go')))
      await kernel.settled()
      const waits = registry.lock('a', () => 1)
      exit(keeper, 'kill')
      await expect(waits).rejects.toSatisfy((error) => HeartwoodError.is(error, 'CALL_SERVER_EXITED'))
      send(holder, 'go')
      expect(await endOf(holder)).toBe('normal')
    }),
  )

  it(
    'is no registration',
    inWorld(async () => {
      const registry = await started(new UniqueRegistry('names'))
      await registry.lock('a', () => {
        expect(registry.count()).toBe(0)
        expect(registry.whereis('a')).toBeUndefined()
      })
    }),
  )
})

describe.each([
  ['unique', () => new UniqueRegistry<string, number>('names')],
  ['duplicate', () => new DuplicateRegistry<string, number>('names')],
])('registering another process (%s)', (_, make) => {
  it(
    'is as if it had registered itself',
    inWorld(async () => {
      const registry = make()
      const directory = await registry.start()
      const pid = await someone()
      registry.registerPid(pid, 'a', 1)
      registry.registerPid(pid, 'b', 2)
      expect([registry.keys(pid), registry.keys(self()), registry.values('a', pid)]).toEqual([
        ['a', 'b'],
        [],
        [1],
      ])
      expect([processInfo(pid, 'links'), processInfo(self(), 'links')]).toEqual([[directory], []])
      // Nobody else takes it back by `unregister`.
      registry.unregister('a')
      registry.unregisterPid(pid, 'a')
      expect(registry.keys(pid)).toEqual(['b'])
      await by(pid, () => registry.unregister('b'))
      expect([registry.count(), processInfo(pid, 'links')]).toEqual([0, []])
      registry.registerPid(pid, 'c', 3)
      exit(pid, 'kill')
      expect(registry.count()).toBe(0)
      registry.unregisterPid(pid, 'c')
    }),
  )

  it(
    'takes it along when the registry is lost, and leaves whoever registered it alone',
    inWorld(async () => {
      const registry = make()
      const directory = await registry.start()
      const pid = await someone()
      registry.registerPid(pid, 'a', 1)
      const end = endOf(pid)
      exit(directory, 'kill')
      expect(await end).toBe('killed')
    }),
  )

  it(
    'takes a process that lives',
    inWorld(async () => {
      const registry = make()
      await registry.start()
      const pid = await someone()
      exit(pid, 'kill')
      // The pid of a ref whose process is dead, which is not the current process.
      const none = undefined as unknown as Pid
      for (const way of [
        () => registry.registerPid(none, 'a', 1),
        () => new DuplicateRegistry('none').registerPid(none, 'a'),
        () => registry.unregisterPid(none, 'a'),
      ])
        expect(await failure(way)).toMatchObject({ code: 'NOT_A_PID' })
      expect(await failure(() => registry.registerPid(pid, 'a', 1))).toMatchObject({
        code: 'NOT_ALIVE',
        details: { pid },
      })
      const wrong = 'a' as unknown as typeof pid
      expect(await failure(() => registry.registerPid(wrong, 'a', 1))).toMatchObject({ code: 'NOT_A_PID' })
      expect(registry.count()).toBe(0)
    }),
  )
})

describe('a value that cannot be read', () => {
  class Lazy {
    get busy(): boolean {
      throw new Error('not yet')
    }
  }
  const bad: readonly [string, () => { readonly proxy: object; revoke(): void }][] = [
    ['a getter that throws', () => ({ proxy: new Lazy(), revoke: () => {} })],
    ['a revoked proxy', () => Proxy.revocable({ busy: false }, {})],
  ]
  const idle = { busy: false }

  it.each(bad)('(%s) matches nothing, fails nobody else, and is told once', (_, make) =>
    inWorld(async (kernel) => {
      const workers = await started(new DuplicateRegistry<string, object>('workers'))
      const { proxy, revoke } = make()
      const evil = await someone(() => workers.register('resize', proxy))
      revoke()
      const good = await someone(() => workers.register('resize', idle))
      const isIdle = (value: object) => !(value as typeof idle).busy
      for (const pattern of [idle, isIdle]) {
        expect(workers.match('resize', pattern)).toEqual([{ pid: good, value: idle }])
        expect(workers.countMatch('resize', pattern)).toBe(1)
      }
      expect(workers.select({ value: idle }).map(({ pid }) => pid)).toEqual([good])
      expect(workers.select(({ value }) => isIdle(value)).map(({ pid }) => pid)).toEqual([good])
      expect(workers.countSelect({ value: idle })).toBe(1)
      await by(evil, () => workers.unregisterMatch('resize', idle))
      expect(workers.count()).toBe(2)
      expect(kernel.reports).toMatchObject([
        { level: 'warn', kind: 'registry', pid: evil, registry: 'workers', key: 'resize' },
      ])
    })())

  it.each(bad)('(%s) is told also where only a predicate looks at it', (_, make) =>
    inWorld(async (kernel) => {
      const workers = await started(new DuplicateRegistry<string, object>('workers'))
      const { proxy, revoke } = make()
      const evil = await someone(() => workers.register('resize', proxy))
      revoke()
      expect(workers.match('resize', (value) => !(value as typeof idle).busy)).toEqual([])
      expect(kernel.reports).toMatchObject([{ level: 'warn', kind: 'registry', pid: evil }])
    })())

  it(
    'is not the excuse of a predicate that fails by itself',
    inWorld(async () => {
      const workers = await started(new DuplicateRegistry<string, object>('workers'))
      await someone(() => workers.register('resize', idle))
      const wrong = (value: object): boolean => (value as { missing: { deep: boolean } }).missing.deep
      expect(() => workers.match('resize', wrong)).toThrow(TypeError)
      expect(() => workers.select(({ value }) => wrong(value))).toThrow(TypeError)
    }),
  )
})
