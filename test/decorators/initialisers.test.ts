/** What `heartwood check` knows of `injected()`: no constructor runs, the text of a class is read. */
import { createServer } from 'node:net'
import * as heartwood from 'heartwood'
import {
  application,
  type Bindings,
  type Child,
  defineConfig,
  defineSettings,
  GenServer,
  injectable,
  injected,
  LOGGER,
  type ServerClass,
} from 'heartwood'
import { checkConfig, planOf, resolveConfig } from 'heartwood/tools'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { planned } from '../../src/application/index.js'

const STORE = Symbol('store')
const TOKENS = { queue: Symbol('queue'), nested: { deep: 'deep' } }

/** Everything that is found, as `code token for where`. */
function found(Class: object, bindings?: Bindings): { problems: string[]; warnings: string[] } {
  GenServer({ name: 'worker' })(Class as ServerClass)
  const app = application({ name: 'app', root: Class as Child, bindings })
  const plan = planOf(checkConfig(defineConfig({ applications: [app], contain: false })))
  const line = ({ error: { code, details } }: (typeof plan.problems)[number]): string =>
    code === 'INJECT_UNSEEN'
      ? `${code} ${details.unseen}`
      : `${code} ${details.token} for ${details.parameter}`
  return { problems: plan.problems.map(line), warnings: plan.warnings.map(line) }
}
const problems = (Class: object, bindings?: Bindings): string[] => found(Class, bindings).problems

describe('a field that nothing is bound for', () => {
  it('is named with its class, its token and its field, as a constructor parameter is', () => {
    class Till {
      readonly log = injected(LOGGER)
      readonly store = injected<object>(STORE)
    }
    const [problem] = planOf(
      checkConfig(
        defineConfig({
          applications: [application({ name: 'app', root: decorated(Till) })],
          contain: false,
        }),
      ),
    ).problems
    expect(problem?.path).toBe('app › till')
    expect(problem?.error.message).toBe(
      'nothing is bound to Symbol(store), which Till wants for field "store" (app › Till › Symbol(store)). Bind it in the bindings of the application or of a supervisor above, for example bind(Symbol(store)).toConstantValue(…).',
    )
  })

  it('is found by whatever name the token has: a text, a constant, a class, a member', () => {
    class Prices {}
    class Till {
      a = injected('text')
      b = injected(STORE)
      c = injected(Prices)
      d = injected(TOKENS.queue)
      e = injected(TOKENS.nested.deep)
      f = heartwood.injected('by module')
      'g h' = injected(`template`)
      #secret = [injected('in a list'), { it: injected('in an object') }]
      read = (): unknown => this.#secret
    }
    expect(problems(Till)).toEqual([
      'INJECT_UNBOUND "text" for field "a"',
      'INJECT_UNBOUND Symbol(store) for field "b"',
      'INJECT_UNBOUND Prices for field "c"',
      'INJECT_UNBOUND Symbol(queue) for field "d"',
      'INJECT_UNBOUND "deep" for field "e"',
      'INJECT_UNBOUND "by module" for field "f"',
      'INJECT_UNBOUND "template" for field "g h"',
      'INJECT_UNBOUND "in a list" for field "#secret"',
      'INJECT_UNBOUND "in an object" for field "#secret"',
    ])
  })

  it('is found by another name of injected', () => {
    const want = injected
    class Till {
      readonly store = want(STORE)
    }
    expect(problems(Till)).toEqual(['INJECT_UNBOUND Symbol(store) for field "store"'])
  })

  it('is found in a base class, and in a class that is bound', () => {
    class Base {
      readonly base = injected('of the base')
    }
    class Part {
      readonly part = injected('of the part')
    }
    injectable()(Part)
    class Till extends Base {
      readonly part = injected(Part)
    }
    expect(problems(Till, (bind) => void bind(Part).toSelf())).toEqual([
      'INJECT_UNBOUND "of the part" for field "part"',
      'INJECT_UNBOUND "of the base" for field "base"',
    ])
  })

  it('is found in a constructor, and nothing of it runs', () => {
    let ran = 0
    class Till {
      readonly server = createServer()
      readonly store: unknown
      constructor() {
        ran++
        this.store = injected(STORE)
      }
    }
    expect(problems(Till)).toEqual(['INJECT_UNBOUND Symbol(store) for field "store"'])
    expect(ran).toBe(0)
  })

  it('is found in code that is hard to tell from texts, patterns and lines that end without a semicolon', () => {
    const text = `return class Till {
      a = half / 2 / g; b = [/[/"]\\(/.test('x')]
      c = \`\${\`\${injected('in a template in a template')}\`}\`
      static
      d = 'of the class';
      *[Symbol.iterator]() {}
      get if() { return 1 }
      e = (0, injected)('of a minifier', { optional: !1 })
      f = (0, injected)('optional', { optional: !0 })
    }`
    const Till = new Function('injected', text)(injected) as object
    expect(found(Till)).toEqual({
      problems: [
        'INJECT_UNBOUND "in a template in a template" for field "c"',
        'INJECT_UNBOUND "of a minifier" for field "e"',
      ],
      warnings: [],
    })
  })

  it('is found as compilers leave it: defined in the constructor', () => {
    const define = (self: object, name: string, value: unknown): void =>
      void Object.assign(self, { [name]: value })
    class Till {
      constructor() {
        define(this, 'store', heartwood.injected(STORE))
        define(this, 'queue', injected(TOKENS.queue))
      }
    }
    expect(problems(Till)).toEqual([
      'INJECT_UNBOUND Symbol(store) for field "store"',
      'INJECT_UNBOUND Symbol(queue) for field "queue"',
    ])
  })

  it('is no mistake when it is bound, optional, provided, or a setting', async () => {
    const settings = defineSettings({ schema: z.object({ port: z.number().default(80) }) })
    class Till {
      store = injected(STORE)
      named = injected('url', { name: 'from' })
      none = injected('nothing', { optional: true })
      log = injected(LOGGER)
      port = injected(settings.token('port'))
      all = injected(settings.token())
    }
    const bindings: Bindings = (bind) => {
      bind(STORE).toConstantValue(1)
      bind('url').toConstantValue('http://…').whenNamed('from')
    }
    const app = application({ name: 'app', root: decorated(Till), bindings })
    const config = await resolveConfig(defineConfig({ applications: [app], settings, contain: false }))
    expect(planOf(config)).toMatchObject({ problems: [], warnings: [] })
  })

  it('is told by its name where that is missing', () => {
    class Till {
      url = injected('url', { name: 'from' })
    }
    expect(problems(Till, (bind) => void bind('url').toConstantValue(1).whenNamed('to'))).toEqual([
      'INJECT_UNBOUND "url" named from for field "url"',
    ])
  })
})

describe('what may not be asked for', () => {
  it('is a warning: in a condition, in a method, in a function that is called', () => {
    const helper = (): unknown => injected('by a helper')
    const outer = (): unknown => helper()
    const some = Math.random() > 2
    class Till {
      a = some ? injected('in a condition') : undefined
      b = some && injected('after a condition')
      c = outer()
      later = (): unknown => injected('in an arrow')
      d = injected('certain')
      constructor() {
        if (some) injected('in a statement')
        else {
          injected('in a block')
        }
      }
      method(): unknown {
        return injected('in a method')
      }
    }
    expect(found(Till)).toEqual({
      problems: ['INJECT_UNBOUND "certain" for field "d"'],
      warnings: [
        'INJECT_UNBOUND "in a condition" for field "a"',
        'INJECT_UNBOUND "after a condition" for field "b"',
        'INJECT_UNBOUND "in an arrow" for field "later"',
        'INJECT_UNBOUND "in a statement" for its constructor',
        'INJECT_UNBOUND "in a block" for its constructor',
        'INJECT_UNBOUND "in a method" for method "method"',
        'INJECT_UNBOUND "by a helper" for a call of outer',
      ],
    })
  })

  it('is nothing that stands in a text, a comment, a pattern, or belongs to the class', () => {
    class Till {
      // a = injected('in a comment')
      /* b = injected('in another') */
      text = "injected('in a text')"
      template = `injected('in a template')`
      pattern = /injected\('in a pattern'\)["']/
      other = { injected: (token: string) => token }.injected('of an object')
      static own = (): unknown => injected('static')
    }
    expect(found(Till)).toEqual({ problems: [], warnings: [] })
  })
})

describe('what cannot be read', () => {
  it('is told, never passed over', () => {
    const which = (): string => 'computed'
    class Till {
      a = injected(which())
      b = injected(`${which()}!`)
      c = injected('c', { ...{ optional: true } })
    }
    const { problems, warnings } = found(Till)
    const [unseen = ''] = warnings
    expect(problems).toEqual([])
    expect(unseen).toMatch(/^INJECT_UNSEEN injected\(which\(\)\) for field "a"; /)
    expect(unseen).toContain('for field "b"')
    expect(unseen).toContain('for field "c"')
  })

  it('is told of a text that is too long to be read', () => {
    const Till = new Function(
      `return class Till { text = ${JSON.stringify('x'.repeat(2_000_000))} }`,
    )() as object
    expect(found(Till).warnings).toEqual([
      'INJECT_UNSEEN Till: its text has 2000024 characters, and 2000000 are read at most',
    ])
  })
})

describe('what is beyond the limits of the look', () => {
  const unseen = (Class: object): string => found(Class).warnings.join()

  it('is told of a class without a text', () => {
    class Till {
      a = injected('x')
    }
    expect(unseen(new Proxy(Till, {}))).toBe('INJECT_UNSEEN Till: it is a proxy, which has no text')
    class Own extends EventTarget {}
    expect(unseen(class extends Own {})).toBe('')
  })

  it('is told of functions that are too many or too deep, where they say injected', () => {
    const asks = (): unknown => injected('x')
    const third = (): unknown => asks()
    const second = (): unknown => third()
    const first = (): unknown => second()
    class Deep {
      a = first()
    }
    expect(unseen(Deep)).toBe(
      'INJECT_UNSEEN calls of asks (no more than 60 functions of a class are followed, 3 deep)',
    )
    const silent = Array.from({ length: 70 }, (_, at) => `const f${at} = () => ${at};`).join('')
    const calls = Array.from({ length: 70 }, (_, at) => `f${at}();`).join('')
    const make = new Function('asks', `${silent} return class Wide { constructor() { ${calls} asks() } }`)
    expect(unseen(make(asks) as object)).toContain('calls of asks (no more than 60 functions')
    expect(unseen(make(() => 1) as object)).toBe('')
  })

  it('is told of a name that nothing stands behind', () => {
    const Till = new Function(`return class Till { a = injected('x'); b = module.injected('y') }`)()
    expect(unseen(Till as object)).toBe(
      'INJECT_UNSEEN injected(…) for field "a", since injected is not found; module.injected(…) for field "b", since module is not found',
    )
  })
})

describe('a start', () => {
  it('does not take the time for it: what is missing is told when the worker is built', () => {
    class Till {
      readonly store = injected(STORE)
    }
    const app = application({ name: 'app', root: decorated(Till) })
    const config = checkConfig(defineConfig({ applications: [app], contain: false }))
    expect(planned(config, false).problems).toEqual([])
  })
})

function decorated(Class: ServerClass): Child {
  GenServer({ name: 'till' })(Class)
  return Class as Child
}
