import { EventEmitter } from 'node:events'
import {
  application,
  type Bindings,
  Call,
  type Child,
  child,
  createLogger,
  defineConfig,
  defineSettings,
  GenServer,
  inject,
  injectable,
  overrideBindings,
  ref,
  Supervisor,
  shared,
  unshared,
} from 'heartwood'
import { bootApplication, testKernel } from 'heartwood/testing'
import { useTestKernel } from 'heartwood/testing/vitest'
import { planOf, resolveConfig } from 'heartwood/tools'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

const settings = defineSettings({
  schema: z.object({ pool: z.number(), extra: z.string().optional() }),
  values: { pool: 1 },
})
const POOL = settings.token('pool')

@injectable()
class Db {
  constructor(@inject(POOL) readonly pool: number) {}
}

@GenServer({ name: 'first' })
class First {
  constructor(
    readonly db: Db,
    @inject(POOL) readonly pool: number,
  ) {}
  @Call() size(): number {
    return this.db.pool
  }
}

@GenServer({ name: 'second' })
class Second {
  constructor(readonly db: Db) {}
}

const configWith = (bindings: Bindings) => {
  @Supervisor({ children: [First, Second], bindings })
  class Root {}
  return defineConfig({
    settings,
    applications: [application({ name: 'app', root: Root })],
    log: { level: 'silent' },
  })
}
const plain = configWith((bind) => bind(Db).toSelf())
const warnings = async (config: Parameters<typeof resolveConfig>[0]) =>
  planOf(await resolveConfig(config)).warnings.map(({ path, error: { code, details } }) => ({
    path,
    code,
    ...details,
  }))

describe('a setting that a singleton keeps', () => {
  it('is told once, with the one that keeps it', async () => {
    expect(await warnings(plain)).toEqual([
      {
        path: 'app › Root › first',
        code: 'INJECT_SETTING_KEPT',
        holder: 'Db',
        scope: 'app › Root',
        setting: 'the setting pool',
      },
    ])
  })

  it.each<[string, Bindings]>([
    [
      'a redirection',
      (bind) => {
        bind(Db).toResolvedValue((pool: number) => new Db(pool), ['size'])
        bind('size').toService(POOL)
      },
    ],
    ['all of them', (bind) => bind(Db).toResolvedValue((_: unknown) => new Db(1), [settings.token()])],
  ])('is told by whichever way it comes: %s', async (_, bindings) => {
    expect(await warnings(configWith(bindings))).toMatchObject([
      { code: 'INJECT_SETTING_KEPT', holder: 'Db' },
    ])
  })

  it.each<[string, Parameters<typeof resolveConfig>[0]]>([
    ['it is made anew', configWith((bind) => bind(Db).toSelf().inTransientScope())],
    ['the setting is overridden', overrideBindings(plain, (bind) => bind(POOL).toConstantValue(5))],
  ])('is not told where %s', async (_, config) => {
    expect(await warnings(config)).toEqual([])
  })
})

describe('what several workers have injected, and nobody owns', () => {
  class Pool extends EventEmitter {
    query(): void {}
  }
  @GenServer()
  class Reader {
    constructor(@inject('pool') readonly pool: Pool) {}
  }
  @injectable()
  class Repository {
    constructor(@inject('pool') readonly pool: Pool) {}
  }
  @GenServer()
  class Writer {
    constructor(readonly repository: Repository) {}
  }
  const configOf = (children: readonly Child[], bound: Bindings) => {
    const bindings: Bindings = [bound, (bind) => bind(Repository).toSelf()]
    @Supervisor({ children, bindings })
    class Root {}
    return defineConfig({ applications: [application({ name: 'app', root: Root })] })
  }
  const constant =
    (pool: unknown): Bindings =>
    (bind) =>
      bind('pool').toConstantValue(pool)
  const warningsOf = (bound: Bindings, children: readonly Child[] = [Reader, Writer]) =>
    warnings(configOf(children, bound))

  it('is told once, with the workers: also with those that have it by another class', async () => {
    expect(await warningsOf(constant(new Pool()))).toEqual([
      {
        path: 'app › Root › Reader',
        code: 'INJECT_UNSHARED',
        token: '"pool"',
        kind: 'Pool',
        scope: 'app › Root',
        users: 'Reader, Writer',
      },
    ])
  })

  it('is told where one class is several workers, and of applications that have it from one module', async () => {
    const two: readonly Child[] = [
      child(Reader, undefined, { id: 'a' }),
      child(Reader, undefined, { id: 'b' }),
    ]
    expect(await warningsOf(constant(new Pool()), two)).toMatchObject([{ users: '2 × Reader' }])
    const pool = constant(new Pool())
    const applications = [
      application({ name: 'one', root: Reader, bindings: pool }),
      application({ name: 'other', root: Reader, bindings: pool }),
    ]
    expect(await warnings(defineConfig({ applications }))).toMatchObject([{ users: '2 × Reader' }])
  })

  it.each<[string, unknown]>([
    [
      'a client',
      new (class Client {
        connect(): void {}
      })(),
    ],
    ['a client as a function with methods', Object.assign(() => {}, { subscribe: () => {} })],
    ['a client as an object literal', { connect: () => {}, send: () => {} }],
  ])('is told of %s', async (_, thing) => {
    expect(await warningsOf(constant(thing))).toMatchObject([{ code: 'INJECT_UNSHARED' }])
  })

  it.each<[string, Bindings, (readonly Child[])?]>([
    ['one worker has it', constant(new Pool()), [Reader]],
    ['it is shared', constant(shared(new Pool()))],
    ['it is said not to be', constant(unshared(new Pool()))],
    ['a factory gives it: injection shares that', (bind) => bind('pool').toDynamicValue(() => new Pool())],
    ['it is data', constant({ on: true, query: 'select 1' })],
    ['it is a function', constant(fetch)],
    ['it is a class', constant(Pool)],
    [
      'it is a store',
      constant(
        new (class Store {
          get(): void {}
          close(): void {}
        })(),
      ),
    ],
    ['it is a logger', constant(createLogger({ level: 'silent' }))],
    ['it cannot be looked at', constant(revoked())],
  ])('is not told where %s', async (_, bound, children) => {
    expect(await warningsOf(bound, children)).toEqual([])
  })
})

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({ on: () => {} }, {})
  revoke()
  return proxy
}

describe('an override', () => {
  const unused = async (
    overrides: Bindings,
    config = configWith((bind) => bind(Db).toConstantValue(new Db(1))),
  ) => (await warnings(overrideBindings(config, overrides))).map(({ code, ...rest }) => [code, rest])

  it('that replaces nothing, and that nothing asks for, is told', async () => {
    expect(await unused((bind) => bind('clok').toConstantValue(1))).toEqual([
      ['INJECT_OVERRIDE_UNUSED', { path: '', token: '"clok"' }],
    ])
  })

  it('is not told where it replaces something, also what has a name, an optional setting, or what is only asked for', async () => {
    const named = configWith((bind) => {
      bind(Db).toConstantValue(new Db(1))
      bind('url').toConstantValue('a').whenNamed('a')
    })
    expect(await unused((bind) => bind(Db).toConstantValue(new Db(2)))).toEqual([])
    expect(await unused((bind) => bind('url').toConstantValue('b').whenNamed('a'), named)).toEqual([])
    expect(await unused((bind) => bind(settings.token('extra')).toConstantValue('b'))).toEqual([])
    @GenServer()
    class Asks {
      constructor(@inject('given in tests') readonly it: string) {}
    }
    const asking = defineConfig({ applications: [application({ name: 'app', root: Asks })] })
    expect(await unused((bind) => bind('given in tests').toConstantValue('x'), asking)).toEqual([])
  })

  it('is told only where it is of use in none of the applications', async () => {
    @GenServer()
    class Root {}
    const one = application({ name: 'one', root: Root, bindings: (bind) => bind('one').toConstantValue(1) })
    const other = application({ name: 'other', root: Root })
    const both = defineConfig({ applications: [one, other] })
    const replaced: Bindings = (bind) => {
      bind('one').toConstantValue(2)
      bind('none').toConstantValue(2)
    }
    expect(await unused(replaced, both)).toEqual([['INJECT_OVERRIDE_UNUSED', { path: '', token: '"none"' }]])
  })
})

describe('bootApplication', () => {
  useTestKernel()

  it('warns of an override that changes nothing', async () => {
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
    await bootApplication(plain, {
      overrides: (bind) => {
        bind('clok').toConstantValue(1)
        bind(POOL).toConstantValue(7)
      },
    })
    expect(await ref(First).call.size()).toBe(7)
    expect(testKernel().reportsOf('override')).toMatchObject([
      { level: 'warn', code: 'INJECT_OVERRIDE_UNUSED' },
    ])
    expect(await warned).toMatchObject({ name: 'HeartwoodWarning', code: 'INJECT_OVERRIDE_UNUSED' })
  })
})
