import {
  application,
  type Bindings,
  boot,
  Call,
  type Child,
  createLogger,
  defineConfig,
  GenServer,
  type HeartwoodError,
  inject,
  injectable,
  injectFromBase,
  multiInject,
  named,
  optional,
  overrideBindings,
  ref,
  Supervisor,
  supervisorSpec,
  tagged,
} from 'heartwood'
import { TestKernel } from 'heartwood/testing'
import { checkConfig, type Problem, planOf } from 'heartwood/tools'
import { describe, expect, it } from 'vitest'
import { inWorld } from './world.js'

const config = (root: Child, bindings?: Bindings) =>
  defineConfig({ applications: [application({ name: 'app', root, bindings })], contain: false })

/** What is wrong with a tree, found without starting anything. */
const problems = (root: Child, bindings?: Bindings): readonly Problem[] =>
  planOf(checkConfig(config(root, bindings))).problems
const codes = (root: Child, bindings?: Bindings): string[] =>
  problems(root, bindings).map(({ error }) => error.code)
const chains = (root: Child, bindings?: Bindings): unknown[] =>
  problems(root, bindings).map(({ error }) => [error.code, error.details.chain])

abstract class Store {
  abstract readonly kind: string
}
@injectable()
class Disk extends Store {
  readonly kind = 'disk'
}
@injectable()
class Memory extends Store {
  readonly kind = 'memory'
}

/** A server that wants `x`, marked as given. */
function wants(...marks: ((target: object, key: string | undefined, index: number) => void)[]) {
  class Wanting {
    constructor(readonly x: unknown) {}
    value(): unknown {
      return this.x
    }
  }
  for (const mark of marks) mark(Wanting, undefined, 0)
  Call()(Wanting.prototype, 'value', {})
  GenServer({ name: 'wanting' })(Wanting)
  return Wanting
}

const mark = (decorator: unknown) =>
  decorator as (target: object, key: string | undefined, index: number) => void
const Plain = wants(mark(inject('s')))
const Named = wants(mark(inject('s')), mark(named('n')))
const Tagged = wants(mark(inject('s')), mark(tagged('k', 1)))
const Optional = wants(mark(inject('s')), mark(optional()))
const Multi = wants(mark(multiInject('s')))
const MultiNamed = wants(mark(multiInject('s')), mark(named('n')))

const always: Bindings = (bind) => bind('s').toConstantValue('always')
const byName =
  (name: string): Bindings =>
  (bind) =>
    bind('s').toConstantValue(`named ${name}`).whenNamed(name)
const byTag =
  (value: unknown): Bindings =>
  (bind) =>
    bind('s').toConstantValue(`tagged ${value}`).whenTagged('k', value)
const byDefault: Bindings = (bind) => bind('s').toConstantValue('default').whenDefault()

describe('the plan finds what the container would', () => {
  const UNBOUND = 'INJECT_UNBOUND'
  const AMBIGUOUS = 'INJECT_AMBIGUOUS'
  // The value where it can be built, else the code.
  it.each<[string, typeof Plain, Bindings[], unknown]>([
    ['plain, nothing bound', Plain, [], UNBOUND],
    ['plain, one', Plain, [always], 'always'],
    ['plain, two', Plain, [always, always], AMBIGUOUS],
    ['plain, only a named one', Plain, [byName('n')], UNBOUND],
    ['plain, one and a named one', Plain, [always, byName('n')], 'always'],
    ['plain, a default and a named one', Plain, [byDefault, byName('n')], 'default'],
    ['named, the one', Named, [byName('n'), byName('m')], 'named n'],
    ['named, another one', Named, [byName('m')], UNBOUND],
    ['named, one for all', Named, [always], 'always'],
    ['named, the one and one for all', Named, [always, byName('n')], AMBIGUOUS],
    ['named, a default', Named, [byDefault], UNBOUND],
    ['named, two of the name', Named, [byName('n'), byName('n')], AMBIGUOUS],
    ['tagged, the one', Tagged, [byTag(1), byTag(2)], 'tagged 1'],
    ['tagged, another one', Tagged, [byTag(2)], UNBOUND],
    ['tagged, a named one', Tagged, [byName('k')], UNBOUND],
    ['optional, nothing bound', Optional, [], undefined],
    ['optional, only a named one', Optional, [byName('n')], undefined],
    ['optional, two', Optional, [always, always], AMBIGUOUS],
    ['multi, nothing bound', Multi, [], []],
    ['multi, two', Multi, [always, byDefault], ['always', 'default']],
    ['multi, with a named one', Multi, [always, byName('n')], ['always']],
    ['multi and named', MultiNamed, [byName('n'), byName('m'), byName('n')], ['named n', 'named n']],
  ])('%s', async (_, Class, bindings, expected) => {
    if (typeof expected === 'string' && expected.startsWith('INJECT_')) {
      expect(codes(Class, bindings)).toEqual([expected])
      return
    }
    expect(codes(Class, bindings)).toEqual([])
    await inWorld(
      () => ({ root: Class, bindings }),
      async () => {
        expect(await ref(Class).call.value()).toEqual(expected)
      },
    )()
  })

  it('names what is wanted by name or tag, and how it is bound', () => {
    expect(problems(Named, byName('m')).map(({ error }) => error.message)).toEqual([
      'nothing is bound to "s" named n, which Wanting wants for constructor parameter "x" (app › Wanting › "s" named n). ' +
        `Bind it in the bindings of the application or of a supervisor above, for example bind("s").toConstantValue(…).whenNamed('n').`,
    ])
    expect(problems(Tagged).map(({ error }) => error.message.split('for example ')[1])).toEqual([
      `bind("s").toConstantValue(…).whenTagged('k', 1).`,
    ])
  })
})

describe('all problems are listed at once', () => {
  it('missing, ambiguous, circular and captive ones, each with its chain from the root', async () => {
    @injectable()
    class Hen {
      constructor(@inject('egg') readonly egg: unknown) {}
    }
    @injectable()
    class Egg {
      constructor(readonly hen: Hen) {}
    }
    @injectable()
    class Cache {
      constructor(readonly store: Store) {}
    }
    @GenServer()
    class Farm {
      constructor(readonly hen: Hen) {}
    }
    @GenServer()
    class Shop {
      constructor(
        readonly cache: Cache,
        @inject('clock') readonly clock: unknown,
        @inject('port') readonly port: unknown,
      ) {}
    }
    @Supervisor({ name: 'inner', children: [Shop], bindings: (bind) => bind(Store).to(Memory) })
    class Inner {}
    @Supervisor({ name: 'top', children: [Farm, Inner] })
    class Top {}
    const bindings: Bindings = (bind) => {
      bind(Hen).toSelf()
      bind('egg').to(Egg)
      bind(Cache).toSelf()
      bind('port').toConstantValue(1)
      bind('port').toConstantValue(2)
    }
    expect(chains(Top, bindings)).toEqual([
      ['INJECT_CIRCULAR', 'app › Farm › Hen › "egg" › Egg › Hen'],
      ['INJECT_CAPTIVE', 'app › inner › Shop › Cache › Store'],
      ['INJECT_UNBOUND', 'app › inner › Shop › "clock"'],
      ['INJECT_AMBIGUOUS', 'app › inner › Shop › "port"'],
    ])
    const attempt = boot(config(Top, bindings), { kernel: new TestKernel() }).catch(
      (error: HeartwoodError) => error,
    )
    expect(await attempt).toMatchObject({ code: 'PLAN_INVALID', details: { count: 4 } })
  })

  it('a circle across scopes: through what is bound above and below', () => {
    @GenServer()
    class Worker {
      constructor(@inject('below') readonly below: unknown) {}
    }
    @injectable()
    class Below {
      constructor(@inject('above') readonly above: unknown) {}
    }
    @injectable()
    class Above {
      constructor(@inject('below') readonly below: unknown) {}
    }
    @Supervisor({ name: 'inner', children: [Worker], bindings: (bind) => bind('below').to(Below) })
    class Inner {}
    expect(chains(Inner, (bind) => bind('above').to(Above).inTransientScope())).toEqual([
      ['INJECT_CIRCULAR', 'app › inner › Worker › "below" › Below › "above" › Above › "below"'],
    ])
  })

  it('through factories, redirections and properties', () => {
    @GenServer()
    class Worker {
      @inject('made') readonly made: unknown
      @inject('other') readonly other: unknown
      @inject('nothing') @optional() readonly nothing: unknown
    }
    const bindings: Bindings = (bind) => {
      bind('made').toResolvedValue(
        (a, b) => [a, b],
        ['a', { serviceIdentifier: 'b', optional: true } as never],
      )
      bind('other').toService('redirected')
    }
    expect(chains(Worker, bindings)).toEqual([
      ['INJECT_UNBOUND', 'app › Worker › "made" › "a"'],
      ['INJECT_UNBOUND', 'app › Worker › "other" › "redirected"'],
    ])
    expect(problems(Worker, bindings)[0]?.error.message).toContain(
      'which "made" wants for parameter 1 of its factory',
    )
    expect(
      codes(Worker, [
        bindings,
        (bind) => {
          bind('a').toConstantValue(1)
          bind('redirected').toConstantValue(2)
        },
      ]),
    ).toEqual([])
  })

  it('a factory may ask by name, or for all', () => {
    const bindings: Bindings = (bind) => {
      bind('s').toResolvedValue(
        (one: number, all: number[]) => [one, all],
        [
          { serviceIdentifier: 'part', name: 'n' },
          { serviceIdentifier: 'part', isMultiple: true },
        ],
      )
      bind('part').toConstantValue(1).whenNamed('m')
    }
    expect(chains(Plain, bindings)).toEqual([['INJECT_UNBOUND', 'app › Wanting › "s" › "part" named n']])
  })

  it('in a supervisor class that computes its children, and in every application', () => {
    @Supervisor()
    class Computing {
      constructor(@inject('settings') readonly settings: unknown) {}
      init() {
        return { children: [] }
      }
    }
    const two = defineConfig({
      applications: [
        application({ name: 'one', root: supervisorSpec('root', { children: [Computing] }) }),
        application({ name: 'two', root: Plain }),
      ],
    })
    expect(planOf(checkConfig(two)).problems.map(({ path, error }) => [path, error.code])).toEqual([
      ['one › root › Computing', 'INJECT_UNBOUND'],
      ['two › wanting', 'INJECT_UNBOUND'],
    ])
  })
})

describe('inheritance', () => {
  abstract class Base {
    @inject('property') readonly property: unknown
    constructor(readonly store: Store) {}
  }
  inject(Store)(Base, undefined, 0)

  it('of properties and parameters is looked through', () => {
    @GenServer()
    @injectFromBase({ extendProperties: true, extendConstructorArguments: true })
    class Heir extends Base {}
    expect(chains(Heir)).toEqual([
      ['INJECT_UNBOUND', 'app › Heir › Store'],
      ['INJECT_UNBOUND', 'app › Heir › "property"'],
    ])
  })

  it('that is not told of is named', () => {
    @GenServer()
    class Heir extends Base {}
    expect(problems(Heir).map(({ error }) => [error.code, error.details.parameter])).toEqual([
      ['INJECT_TYPES_MISSING', '"store" of its base class Base'],
    ])
  })
})

describe('overrideBindings', () => {
  it('can bind what nothing is bound to', async () => {
    const kernel = new TestKernel()
    const plain = config(Plain)
    expect(planOf(checkConfig(plain)).problems.map(({ error }) => error.code)).toEqual(['INJECT_UNBOUND'])
    const given = overrideBindings(plain, (bind) => bind('s').toConstantValue('from the test'))
    const system = await boot(given, { kernel, logger: createLogger({ level: 'silent' }) })
    expect(await kernel.run(() => ref(Plain).call.value())).toBe('from the test')
    await system.stop()
  })

  it('resolves an ambiguity, and breaks a circle', () => {
    @injectable()
    class Round {
      constructor(@inject('s') readonly s: unknown) {}
    }
    for (const bindings of [[always, always], ((bind) => bind('s').to(Round)) as Bindings]) {
      const broken = config(Plain, bindings as Bindings)
      expect(planOf(checkConfig(broken)).problems).toHaveLength(1)
      expect(planOf(checkConfig(overrideBindings(broken, always))).problems).toEqual([])
    }
  })

  it('takes several at once, the later of them on top', async () => {
    const once = overrideBindings(config(Plain, always), (bind) => bind('s').toConstantValue('once'))
    const twice = overrideBindings(once, (bind) => bind('other').toConstantValue('x'))
    const kernel = new TestKernel()
    const system = await boot(twice, { kernel, logger: createLogger({ level: 'silent' }) })
    expect(await kernel.run(() => ref(Plain).call.value())).toBe('once')
    await system.stop()
  })
})

describe('an application that includes another', () => {
  it('has what that one binds', () => {
    const billing = application({ name: 'billing', root: Plain, bindings: always })
    const root = supervisorSpec('root', { children: [billing.root] })
    const shop = application({ name: 'shop', root, includes: [billing] })
    expect(planOf(checkConfig(defineConfig({ applications: [shop] }))).problems).toEqual([])
  })
})

describe('the value of a scope', () => {
  it('is fresh at each start of an application', async () => {
    const made: unknown[] = []
    const bindings: Bindings = (bind) => {
      bind('s').toDynamicValue(() => {
        made.push(new Disk())
        return made.length
      })
    }
    const server = (name: string) => application({ name, root: Plain, bindings })
    const kernel = new TestKernel()
    for (const name of ['one', 'two']) {
      const one = defineConfig({ applications: [server(name)], contain: false })
      const system = await boot(one, { kernel, logger: createLogger({ level: 'silent' }) })
      await system.stop()
    }
    expect(made).toHaveLength(2)
  })
})
