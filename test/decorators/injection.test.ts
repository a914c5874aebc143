import {
  type Bind,
  Call,
  Cast,
  ContainerModule,
  child,
  currentPid,
  DynamicSupervisor,
  GenServer,
  inject,
  injectable,
  LOGGER,
  type Logger,
  logger,
  named,
  optional,
  own,
  preDestroy,
  ref,
  Supervisor,
  shared,
  start,
  startChild,
  startLink,
  tagged,
  unshared,
} from 'heartwood'
import { beforeEach, describe, expect, it } from 'vitest'
import { ContainerScope } from '../../src/decorators/injection/container-scope.js'
import { Made } from '../../src/decorators/injection/made-object.js'
import { Kernel, parentPid } from '../../src/kernel/index.js'
import { inWorld, world } from './world.js'

/** What was made and disposed of, in order. */
const log: string[] = []
beforeEach(() => {
  log.length = 0
})

abstract class Store {
  static made = 0
  readonly nth = ++Store.made
  abstract readonly kind: string
}

@injectable()
class DiskStore extends Store {
  readonly kind = 'disk'
  constructor() {
    super()
    log.push('open disk')
  }
  async [Symbol.asyncDispose](): Promise<void> {
    log.push('close disk')
  }
}

@injectable()
class MemoryStore extends Store {
  readonly kind = 'memory'
}

@GenServer({ name: 'reader' })
class Reader {
  constructor(readonly store: Store) {}
  @Call() kind(): string {
    return this.store.kind
  }
  @Call() storeNumber(): number {
    return this.store.nth
  }
  @Cast() crash(): void {
    throw new Error('crashed on purpose')
  }
}

@GenServer({ name: 'writer' })
class Writer extends Reader {
  constructor(store: Store) {
    super(store)
  }
}

@Supervisor({
  name: 'inner',
  strategy: 'one_for_all',
  children: [Reader, Writer],
  bindings: (bind) => bind(Store).to(DiskStore),
})
class Inner {}

@Supervisor({ name: 'outer', children: [Inner] })
class Outer {}

describe('a scope', () => {
  it('gives all below it the same instance of what is bound in it', () =>
    inWorld(
      () => ({ root: Outer }),
      async () => {
        expect(await ref(Reader).call.storeNumber()).toBe(await ref(Writer).call.storeNumber())
        expect(log).toEqual(['open disk'])
      },
    )())

  it('outlives the restart of a child', () =>
    inWorld(
      () => ({ root: Outer }),
      async ({ kernel }) => {
        const before = await ref(Reader).call.storeNumber()
        ref(Reader).cast.crash()
        await kernel.settled()
        expect(await ref(Reader).call.storeNumber()).toBe(before)
        expect(log).toEqual(['open disk'])
      },
    )())

  it('is disposed of when its supervisor exits, before the next incarnation makes a fresh one', () =>
    inWorld(
      () => ({ root: Outer }),
      async ({ kernel }) => {
        const before = await ref(Reader).call.storeNumber()
        const inner = kernel.whereis('inner')
        if (inner !== undefined) kernel.exit(inner, 'kill')
        await kernel.settled()
        expect(await ref(Reader).call.storeNumber()).toBe(before + 1)
        expect(log).toEqual(['open disk', 'close disk', 'open disk'])
      },
    )())

  it('is disposed of at the stop of the application, its own and that of the application', async () => {
    @injectable()
    class Pool {
      @preDestroy() drain(): void {
        log.push('drain pool')
      }
    }
    @GenServer()
    class User {
      constructor(readonly pool: Pool) {}
      terminate(): void {
        log.push('stop user')
      }
    }
    @Supervisor({ children: [User, Inner] })
    class Root {}
    const { system } = await world({ root: Root, bindings: (bind) => bind(Pool).toSelf() })
    await system.stop()
    expect(log).toEqual(['open disk', 'close disk', 'drain pool'])
  })

  it('closes what it made one after the other, what needs before what is needed, before the next incarnation and the end of the stop', async () => {
    @injectable()
    class Pool {
      constructor() {
        log.push('pool made')
      }
      async [Symbol.asyncDispose](): Promise<void> {
        await new Promise((resolve) => setImmediate(resolve))
        log.push('pool closed')
      }
    }
    @injectable()
    class Repo {
      constructor(readonly pool: Pool) {
        log.push('repo made')
      }
      async [Symbol.asyncDispose](): Promise<void> {
        await new Promise((resolve) => setImmediate(resolve))
        await new Promise((resolve) => setImmediate(resolve))
        log.push('repo flushed')
      }
    }
    @GenServer({ name: 'user' })
    class User {
      constructor(readonly repo: Repo) {}
      @Cast() crash(): void {
        throw new Error('crash')
      }
      @Call() ping(): void {}
    }
    @Supervisor({
      name: 'inner',
      intensity: 0,
      children: [User],
      bindings: (bind) => {
        bind(Pool).toSelf()
        bind(Repo).toSelf()
      },
    })
    class Within {}
    @Supervisor({ children: [Within] })
    class Root {}
    const { system, kernel, reports } = await world({ root: Root })
    const life = ['pool made', 'repo made', 'repo flushed', 'pool closed']
    kernel.run(() => ref(User).cast.crash())
    while (log.length < 6) await new Promise((resolve) => setImmediate(resolve))
    expect(log).toEqual([...life, 'pool made', 'repo made'])
    await system.stop()
    expect(log).toEqual([...life, ...life])
    expect(reports.filter(({ message }) => message.includes('did not close'))).toEqual([])
  })

  it('names what could not be disposed of, each failure, and goes on', async () => {
    class Failing {
      constructor(readonly how: string) {}
      [Symbol.asyncDispose](): Promise<void> {
        return Promise.reject(new Error(this.how))
      }
    }
    @GenServer()
    class User {
      constructor(
        @inject('first') readonly first: Failing,
        @inject('second') readonly second: Failing,
        readonly store: Store,
      ) {}
    }
    const { system, reports } = await world({
      root: User,
      bindings: (bind) => {
        bind('first').toDynamicValue(() => new Failing('away'))
        bind('second').toDynamicValue(() => new Failing('broken'))
        bind(Store).to(DiskStore)
      },
    })
    await system.stop()
    const told = reports.map(({ message }) => message).filter((message) => message.includes('did not close'))
    expect(told).toEqual([
      expect.stringContaining(
        'app › "second": HeartwoodError: what "second" is bound to in app could not be',
      ),
      expect.stringContaining('app › "first": HeartwoodError: what "first" is bound to in app could not be'),
    ])
    expect(log).toContain('close disk')
    const alone = new Made({ path: ['app'] }, 'first', [() => Promise.reject(new Error('away'))])
    await expect(alone.dispose()).rejects.toMatchObject({ code: 'INJECT_DISPOSE_FAILED' })
  })

  it('disposes of a transient binding with the worker that has it', () => {
    @injectable()
    class Session {
      [Symbol.dispose](): void {
        log.push('session closed')
      }
    }
    @GenServer({ name: 'holder' })
    class Holder {
      constructor(readonly session: Session) {}
      @Cast() crash(): void {
        throw new Error('crash')
      }
    }
    @Supervisor({ children: [Holder], bindings: (bind) => bind(Session).toSelf().inTransientScope() })
    class Root {}
    return inWorld(
      () => ({ root: Root }),
      async ({ kernel }) => {
        ref(Holder).cast.crash()
        await kernel.settled()
        expect(log).toEqual(['session closed'])
      },
    )()
  })

  it('never disposes of what was given, beside one of its token that it made', async () => {
    class Session {
      constructor(readonly name: string) {}
      [Symbol.dispose](): void {
        log.push(this.name)
      }
    }
    @GenServer()
    class User {
      constructor(
        @inject('session') @named('given') readonly given: Session,
        @inject('session') @named('made') readonly made: Session,
      ) {}
    }
    const { system } = await world({
      root: User,
      bindings: (bind) => {
        bind('session').toConstantValue(new Session('given')).whenNamed('given')
        bind('session')
          .toDynamicValue(() => new Session('made'))
          .whenNamed('made')
      },
    })
    await system.stop()
    expect(log).toEqual(['made'])
  })

  it('does not dispose of values that it was given', async () => {
    const given = Object.assign(new MemoryStore(), {
      [Symbol.asyncDispose]: () => Promise.reject(new Error('not yours')),
    })
    const { system } = await world({ root: Reader, bindings: (bind) => bind(Store).toConstantValue(given) })
    await system.stop()
  })

  it('sees the bindings of the scopes around it, and its own first', () => {
    @GenServer({ name: 'other' })
    class Other extends Writer {
      constructor(store: Store) {
        super(store)
      }
    }
    @Supervisor({ children: [Other, Inner] })
    class Root {}
    return inWorld(
      () => ({ root: Root, bindings: (bind) => bind(Store).to(MemoryStore) }),
      async () => {
        expect(await ref(Other).call.kind()).toBe('memory')
        expect(await ref(Reader).call.kind()).toBe('disk')
      },
    )()
  })

  it('takes bindings as functions, modules and arrays of them', () => {
    const module = new ContainerModule(({ bind }) => {
      bind('name').toConstantValue('of the module')
    })
    @GenServer({ name: 'named' })
    class Named {
      constructor(
        @inject('name') readonly name: string,
        readonly store: Store,
        @inject('nothing') @optional() readonly nothing: unknown,
      ) {}
      @Call() facts(): unknown[] {
        return [this.name, this.store.kind, this.nothing]
      }
    }
    return inWorld(
      () => ({ root: Named, bindings: [module, [(bind) => bind(Store).to(MemoryStore)]] }),
      async () => {
        expect(await ref(Named).call.facts()).toEqual(['of the module', 'memory', undefined])
      },
    )()
  })

  it('waits for what is made asynchronously', () =>
    inWorld(
      () => ({
        root: Reader,
        bindings: (bind) => {
          bind(Store).toDynamicValue(async () => {
            await Promise.resolve()
            return new MemoryStore()
          })
        },
      }),
      async () => {
        expect(await ref(Reader).call.kind()).toBe('memory')
      },
    )())

  it('reaches children that are started at run time', () => {
    @DynamicSupervisor({ name: 'pool', bindings: (bind) => bind(Store).to(MemoryStore) })
    class Pool {}
    return inWorld(
      () => ({ root: Pool }),
      async () => {
        await startChild('pool', child(Reader))
        expect(await ref(Reader).call.kind()).toBe('memory')
      },
    )()
  })

  it('reaches servers that a server starts itself', () => {
    @GenServer({ name: 'starter' })
    class Starter {
      @Call() async begin(): Promise<string> {
        return (await startLink(Reader)).call.kind()
      }
    }
    return inWorld(
      () => ({ root: Starter, bindings: (bind) => bind(Store).to(MemoryStore) }),
      async () => {
        expect(await ref(Starter).call.begin()).toBe('memory')
      },
    )()
  })

  it('provides the logger, by token and by function', () => {
    @GenServer({ name: 'logging' })
    class Logging {
      constructor(@inject(LOGGER) readonly log: Logger) {}
      @Call() same(): boolean {
        return this.log === logger()
      }
    }
    return inWorld(
      () => ({ root: Logging }),
      async () => {
        expect(await ref(Logging).call.same()).toBe(true)
      },
    )()
  })
})

describe('overrideBindings', () => {
  it('replaces a binding wherever it is made', () =>
    inWorld(
      () => ({ root: Outer, overrides: (bind) => bind(Store).to(MemoryStore) }),
      async () => {
        expect(await ref(Reader).call.kind()).toBe('memory')
        expect(log).toEqual([])
      },
    )())

  it.each([
    ['a name', (bind: Bind) => bind('url').toConstantValue('other').whenNamed('from'), 'other two three'],
    ['a tag', (bind: Bind) => bind('url').toConstantValue('other').whenTagged('at', 3), 'one two other'],
    ['no name', (bind: Bind) => bind('url').toConstantValue('other').whenDefault(), 'one two three'],
  ])('replaces what is bound to a token with %s alone', async (_, overrides, expected) => {
    const bindings = (bind: Bind): void => {
      bind('url').toConstantValue('one').whenNamed('from')
      bind('url').toConstantValue('two').whenNamed('to')
      bind('url').toConstantValue('three').whenTagged('at', 3)
    }
    @GenServer({ name: 'copier' })
    class Copier {
      constructor(
        @inject('url') @named('from') private readonly from: string,
        @inject('url') @named('to') private readonly to: string,
        @inject('url') @tagged('at', 3) private readonly at: string,
      ) {}
      @Call() shown(): string {
        return [this.from, this.to, this.at].join(' ')
      }
    }
    @Supervisor({ children: [Copier], bindings })
    class Below {}
    for (const where of [{ root: Below }, { root: Copier, bindings }]) {
      await inWorld(
        () => ({ ...where, overrides }),
        async () => {
          expect(await ref(Copier).call.shown()).toBe(expected)
        },
      )()
    }
  })

  it('can replace a server class by another', () => {
    @GenServer()
    class Fake {
      kind(): string {
        return 'fake'
      }
    }
    return inWorld(
      () => ({
        root: Outer,
        overrides: (bind) =>
          bind(Reader)
            .to(Fake as never)
            .inTransientScope(),
      }),
      async () => {
        expect(await ref(Reader).call.kind()).toBe('fake')
      },
    )()
  })
})

describe('what cannot be built', () => {
  const refused = (
    Class: new (...args: never[]) => object,
    bindings?: Parameters<typeof world>[0]['bindings'],
  ) => expect(world({ root: Class, ...(bindings === undefined ? undefined : { bindings }) })).rejects

  it('names the token, the class that wanted it and the chain from the root', async () => {
    @injectable()
    class Client {
      constructor(readonly store: Store) {}
    }
    @GenServer()
    class User {
      constructor(readonly client: Client) {}
    }
    await refused(User, (bind) => bind(Client).toSelf()).toMatchObject({
      code: 'INJECT_UNBOUND',
      message:
        'app › User: nothing is bound to Store, which Client wants for constructor parameter "store" (app › User › Client › Store). ' +
        'Bind it in the bindings of the application or of a supervisor above, for example bind(Store).to(…).',
    })
  })

  it('two bindings where one is wanted', async () => {
    await refused(Reader, (bind) => {
      bind(Store).to(MemoryStore)
      bind(Store).to(DiskStore)
    }).toMatchObject({ code: 'INJECT_AMBIGUOUS', details: { count: 2 } })
  })

  it('is fine with two bindings that are told apart', () => {
    @GenServer({ name: 'apart' })
    class Apart {
      constructor(@inject(Store) @named('fast') readonly store: Store) {}
      @Call() kind(): string {
        return this.store.kind
      }
    }
    return inWorld(
      () => ({
        root: Apart,
        bindings: (bind) => {
          bind(Store).to(MemoryStore).whenNamed('fast')
          bind(Store).to(DiskStore).whenNamed('safe')
        },
      }),
      async () => {
        expect(await ref(Apart).call.kind()).toBe('memory')
      },
    )()
  })

  it('a singleton that would keep what belongs to a scope below', async () => {
    @injectable()
    class Cache {
      constructor(readonly store: Store) {}
    }
    @GenServer()
    class User {
      constructor(readonly cache: Cache) {}
    }
    @Supervisor({ name: 'below', children: [User], bindings: (bind) => bind(Store).to(MemoryStore) })
    class Below {}
    await refused(Below, (bind) => {
      bind(Cache).toSelf()
      bind(Store).to(DiskStore)
    }).toMatchObject({
      code: 'INJECT_CAPTIVE',
      details: { holder: 'Cache', outer: 'app', inner: 'app › below', token: 'Store' },
    })
    await (
      await world({ root: Below, bindings: (bind) => bind(Cache).toSelf().inTransientScope() })
    ).system.stop()
  })

  it('a constructor whose types are interfaces', async () => {
    interface Clock {
      now(): number
    }
    @GenServer()
    class User {
      constructor(
        readonly store: Store,
        readonly clock: Clock,
      ) {}
    }
    await refused(User, (bind) => bind(Store).to(MemoryStore)).toMatchObject({
      code: 'INJECT_TYPES_MISSING',
      message: expect.stringContaining('its type is an interface, a union or a primitive'),
      details: { parameter: '"clock"' },
    })
  })

  it('a constructor without types, as esbuild leaves it', async () => {
    class User {
      constructor(readonly store: unknown) {}
    }
    GenServer()(User)
    await refused(User).toMatchObject({
      code: 'INJECT_TYPES_MISSING',
      message: expect.stringContaining('the compiler emitted no type (esbuild'),
      details: { parameter: '"store"' },
    })
  })

  it('an inherited constructor, of which nothing is known', async () => {
    @GenServer()
    class Heir extends Reader {}
    await refused(Heir, (bind) => bind(Store).to(MemoryStore)).toMatchObject({
      code: 'INJECT_TYPES_MISSING',
      message: expect.stringContaining('it inherits its constructor'),
    })
  })

  it('an inherited constructor of a class that nobody has marked', async () => {
    class Pool {
      constructor(readonly options?: object) {}
    }
    @GenServer()
    class Pooled extends Pool {}
    await refused(Pooled).toMatchObject({
      code: 'INJECT_BASE_UNKNOWN',
      message: expect.stringContaining('constructor() { super() }'),
      details: { class: Pooled, base: Pool },
    })
  })

  it('an instance that comes again: its restart would get the one that crashed', async () => {
    @Supervisor({ children: [Reader], intensity: 1 })
    class Root {}
    const { system, kernel, reports } = await world({
      root: Root,
      bindings: (bind) => {
        const only = new Reader(new MemoryStore())
        bind(Reader)
          .toDynamicValue(() => only)
          .inTransientScope()
      },
    })
    await kernel.run(() => ref(Reader).cast.crash())
    expect(await system.ended).toMatchObject({ cause: 'crashed', application: 'app' })
    expect(reports.find(({ context }) => context === 'start_error')).toMatchObject({
      reason: { code: 'INSTANCE_REUSED' },
    })
  })

  it('what only the container can tell, at the start', async () => {
    @GenServer()
    class Apart {
      constructor(readonly store: Store) {}
    }
    const bindings = (bind: Bind): void => {
      bind(Store)
        .to(MemoryStore)
        .when(() => false)
    }
    await refused(Apart, bindings).toMatchObject({ code: 'BOOT_FAILED', cause: { code: 'INJECT_FAILED' } })
  })

  it.each([
    ['throws', () => fail()],
    ['rejects', async () => fail()],
  ])('which factory it was that %s', async (_, factory: () => Store | Promise<Store>) => {
    await refused(Reader, (bind) => bind(Store).toDynamicValue(factory)).toMatchObject({
      code: 'BOOT_FAILED',
      message: expect.stringMatching(
        /: root: the factory that Store is bound to failed: Error: no disk\. What had/,
      ),
      cause: { code: 'INJECT_FACTORY_FAILED', cause: { message: 'no disk' } },
    })
  })

  it('is found at the start, too, of a server that no plan knew of', async () => {
    await new Kernel({ report: () => {} }).run(async () => {
      const unbound = { code: 'INJECT_UNBOUND', details: { wanter: 'Reader', token: 'Store' } }
      await expect(start(Reader)).rejects.toMatchObject({ code: 'START_FAILED', cause: unbound })
    })
  })
})

describe('a constant', () => {
  class Pool {
    calledAs(): unknown {
      return currentPid()
    }
  }
  const callerOf = async (pool: Pool): Promise<unknown> => {
    @GenServer({ name: 'user' })
    class User {
      constructor(@inject('pool') readonly pool: Pool) {}
      @Call() calledAs(): unknown {
        return this.pool.calledAs()
      }
    }
    let by: unknown
    await inWorld(
      () => ({ root: User, bindings: (bind) => bind('pool').toConstantValue(pool) }),
      async ({ kernel }) => {
        const pid = await ref(User).call.calledAs()
        by = pid === kernel.whereis('user') ? 'its worker' : pid
      },
    )()
    return by
  }

  it('runs as who calls it, unless it is shared', async () => {
    expect(await callerOf(new Pool())).toBe('its worker')
    expect(await callerOf(shared(new Pool()))).toBeUndefined()
  })
})

describe('what a scope makes', () => {
  const seen: Record<string, unknown> = {}
  class Feed {
    readonly madeAs = currentPid()
    closed = false
    readonly listeners: (() => void)[] = []
    constructor() {
      own({ close: () => (this.closed = true) })
      setImmediate(() => {
        seen.late ??= currentPid()
      })
    }
    calledAs(): unknown {
      return currentPid()
    }
    on(listener: () => void): void {
      this.listeners.push(listener)
    }
  }
  const POOL = Symbol('pool')
  const PRICES = Symbol('prices')
  const LAZY = Symbol('lazy')
  @injectable()
  class Archive {
    readonly madeAs = currentPid()
    constructor(readonly feed: Feed) {}
  }
  class User {
    constructor(
      readonly archive: Archive,
      readonly pool: Feed,
      readonly prices: Feed,
      readonly lazy: Feed,
    ) {}
    @Call() parent(): unknown {
      return parentPid()
    }
    @Call() look(): unknown[] {
      this.pool.on(() => {
        seen.listener = currentPid()
      })
      const { archive, pool, prices, lazy } = this
      return [
        archive.madeAs,
        archive.feed.madeAs,
        pool.madeAs,
        pool.calledAs(),
        prices.calledAs(),
        lazy.calledAs(),
      ]
    }
    @Call() closed(): boolean {
      return this.archive.feed.closed
    }
    @Cast() crash(): void {
      throw new Error('crash')
    }
  }
  @GenServer({ name: 'first' })
  class First extends User {
    constructor(
      archive: Archive,
      @inject(POOL) pool: Feed,
      @inject(PRICES) prices: Feed,
      @inject(LAZY) lazy: Feed,
    ) {
      super(archive, pool, prices, lazy)
    }
  }
  @GenServer({ name: 'second' })
  class Second extends User {
    constructor(
      archive: Archive,
      @inject(POOL) pool: Feed,
      @inject(PRICES) prices: Feed,
      @inject(LAZY) lazy: Feed,
    ) {
      super(archive, pool, prices, lazy)
    }
  }
  @Supervisor({
    children: [First, Second],
    bindings: (bind) => {
      bind(Feed).toSelf()
      bind(Archive).toSelf()
      bind(POOL).toDynamicValue(() => new Feed())
      bind(PRICES).toDynamicValue(() => unshared(new Feed()))
      bind(LAZY)
        .toDynamicValue(() => new Feed())
        .inTransientScope()
    },
  })
  class Root {}

  it(
    'is made in the process of the scope, and what a factory made is shared by all who have it',
    inWorld(
      () => ({ root: Root }),
      async ({ kernel }) => {
        const one = ref(First)
        const first = kernel.whereis('first')
        const scope = await one.call.parent()
        expect(await one.call.look()).toEqual([scope, scope, scope, scope, first, first])
        await new Promise((resolve) => setImmediate(resolve))
        expect(seen.late).toEqual(scope)
        one.cast.crash()
        await kernel.settled()
        expect(kernel.whereis('first')).not.toEqual(first)
        const second = kernel.whereis('second')
        const two = ref(Second)
        expect(await two.call.closed()).toBe(false)
        expect(await two.call.look()).toEqual([scope, scope, scope, scope, second, second])
      },
    ),
  )
})

describe('a class that is bound nowhere and wants nothing', () => {
  @GenServer()
  class Plain {
    @Call() hello(): string {
      return 'hello'
    }
  }

  it('is made at once: no promise, no container', () => {
    expect(new ContainerScope({ name: 'any' }).build(Plain)).toBeInstanceOf(Plain)
    const bound = new ContainerScope({ name: 'any' }, (bind) => bind(Plain).toSelf().inTransientScope())
    expect(bound.build(Plain)).toBeInstanceOf(Promise)
  })

  it('is another instance at every start', () => {
    const scope = new ContainerScope({ name: 'any' })
    expect(scope.build(Plain)).not.toBe(scope.build(Plain))
  })
})

function fail(): never {
  throw new Error('no disk')
}
