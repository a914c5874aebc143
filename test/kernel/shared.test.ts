import { AsyncLocalStorage } from 'node:async_hooks'
import { EventEmitter, once } from 'node:events'
import { inspect } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  currentPid,
  exit,
  type HeartwoodError,
  isAlive,
  receive,
  self,
  shared,
  spawn,
  spawnMonitor,
} from 'heartwood/kernel'
import { describe, expect, it } from 'vitest'
import { codeOf, downOf, idle, inWorld } from './world.js'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A connection of a pool, opened when first needed; it calls back as whoever opened it. */
class Client extends EventEmitter {
  #closed = false
  query(text: string, done?: (error: unknown, row: object) => void): Promise<object> | undefined {
    if (done === undefined) return later().then(() => ({ text }))
    setImmediate(() => done(null, { text }))
    return undefined
  }
  release(): void {
    this.#closed = true
  }
  get closed(): boolean {
    return this.#closed
  }
}

class Row {
  constructor(readonly id: number) {}
}

/** A pool that remembers in whose context it opened things. */
class Pool extends EventEmitter {
  static readonly kinds: readonly string[] = ['static']
  readonly openedAs: unknown[] = []
  readonly #clients: Client[] = []
  options: { onOpen?: (client: Client) => void; nested?: { hooks?: (() => unknown)[] } } = {}
  onidle: ((this: unknown) => unknown) | undefined

  configure(options: Pool['options']): this {
    this.options = options
    return this
  }
  async connect(): Promise<Client> {
    await later()
    this.openedAs.push(currentPid())
    const client = new Client()
    this.#clients.push(client)
    this.options.onOpen?.(client)
    return client
  }
  take(done: (error: unknown, client: Client | undefined, release: (error?: unknown) => void) => void): void {
    const client = new Client()
    setImmediate(() => done(null, client, () => client.release()))
    this.#clients.push(client)
  }
  get size(): number {
    return this.#clients.length
  }
  get last(): Client | undefined {
    return this.#clients.at(-1)
  }
  rows(): Row[] {
    return [new Row(1)]
  }
  async *cursor(): AsyncGenerator<number> {
    for (let at = 0; at < 3; at++) {
      await later()
      yield at
    }
  }
  async drain(source: AsyncIterable<unknown>): Promise<unknown[]> {
    const all: unknown[] = []
    for await (const each of source) all.push(each)
    return all
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.#clients.length = 0
  }
}

/** One task after the other, as whoever added the one before. */
class Queue {
  #tail: Promise<unknown> = Promise.resolve()
  add<T>(task: () => T | PromiseLike<T>): Promise<T> {
    const done = this.#tail.then(() => task())
    this.#tail = done.catch(() => {})
    return done
  }
  async add2<T>(task: () => T | PromiseLike<T>): Promise<T> {
    await later()
    return await task()
  }
}

const worker = (body: () => unknown) =>
  spawnMonitor(async () => {
    await body()
    await idle()
  })

describe('shared', () => {
  it(
    'opens what it opens as nobody, with none of the stores of whoever asked',
    inWorld(async () => {
      const store = new AsyncLocalStorage<string>()
      const seen: unknown[] = []
      const pool = shared(new Pool())
      pool.on('look', () => {})
      const plain = shared({
        open: () => seen.push(currentPid(), store.getStore()),
        get lazily() {
          return seen.push(currentPid(), store.getStore())
        },
      })
      const { ref } = spawnMonitor(() =>
        store.run('request', async () => {
          const client = await pool.connect()
          expect([currentPid(), store.getStore()]).toEqual([self(), 'request'])
          expect(await client.query('x')).toEqual({ text: 'x' })
          plain.open()
          plain.lazily
        }),
      )
      expect((await receive(downOf(ref))).reason).toBe('normal')
      expect([...pool.openedAs, ...seen]).toEqual([undefined, undefined, undefined, undefined, undefined])
    }),
  )

  it(
    'runs each function as the worker that handed it over, wherever it was in',
    inWorld(async ({ kernel }) => {
      const pool = shared(new Pool())
      const seen: [string, unknown][] = []
      const note = (where: string) => () => seen.push([where, currentPid()])
      const opener = spawn(async () => {
        await pool.connect()
        await idle()
      })
      await later()
      const { pid } = worker(async () => {
        pool.configure({ onOpen: note('option'), nested: { hooks: [note('nested')] } })
        pool.onidle = note('property')
        pool.on('event', note('listener'))
        const client = await pool.connect()
        client.on('event', note('client'))
        client.query('x', note('callback'))
        client.emit('event')
        pool.take((_, taken) => {
          note('given')()
          taken?.query('x', note('given to a callback'))
        })
        await pool.drain(
          (async function* () {
            note('generator')()
            await later()
            note('generator later')()
            yield 1
          })(),
        )
      })
      for (let turn = 0; turn < 12; turn++) await later()
      pool.emit('event')
      pool.onidle?.()
      pool.options.nested?.hooks?.[0]?.()
      await kernel.settled()
      expect(isAlive(opener)).toBe(true)
      expect(new Map(seen)).toEqual(
        new Map(
          `option,client,callback,given,given to a callback,generator,generator later,listener,property,nested`
            .split(',')
            .map((where) => [where, pid]),
        ),
      )
    }),
  )

  it(
    'contains what a function throws to the worker that handed it over',
    inWorld(async () => {
      const pool = shared(new Pool())
      const error = new Error('lost')
      const heard: unknown[] = []
      const { pid, ref } = worker(() => {
        pool.on('event', () => {
          throw error
        })
      })
      await later()
      const other = worker(() => {
        pool.on('event', () => heard.push(currentPid()))
      })
      await later()
      expect(pool.emit('event')).toBe(true)
      expect((await receive(downOf(ref))).reason).toBe(error)
      pool.emit('event')
      expect([isAlive(pid), isAlive(other.pid), heard]).toEqual([false, true, [other.pid, other.pid]])
    }),
  )

  it(
    'tells the one who waits for a result, and hands the error to whoever awaits it',
    inWorld(async () => {
      const queue = shared(new Queue())
      const { ref } = spawnMonitor(async () => {
        const thrown = await queue
          .add(() => {
            throw new Error('sync')
          })
          .catch((error: Error) => error.message)
        const later = await queue
          .add2(() => {
            throw new Error('late')
          })
          .catch((error: Error) => error.message)
        const rejected = await queue
          .add(async () => Promise.reject(new Error('async')))
          .catch((e: Error) => e.message)
        exit([thrown, later, rejected])
      })
      expect((await receive(downOf(ref))).reason).toEqual(['sync', 'late', 'async'])
    }),
  )

  it(
    'lets a throw pass to its worker while that waits on the stack',
    inWorld(async () => {
      const list = shared({ each: (fn: (n: number) => number) => [1, 2].map((n) => fn(n)) })
      const { ref } = spawnMonitor(() => {
        expect(list.each((n) => n + 1)).toEqual([2, 3])
        try {
          list.each(() => {
            throw new Error('to me')
          })
        } catch (error) {
          exit((error as Error).message)
        }
      })
      expect((await receive(downOf(ref))).reason).toBe('to me')
    }),
  )

  it(
    'does not run a function of a dead worker; what waits for it is told, and goes on',
    inWorld(async () => {
      const queue = shared(new Queue())
      const pool = shared(new Pool())
      let ran = 0
      let taken: Client | undefined
      const results: unknown[] = []
      const settled = (result: Promise<unknown>): unknown =>
        results.push(result.then(String, (error: unknown) => (error as HeartwoodError).code))
      const { ref } = spawnMonitor(() => {
        settled(queue.add(() => new Promise(() => ran++)))
        settled(queue.add(() => ran++))
        pool.on('event', () => ran++)
        pool.take((_, client) => {
          ran++
          taken = client
        })
        exit('over')
      })
      await receive(downOf(ref))
      await later()
      expect(await queue.add(() => 'mine')).toBe('mine')
      pool.emit('event')
      await later()
      // The first was never begun: its turn comes after the death.
      expect([ran, taken, pool.last?.closed]).toEqual([0, undefined, true])
      expect(await Promise.all(results)).toEqual(['PROCESS_DEAD', 'PROCESS_DEAD'])
    }),
  )

  it(
    'rejects what a function promised when its worker dies before',
    inWorld(async () => {
      const queue = shared(new Queue())
      const pid = spawn(async () => {
        void queue.add(() => idle())
        void queue.add(() => new Promise(() => {}))
        await idle()
      })
      await later()
      const mine = queue.add(() => 'mine')
      exit(pid, 'over')
      expect(await mine).toBe('mine')
    }),
  )

  it(
    'hands a promise of a worker that handles no failure to that worker',
    inWorld(async ({ kernel }) => {
      const thing = shared({ fail: async () => Promise.reject(new Error('nobody handles it')) })
      const contain = (reason: unknown, promise: unknown): unknown => kernel.contain(reason, promise)
      const listeners = process.listeners('unhandledRejection')
      process.removeAllListeners('unhandledRejection')
      process.on('unhandledRejection', contain)
      const { ref } = worker(() => void thing.fail())
      expect((await receive(downOf(ref))).reason).toMatchObject({ message: 'nobody handles it' })
      process.removeAllListeners('unhandledRejection')
      for (const each of listeners) process.on('unhandledRejection', each)
    }),
  )

  it(
    'blames the worker whose function failed when the thing tells nobody',
    inWorld(async ({ kernel }) => {
      const lost = new Error('lost')
      const careless = shared({
        async run(task: () => unknown) {
          void later().then(async () => task())
        },
      })
      const contain = (reason: unknown, promise: unknown): unknown => kernel.contain(reason, promise)
      const listeners = process.listeners('unhandledRejection')
      process.removeAllListeners('unhandledRejection')
      process.on('unhandledRejection', contain)
      const { ref } = worker(() =>
        careless.run(() => {
          throw lost
        }),
      )
      expect((await receive(downOf(ref))).reason).toBe(lost)
      process.removeAllListeners('unhandledRejection')
      for (const each of listeners) process.on('unhandledRejection', each)
    }),
  )

  it(
    'stands for the members of sets and maps',
    inWorld(async ({ kernel }) => {
      const thing = shared({
        all: new Set([new Client()]),
        by: new Map([['a', new Client()]]),
        plain: new Map([[1, 2]]),
      })
      const { pid, ref } = worker(() => {
        for (const client of thing.all) client.on('event', () => exit(['set', currentPid()]))
        for (const [, client] of thing.by) client.emit('x')
      })
      await kernel.settled()
      expect(thing.plain).toEqual(new Map([[1, 2]]))
      for (const client of thing.all) client.emit('event')
      expect((await receive(downOf(ref))).reason).toEqual(['set', pid])
    }),
  )

  it(
    'takes a listener off that was put on, and knows each by itself',
    inWorld(async () => {
      const pool = shared(new Pool())
      let heard = 0
      const listener = (): unknown => heard++
      const { ref } = spawnMonitor(() => {
        pool.on('event', listener)
        pool.once('event', listener)
        expect(pool.listenerCount('event')).toBe(2)
        expect(pool.rawListeners('event')[0]).toBe(listener)
        pool.emit('event')
        pool.off('event', listener)
        expect(pool.listenerCount('event')).toBe(0)
        pool.emit('event')
        exit(heard)
      })
      expect((await receive(downOf(ref))).reason).toBe(2)
      const waits = once(pool, 'event')
      pool.emit('event', 1)
      expect(await waits).toEqual([1])
    }),
  )

  it(
    'is the thing to those who look: identity, class, private fields, static members, chains, disposal, printing',
    inWorld(async () => {
      const raw = new Pool()
      const pool = shared(raw)
      expect(shared(raw)).toBe(pool)
      expect(shared(pool)).toBe(pool)
      expect(pool).toBeInstanceOf(Pool)
      expect(pool.constructor).toBe(Pool)
      expect(pool.configure({})).toBe(pool)
      expect(pool.connect).toBe(pool.connect)
      const client = await pool.connect()
      expect(client).toBeInstanceOf(Client)
      expect(pool.last).toBe(client)
      expect([pool.size, client.closed]).toEqual([1, false])
      expect('connect' in pool).toBe(true)
      expect(Object.keys(pool)).toEqual(Object.keys(raw))
      expect(inspect(pool)).toBe(inspect(raw))
      const read: number[] = []
      for await (const each of pool.cursor()) read.push(each)
      expect(read).toEqual([0, 1, 2])
      await pool[Symbol.asyncDispose]()
      expect(pool.size).toBe(0)
      const Shared = shared(Pool)
      expect(Shared.kinds).toBe(Pool.kinds)
      const made = new Shared()
      expect(made).toBeInstanceOf(Pool)
      expect(made).toBeInstanceOf(Shared)
      expect(made.size).toBe(0)
    }),
  )

  it(
    'gives values out as they are, and to a worker what that handed in',
    inWorld(async () => {
      const row = new Row(2)
      class Order {
        #paid = false
        pay(): boolean {
          this.#paid = true
          return this.#paid
        }
      }
      const store = new Map<string, unknown>()
      const thing = shared({
        error: new Error('x'),
        date: new Date(0),
        bytes: Buffer.from('x'),
        row,
        list: [1, { a: 1 }],
        plain: { nested: { deep: true } },
        set: (key: string, value: unknown) => void store.set(key, value),
        get: (key: string) => store.get(key),
        run: async (task: () => unknown) => task(),
      })
      expect(structuredClone({ ...thing.plain, list: thing.list })).toEqual({
        nested: { deep: true },
        list: [1, { a: 1 }],
      })
      expect([thing.error, thing.date, thing.bytes, thing.row]).toEqual([
        expect.any(Error),
        new Date(0),
        Buffer.from('x'),
        row,
      ])
      expect(thing.row).toBe(row)
      const { ref } = spawnMonitor(async () => {
        const order = new Order()
        thing.set('order', order)
        expect(thing.get('order')).toBe(order)
        expect(await thing.run(() => new Order())).not.toBe(order)
        expect(await thing.run(() => order)).toBe(order)
        const options = { fn: () => {} }
        thing.set('options', options)
        expect(thing.get('options')).toBe(options)
      })
      expect((await receive(downOf(ref))).reason).toBe('normal')
    }),
  )

  it(
    'works with frozen things, callables with members, tagged templates, thenables and promises',
    inWorld(async () => {
      const frozen = shared(
        Object.freeze({ run: (fn: () => unknown) => fn(), nested: Object.freeze({ a: 1 }) }),
      )
      const { ref } = spawnMonitor(async () => {
        expect(frozen.run(() => currentPid())).toBe(self())
        const sql = shared(
          Object.assign(
            (parts: TemplateStringsArray, ...given: unknown[]) => [parts.raw.join('?'), ...given],
            {
              begin: async (fn: (sql: unknown) => unknown) => fn(sql),
            },
          ),
        )
        expect(sql`a ${1} b`).toEqual(['a ? b', 1])
        expect(await sql.begin((inner) => [inner === sql, currentPid()])).toEqual([true, self()])
        class Query {
          readonly parts: string[] = []
          where(part: string): this {
            this.parts.push(part)
            return this
          }
          // biome-ignore lint/suspicious/noThenProperty: what query builders are
          then(done: (rows: unknown[]) => unknown): Promise<unknown> {
            return later().then(() => done([this.parts.join(), currentPid()]))
          }
        }
        const knex = shared(() => new Query())
        expect(await knex().where('a').where('b')).toEqual(['a,b', undefined])
        expect(currentPid()).toBe(self())
        const promised = shared(Promise.resolve(new Pool()))
        expect(await promised).toBeInstanceOf(Pool)
      })
      expect((await receive(downOf(ref))).reason).toBe('normal')
    }),
  )

  it(
    'keeps nothing of a dead worker, though the thing keeps its listener',
    inWorld(async () => {
      const pool = shared(new Pool())
      const held = await new Promise<WeakRef<object>>((resolve) => {
        spawn(() => {
          const large = { large: true }
          pool.on('event', () => large)
          resolve(new WeakRef(large))
        })
      })
      for (let round = 0; round < 10 && held.deref() !== undefined; round++) {
        await later()
        collect()
      }
      expect([pool.listenerCount('event'), held.deref()]).toEqual([1, undefined])
    }),
  )

  it(
    'refuses what cannot be shared: NOT_SHAREABLE',
    inWorld(async () => {
      for (const value of [undefined, null, 1, 'x'])
        expect(await codeOf(() => shared(value))).toBe('NOT_SHAREABLE')
    }),
  )
})
