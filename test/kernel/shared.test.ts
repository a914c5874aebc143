import { AsyncLocalStorage } from 'node:async_hooks'
import { createSecretKey } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { Agent, type ClientRequest, createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable, Writable } from 'node:stream'
import { inspect } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import {
  currentPid,
  exit,
  type HeartwoodError,
  isAlive,
  own,
  receive,
  self,
  shared,
  spawn,
  spawnMonitor,
} from '../../src/kernel/index.js'
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
    'as an http.Agent has its socket back from a request whose worker has died',
    inWorld(async () => {
      const server = createServer((_, response) => setImmediate(() => response.end())).listen(0, '127.0.0.1')
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      const agent = shared(new Agent({ keepAlive: true, maxSockets: 1 }))
      const ask = (): ClientRequest => get({ host: '127.0.0.1', port, agent })
      const arrived = once(server, 'request')
      const { ref } = spawnMonitor(async () => {
        ask()
        ask()
        await arrived
        exit('in flight')
      })
      await receive(downOf(ref))
      const [answer] = await once(ask(), 'response')
      expect(answer.statusCode).toBe(200)
      agent.destroy()
      server.close()
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
    'hands out data as it is: pairs of data, and rows that are no entries of a map',
    inWorld(() => {
      const pairs = [
        [1, 2],
        ['a', 'b'],
      ]
      const rows = [[1, () => 1, 2]]
      const store = shared({ on: () => {}, pairs: () => pairs, rows: () => rows })
      expect(store.pairs()).toBe(pairs)
      expect(store.rows()).toBe(rows)
    }),
  )

  it(
    'keeps nothing of a dead worker, though the thing keeps each of its many listeners',
    inWorld(async () => {
      const pool = shared(new Pool())
      const held: WeakRef<object>[] = []
      spawn(() => {
        for (let count = 0; count < 200; count++) {
          const large = { count }
          held.push(new WeakRef(large))
          pool.on('event', () => large)
        }
      })
      const isHeld = (): boolean => held.some((each) => each.deref() !== undefined)
      for (let round = 0; round < 10 && (held.length === 0 || isHeld()); round++) {
        await later()
        collect()
      }
      expect([held.length, isHeld()]).toEqual([200, false])
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

describe('an object of a class that a worker hands to a shared thing', () => {
  /** Calls what it was given, later and as nobody. */
  class Bus {
    readonly handlers = new Set<Handler>()
    last: Handler | undefined
    add(handler: Handler): this {
      this.handlers.add(handler)
      this.last = handler
      return this
    }
    remove(handler: Handler): boolean {
      return this.handlers.delete(handler)
    }
    tell(value: unknown): void {
      for (const each of this.handlers) each.handle(value)
    }
    async place(handler: Handler): Promise<unknown> {
      await later()
      return handler.handle(handler)
    }
  }
  interface Handler {
    handle(value: unknown): unknown
  }

  it(
    'has its methods, getters, setters and own functions run as that worker, and itself as this',
    inWorld(async ({ kernel }) => {
      const seen: [string, unknown][] = []
      const note = (what: string) => seen.push([what, currentPid()])
      class Observer {
        #count = 0
        arrow = (): unknown => note('arrow')
        inner = { handle: () => note('nested') }
        constructor(readonly name: string) {}
        handle(): this {
          this.#count++
          note('method')
          setImmediate(() => note('later'))
          return this
        }
        get size(): number {
          note('getter')
          return this.#count
        }
        set size(value: number) {
          note('setter')
          this.#count = value
        }
        *[Symbol.iterator](): Generator<number> {
          note('iterator')
          yield 1
        }
        async *[Symbol.asyncIterator](): AsyncGenerator<number> {
          await later()
          note('async iterator')
          yield this.#count
        }
      }
      const results: unknown[] = []
      const thing = shared({
        run: (observer: Observer) =>
          setImmediate(async () => {
            const method = observer.handle
            results.push(observer instanceof Observer, observer.constructor === Observer, observer.name)
            results.push(observer.handle() === observer, method === observer.handle)
            results.push('handle' in observer, observer.size)
            observer.size = 7
            observer.arrow()
            observer.inner.handle()
            results.push([...observer])
            for await (const each of observer) results.push(each)
          }),
      })
      const { pid } = worker(() => thing.run(new Observer('mine')))
      for (let turn = 0; turn < 8; turn++) await later()
      await kernel.settled()
      expect(results).toEqual([true, true, 'mine', true, true, true, 1, [1], 7])
      expect(seen.map(([what, who]) => [what, who === pid])).toEqual(
        ['method', 'getter', 'setter', 'arrow', 'nested', 'iterator', 'later', 'async iterator'].map(
          (what) => [what, true],
        ),
      )
    }),
  )

  it(
    'has what its methods throw, at once, later and in a promise, end that worker and nobody else',
    inWorld(async ({ kernel }) => {
      const bus = shared(new Bus())
      const heard: unknown[] = []
      let handlers = 0
      const failures: [string, (error: Error) => unknown][] = [
        [
          'thrown',
          (error) => {
            throw error
          },
        ],
        ['rejected', (error) => Promise.reject(error)],
      ]
      const contain = (reason: unknown, promise: unknown): unknown => kernel.contain(reason, promise)
      const listeners = process.listeners('unhandledRejection')
      process.removeAllListeners('unhandledRejection')
      process.on('unhandledRejection', contain)
      const bystander = worker(() => {
        class Quiet implements Handler {
          handle(value: unknown): void {
            heard.push([value, currentPid()])
          }
        }
        bus.add(new Quiet())
      })
      for (const [name, fail] of failures) {
        const error = new Error(name)
        const { ref } = worker(() => {
          class Failing implements Handler {
            handle(): unknown {
              return fail(error)
            }
          }
          bus.add(new Failing())
        })
        handlers++
        while (bus.handlers.size <= handlers) await later()
        bus.tell(name)
        expect((await receive(downOf(ref))).reason).toBe(error)
      }
      process.removeAllListeners('unhandledRejection')
      for (const each of listeners) process.on('unhandledRejection', each)
      expect(heard).toEqual(failures.map(([name]) => [name, bystander.pid]))
      expect(isAlive(bystander.pid)).toBe(true)
    }),
  )

  it(
    'has the throw of a method pass to the call that waits for it',
    inWorld(async () => {
      const bus = shared(new Bus())
      class Strict implements Handler {
        handle(): never {
          throw new Error('no')
        }
      }
      const { ref } = spawnMonitor(async () => {
        const reason = await bus.place(new Strict()).catch((error: Error) => error.message)
        exit(['told', reason])
      })
      expect((await receive(downOf(ref))).reason).toEqual(['told', 'no'])
    }),
  )

  it(
    'is the same for the thing each time, and itself for whoever has it from the thing',
    inWorld(async ({ kernel }) => {
      const bus = shared(new Bus())
      class Mine implements Handler {
        ran: unknown[] = []
        handle(value?: unknown): unknown {
          this.ran.push(currentPid())
          return value
        }
      }
      const mine = new Mine()
      const { ref } = worker(async () => {
        bus.add(mine)
        expect(bus.last).toBe(mine)
        expect([...bus.handlers]).toEqual([mine])
        expect(bus.handlers.has(mine)).toBe(true)
        expect(await bus.place(mine)).toBe(mine)
        expect(bus.remove(mine)).toBe(true)
        expect(bus.remove(mine)).toBe(false)
        bus.add(mine)
        exit('over')
      })
      expect((await receive(downOf(ref))).reason).toBe('over')
      const { ref: second, pid } = worker(async () => {
        const found = bus.last as Mine
        expect(found).toBe(mine)
        mine.ran = []
        // Nobody else is left whose it could be.
        expect(await bus.place(found)).toBe(mine)
        expect(mine.ran).toEqual([self()])
        expect(bus.remove(found)).toBe(true)
        exit('over')
      })
      expect((await receive(downOf(second))).reason).toBe('over')
      await kernel.settled()
      expect(isAlive(pid)).toBe(false)
    }),
  )

  it(
    'is left-over code when its worker is dead: it can still be ended and taken off, and its throw harms nobody',
    inWorld(async ({ kernel }) => {
      const feed = shared(new Readable({ read() {} }))
      let written = 0
      const { ref } = spawnMonitor(async () => {
        const sink = new Writable({
          write(_chunk, _encoding, done) {
            if (++written > 1) throw new Error('left over')
            done()
          },
        })
        feed.pipe(sink)
        feed.push('a')
        own({ close: () => feed.unpipe(sink) })
        const other = new Writable({ write: (_chunk, _encoding, done) => done() })
        feed.pipe(other)
        await later()
        await later()
        exit('over')
      })
      await receive(downOf(ref))
      expect([feed.listenerCount('data'), written]).toEqual([1, 1])
      feed.push('b')
      await kernel.settled()
      expect(feed.destroyed).toBe(false)
    }),
  )

  it(
    'can be listened to by the thing, whose listeners are at home',
    inWorld(async ({ kernel }) => {
      const seen: unknown[] = []
      class Source extends EventEmitter {}
      const sources: Source[] = []
      const thing = shared({
        follow(source: Source) {
          sources.push(source)
          const listener = (value: unknown): unknown => seen.push(value, currentPid())
          source.on('event', listener)
          source.once('stop', () => source.off('event', listener))
        },
      })
      const { pid } = worker(() => {
        const source = new Source()
        thing.follow(source)
        source.emit('event', 1)
        source.emit('stop')
        source.emit('event', 2)
        expect(source.listenerCount('event')).toBe(0)
        source.on('asked', () => seen.push('asked', currentPid()))
      })
      await kernel.settled()
      sources[0]?.emit('asked')
      expect(seen).toEqual([1, undefined, 'asked', pid])
    }),
  )

  it(
    'is given as it is where nothing can stand for it: what V8 knows by more than its properties',
    inWorld(async () => {
      class Money {
        readonly #cents: number
        constructor(cents: number) {
          this.#cents = cents
        }
        plus(other: Money): Money {
          return new Money(this.#cents + other.#cents)
        }
        static is(value: object): boolean {
          return #cents in value
        }
      }
      class Form {
        readonly [Symbol.toStringTag] = 'FormData'
      }
      class Names extends Map<string, string> {
        first(): string | undefined {
          return this.values().next().value
        }
      }
      const raw: unknown[] = []
      let total = new Money(1)
      const thing = shared({
        keep: (value: unknown) => void raw.push(value),
        add: (money: Money) => {
          total = total.plus(money)
          return total
        },
      })
      const given = [
        new Map(),
        new Names(),
        new Form(),
        new Date(),
        Buffer.from('x'),
        new URL('http://localhost'),
        new Error('x'),
        new AbortController().signal,
        new AsyncLocalStorage(),
        createSecretKey(Buffer.alloc(16)),
        new Money(1),
        self(),
      ]
      const { ref } = spawnMonitor(() => {
        for (const each of given) thing.keep(each)
        expect(Money.is(thing.add(new Money(2)).plus(new Money(3)))).toBe(true)
      })
      expect((await receive(downOf(ref))).reason).toBe('normal')
      expect(raw).toHaveLength(given.length)
      for (const [at, each] of given.entries()) expect(raw[at]).toBe(each)
    }),
  )

  it(
    'may have properties that can never change, on both sides',
    inWorld(async () => {
      class Job {
        run(): string {
          return 'ran'
        }
      }
      const frozen = Object.freeze(new Job())
      const thing = shared({
        note: (job: Job) => {
          Object.defineProperty(job, 'id', { value: 7 })
          return [(job as Job & { id: number }).id, Object.getOwnPropertyDescriptor(job, 'id'), job.run()]
        },
        run: (job: Job) => job.run(),
      })
      const { ref } = spawnMonitor(() => {
        const job = new Job()
        expect(thing.note(job)).toEqual([
          7,
          { value: 7, configurable: false, enumerable: false, writable: false },
          'ran',
        ])
        expect((job as Job & { id: number }).id).toBe(7)
        expect(thing.run(frozen)).toBe('ran')
        Object.defineProperty(thing, 'fixed', { value: 'x' })
        expect((thing as { fixed?: string }).fixed).toBe('x')
      })
      expect((await receive(downOf(ref))).reason).toBe('normal')
    }),
  )

  it(
    'may be a function with methods of its own',
    inWorld(async () => {
      const seen: unknown[] = []
      const thing = shared({
        mount: (router: { (): void; handle(): void }) =>
          setImmediate(() => {
            router()
            router.handle()
          }),
      })
      const { ref, pid } = worker(() => {
        const router = Object.assign(() => void seen.push(currentPid()), {
          handle(this: unknown) {
            seen.push(currentPid(), this === router)
            throw new Error('lost')
          },
        })
        thing.mount(router)
      })
      expect((await receive(downOf(ref))).reason).toMatchObject({ message: 'lost' })
      expect(seen).toEqual([pid, pid, true])
    }),
  )

  it(
    'may be of another realm, as what a test runner or a vm context makes',
    inWorld(async () => {
      const made = runInNewContext(`({
        Observer: class { constructor(note) { this.note = note } handle() { this.note() } },
        Late: class extends Map {},
        options: (note) => ({ nested: { note } }),
        error: new TypeError('x'),
      })`) as {
        Observer: new (note: () => void) => Handler
        Late: new () => Map<string, string>
        options(note: () => void): { nested: { note(): void } }
        error: Error
      }
      const seen: unknown[] = []
      const raw: unknown[] = []
      const thing = shared({
        call: (observer: Handler) => setImmediate(() => observer.handle(1)),
        ask: ({ nested }: { nested: { note(): void } }) => setImmediate(nested.note),
        keep: (value: unknown) => void raw.push(value),
      })
      const note = (): unknown => seen.push(currentPid())
      const late = new made.Late()
      const { pid } = worker(() => {
        thing.call(new made.Observer(note))
        thing.ask(made.options(note))
        thing.keep(late)
        thing.keep(made.error)
      })
      for (let turn = 0; turn < 4; turn++) await later()
      expect(seen).toEqual([pid, pid])
      expect([raw[0] === late, raw[1] === made.error]).toEqual([true, true])
    }),
  )

  it('is itself for code of no process that handed it over', () => {
    const thing = shared({ kept: undefined as Client | undefined, keep: (client: Client) => client })
    const client = new Client()
    thing.kept = client
    expect([thing.kept === client, thing.keep(client) === client]).toEqual([true, true])
  })
})
