import { EventEmitter } from 'node:events'
import { Readable } from 'node:stream'
import {
  Call,
  Cast,
  child,
  DynamicSupervisor,
  GenServer,
  Info,
  inject,
  isAlive,
  ref,
  Supervisor,
  send,
  start,
  startChild,
  startLink,
  whereis,
  whichChildren,
} from 'heartwood'
import { toChildSpec } from 'heartwood/tools'
import { describe, expect, it } from 'vitest'
import { Kernel } from '../../src/kernel/index.js'
import { inWorld } from './world.js'

@GenServer({ name: 'counter' })
class Counter {
  static instances = 0
  readonly nth = ++Counter.instances
  count = 0
  seen: unknown[] = []

  init(args: { start: number } | undefined): void {
    this.count = args?.start ?? 0
  }
  @Call() add(by: number): number {
    this.count += by
    return this.count
  }
  @Call() which(): number {
    return this.nth
  }
  @Call() messages(): unknown[] {
    return this.seen
  }
  @Cast() reset(): void {
    this.count = 0
  }
  @Cast() crash(): void {
    throw new Error('crashed on purpose')
  }
  @Info('tick') onTick(): void {
    this.seen.push('a tick')
  }
  @Info({ type: 'add' }) onAdd(message: { readonly by: number }): void {
    this.count += message.by
  }
  @Info() onRest(message: unknown): void {
    this.seen.push(message)
  }
}

@Supervisor({ children: [[Counter, { start: 3 }]] })
class Root {}

describe('@GenServer', () => {
  it(
    'makes a class a server: calls, casts, and messages by pattern, the first that fits',
    inWorld(
      () => ({ root: Root }),
      async () => {
        const counter = ref(Counter)
        expect(await counter.call.add(2)).toBe(5)
        counter.cast.reset()
        expect(await counter.call.add(1)).toBe(1)
        send('counter', 'tick')
        send('counter', { type: 'add', by: 10 })
        send('counter', 'something else')
        expect(await counter.call.add(0)).toBe(11)
        expect(await counter.call.messages()).toEqual(['a tick', 'something else'])
      },
    ),
  )

  it(
    'gets a new instance, with fresh state, at every restart',
    inWorld(
      () => ({ root: Root }),
      async ({ kernel }) => {
        const counter = ref(Counter)
        const [before, first] = [whereis('counter'), await counter.call.which()]
        await counter.call.add(100)
        counter.cast.crash()
        await kernel.settled()
        expect(whereis('counter')).not.toBe(before)
        expect(await counter.call.which()).toBe(first + 1)
        expect(await counter.call.add(0)).toBe(3)
      },
    ),
  )

  it('refuses a call of a cast: nobody would answer', async () => {
    await new Kernel().run(async () => {
      const counter = await startLink(Counter, undefined, { name: undefined })
      const call = (counter.call as unknown as { reset(): Promise<void> }).reset
      await expect(call.call(counter.call)).rejects.toMatchObject({ code: 'NOT_CALLABLE' })
    })
  })

  it('works without application or supervisor: startLink is enough', async () => {
    const sum = await new Kernel().run(async () => (await startLink(Counter, { start: 1 })).call.add(1))
    expect(sum).toBe(2)
  })

  it('says by its options how it is supervised; id and name may come from the arguments', () => {
    @GenServer({
      name: (target: { id: string }) => `checker:${target.id}`,
      restart: 'transient',
      shutdown: 100,
      significant: true,
    })
    class Checker {
      init(_target: { id: string }): void {}
    }
    expect(child(Checker, { id: 'a' })).toMatchObject({
      id: 'checker:a',
      restart: 'transient',
      shutdown: 100,
      significant: true,
      type: 'worker',
    })
    expect(
      child(Checker, { id: 'a' }, { id: 'mine', restart: 'temporary', significant: false }),
    ).toMatchObject({
      id: 'mine',
      restart: 'temporary',
    })
  })

  it('extends what Node has, whose constructors want nothing to be injected', async () => {
    await new Kernel().run(async () => {
      for (const Base of [EventEmitter, Readable, EventTarget, Map, Error]) {
        class Extended extends (Base as new () => object) {
          greet(): string {
            return `a ${Base.name}`
          }
        }
        Call()(
          Extended.prototype,
          'greet',
          Object.getOwnPropertyDescriptor(Extended.prototype, 'greet') as never,
        )
        GenServer()(Extended)
        expect(await (await start(Extended)).call.greet()).toBe(`a ${Base.name}`)
      }
    })
  })

  it('inherits the handlers of a base class, decorated or not', async () => {
    abstract class Base {
      @Call() hello(): string {
        return `hello from ${this.constructor.name}`
      }
      @Call() kind(): string {
        return 'base'
      }
    }
    @GenServer()
    class Middle extends Base {
      @Call() override kind(): string {
        return 'middle'
      }
    }
    @GenServer()
    class Leaf extends Middle {
      @Call() leaf(): number {
        return 1
      }
    }
    await new Kernel().run(async () => {
      const leaf = await startLink(Leaf)
      expect(await leaf.call.hello()).toBe('hello from Leaf')
      expect(await leaf.call.kind()).toBe('middle')
      expect(await leaf.call.leaf()).toBe(1)
    })
  })

  it('is one thing only', () => {
    expect(() => {
      @Supervisor()
      @GenServer()
      class Both {}
      return Both
    }).toThrow(expect.objectContaining({ code: 'DECORATED_TWICE' }))
  })

  it('refuses a handler that the engine calls itself, or that is static', () => {
    expect(() => {
      @GenServer()
      class Wrong {
        @Call() terminate(): void {}
      }
      return Wrong
    }).toThrow(expect.objectContaining({ code: 'HANDLER_INVALID' }))
    expect(() => {
      // biome-ignore lint/complexity/noStaticOnlyClass: that is the mistake
      class Wrong {
        // @ts-expect-error: refused by the compiler, too
        @Call() static add(): void {}
      }
      return Wrong
    }).toThrow(expect.objectContaining({ code: 'HANDLER_STATIC' }))
  })
})

describe('@Supervisor and @DynamicSupervisor', () => {
  it('are children themselves, with what they supervise to be seen beforehand', () => {
    @Supervisor({ name: 'top', strategy: 'one_for_all', intensity: 1, children: [Counter] })
    class Top {}
    @DynamicSupervisor({ name: 'pool', shutdown: 1_000 })
    class Pool {}
    expect(toChildSpec(Top)).toMatchObject({ id: 'top', type: 'supervisor', shutdown: Infinity })
    expect(toChildSpec(Pool)).toMatchObject({ id: 'pool', type: 'supervisor', shutdown: 1_000 })
  })

  it('a dynamic one gets its children at run time', () => {
    @DynamicSupervisor({ name: 'pool', maxChildren: 1 })
    class Pool {}
    return inWorld(
      () => ({ root: Pool }),
      async () => {
        const pid = await startChild('pool', child(Counter, { start: 7 }))
        expect(await ref(Counter).call.add(0)).toBe(7)
        expect(await whichChildren('pool')).toMatchObject([{ type: 'worker' }])
        await expect(startChild('pool', child(Counter, undefined))).rejects.toMatchObject({
          code: 'MAX_CHILDREN',
        })
        expect(pid).toBeDefined()
      },
    )()
  })

  it('computes children in init, with what is injected, at each start', () => {
    let computed = 0
    @Supervisor({ name: 'computing', bindings: (bind) => bind('start').toConstantValue(40) })
    class Computing {
      constructor(@inject('start') private readonly start: number) {}
      init(args: { more: number }) {
        computed++
        return { children: [child(Counter, { start: this.start + args.more })] }
      }
    }
    return inWorld(
      () => ({ root: [Computing, { more: 2 }] }),
      async () => {
        expect(await ref(Counter).call.add(0)).toBe(42)
        expect(computed).toBe(1)
      },
    )()
  })

  it('does not run when init says ignore', () => {
    @Supervisor()
    class Ignoring {
      init() {
        return 'ignore' as const
      }
    }
    @Supervisor({ name: 'above', children: [Ignoring, Counter] })
    class Above {}
    return inWorld(
      () => ({ root: Above }),
      async () => {
        const entries = await whichChildren('above')
        expect(entries.map(({ id, pid }) => [id, pid === undefined])).toEqual([
          ['counter', false],
          ['Ignoring', true],
        ])
        expect(isAlive(whereis('counter') as never)).toBe(true)
      },
    )()
  })
})

describe('a backoff', () => {
  it('reaches the child spec of a server and of a supervisor', () => {
    const backoff = { initial: 250, max: 1_000 }

    @GenServer({ backoff })
    class Patient {}

    @Supervisor({ backoff, children: [] })
    class PatientBranch {}

    for (const Class of [Patient, PatientBranch]) {
      expect(toChildSpec(Class).backoff).toMatchObject(backoff)
    }
    expect(toChildSpec(Counter).backoff).toBeUndefined()
  })
})
