import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  application,
  type Bind,
  boot,
  Call,
  createLogger,
  decorate,
  defineConfig,
  exit,
  GenServer,
  Health,
  inject,
  injectable,
  injected,
  Kernel,
  LOGGER,
  type Logger,
  type Pid,
  type RunningSystem,
  ref,
  type ServerClass,
  State,
  StateMachine,
  Supervisor,
  send,
  startChild,
  startLink,
  trapExit,
  whereis,
  whichChildren,
} from 'heartwood'
import { checkConfig, planOf } from 'heartwood/tools'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { VirtualClock } from '../../src/kernel/index.js'
import type * as program from './modes/program.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'heartwood-modes-'))
const MODES = { standard: 'false', legacy: 'true' } as const

/** Without emitted types, as esbuild leaves it too. */
async function compile(mode: keyof typeof MODES): Promise<void> {
  const source = 'test/decorators/modes/program.ts'
  const flags = '--ignoreConfig --noCheck --noResolve --target ES2022 --module ESNext --rootDir .'.split(' ')
  const how = ['--experimentalDecorators', MODES[mode], '--outDir', join(folder, mode)]
  const argv = ['node_modules/typescript/bin/tsc', source, ...flags, ...how]
  await promisify(execFile)(process.execPath, argv, { cwd: ROOT })
}

const programIn = (mode: string): Promise<typeof program> =>
  import(join(folder, mode, 'test/decorators/modes/program.js'))

beforeAll(() => Promise.all([compile('standard'), compile('legacy')]))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each(['standard', 'legacy'] as const)('%s decorators', (mode) => {
  /** The whole program, booted on virtual time. */
  async function running(
    body: (it: typeof program, clock: VirtualClock, system: RunningSystem) => Promise<void>,
  ): Promise<void> {
    const it = await programIn(mode)
    const clock = new VirtualClock()
    const kernel = new Kernel({ clock, report() {} })
    const system = await boot(it.config, { kernel, logger: createLogger({ level: 'silent' }) })
    try {
      await kernel.run(() => body(it, clock, system))
    } finally {
      await system.stop()
    }
  }

  it('have handlers, also those of a base class without a decorator', () =>
    running(async ({ Counter }) => {
      const counter = ref(Counter)
      expect(await counter.call.add(2)).toBe(2)
      expect(await counter.call.read()).toBe(2)
      expect(await counter.call.replaced()).toBe('own')
      counter.cast.reset()
      expect(await counter.call.read()).toBe(0)
    }))

  it('inject into fields, by decorators and by injected()', () =>
    running(async ({ Counter }) => {
      const wanted = ['one', 'two', undefined, undefined, true, 'function', 'function']
      expect(await ref(Counter).call.wants()).toEqual(wanted)
    }))

  it('handle messages and continuations', () =>
    running(async ({ Counter }) => {
      const counter = ref(Counter)
      for (const message of ['tick', { type: 'add', by: 5 }, 'nothing that it knows'])
        send('counter', message)
      counter.cast.next()
      expect(await counter.call.told()).toEqual(['tick', 5, 'next'])
    }))

  it('tell a worker of its health, and the system with it', () =>
    running(async ({ Counter }, _clock, system) => {
      // A busy machine adds a reason of its own: that the event loop was blocked.
      const reasons = async () => (await system.health.read()).ready.reasons
      expect(await reasons()).not.toContain('counter: too many')
      await ref(Counter).call.add(100)
      expect(await reasons()).toContain('counter: too many')
    }))

  it('make state machines: states, other methods for an event, postponing, time-outs, entering', () =>
    running(async ({ Door }, clock) => {
      const door = ref(Door)
      expect(await door.call.unlock('1')).toBe('locked')
      expect(await door.call.unlock('1234')).toBe('opening')
      const entered = door.call.enter()
      clock.advance(1_000)
      expect(await entered).toEqual(['locked → locked', 'locked → opening', 'opening → open'])
      expect(await door.call.unlock('1234')).toBe('open already')
    }))

  it('make supervisors, dynamic ones too', () =>
    running(async ({ heirOf }) => {
      const Heir = heirOf(class {}) as ServerClass<{ more(): string }>
      await startChild('counters', Heir as never)
      expect(await ref(Heir).call.more()).toBe('more')
      expect(await whichChildren('counters')).toHaveLength(1)
    }))

  it('start a worker anew with a new instance', () =>
    running(async ({ Counter }, clock) => {
      await ref(Counter).call.add(1)
      exit(whereis('counter') as Pid, 'kill')
      clock.advance(0)
      await expect.poll(() => whereis('counter')).toBeDefined()
      expect(await ref(Counter).call.read()).toBe(0)
    }))

  it.each([
    ['static', 'HANDLER_STATIC'],
    ['twice', 'DECORATED_TWICE'],
    ['option', 'DECORATOR_OPTION_INVALID'],
    ['lifecycle', 'HANDLER_INVALID'],
    ['notCalled', 'DECORATOR_NOT_CALLED'],
  ] as const)('refuse a mistake where it is made: %s', async (what, code) => {
    const { refused } = await programIn(mode)
    expect(refused[what]).toThrow(expect.objectContaining({ code }))
  })

  it('ask for a token or a field where a parameter has no type', async () => {
    const { unbuildable } = await programIn(mode)
    const config = defineConfig({ applications: [application({ name: 'a', root: unbuildable() as never })] })
    const [problem] = planOf(checkConfig(config)).problems
    const says = {
      standard: 'Have it in a field, such as store = injected(Store), in place of the parameter',
      legacy: 'Mark the parameter with @inject(token), or compile with tsc and "emitDecoratorMetadata"',
    }
    expect(problem?.error).toMatchObject({
      code: 'INJECT_TYPES_MISSING',
      message: expect.stringContaining(says[mode]),
    })
  })

  it('are checked before anything starts, also for what injected() asks for', async () => {
    const { Counter } = await programIn(mode)
    const config = defineConfig({ applications: [application({ name: 'a', root: Counter })] })
    const { problems } = planOf(checkConfig(config))
    expect(problems.map(({ error }) => [error.code, error.message.split(',')[0]])).toEqual([
      ['INJECT_UNBOUND', 'nothing is bound to Symbol(URL_OF) named to'],
      ['INJECT_UNBOUND', 'nothing is bound to Store'],
      ['INJECT_UNBOUND', 'nothing is bound to Symbol(URL_OF) named from'],
    ])
  })
})

describe('mixed modes', () => {
  it.each([
    ['standard', 'legacy'],
    ['legacy', 'standard'],
  ])('%s heirs have what %s base classes have', async (heirs, bases) => {
    const { heirOf } = await programIn(heirs)
    const { Counting } = await programIn(bases)
    const Heir = heirOf(Counting as never) as ServerClass<InstanceType<typeof Counting> & { more(): string }>
    await new Kernel().run(async () => {
      const heir = await startLink(Heir)
      expect([await heir.call.more(), await heir.call.read()]).toEqual(['more', 0])
    })
  })

  it('a standard heir of a legacy class whose parameters are injected says what it lacks', async () => {
    const { heirOf } = await programIn('standard')
    @GenServer()
    class Above {
      constructor(@inject(LOGGER) readonly log: Logger) {}
    }
    const root = heirOf(Above as never) as never
    const config = defineConfig({ applications: [application({ name: 'a', root })] })
    expect(planOf(checkConfig(config)).problems[0]?.error).toMatchObject({
      code: 'INJECT_TYPES_MISSING',
      message: expect.stringContaining('of its base class Above'),
    })
  })
})

describe('a standard decorator', () => {
  const context = { kind: 'method', name: 'add', static: false, private: false, addInitializer() {} }

  it('of a compiler that gives no metadata is refused', () => {
    expect(() => Call()(() => 1, context as never)).toThrow(
      expect.objectContaining({
        code: 'DECORATORS_WITHOUT_METADATA',
        message: expect.stringContaining(
          '@Call of add is compiled as a standard (TC39) decorator by a compiler',
        ),
      }),
    )
  })

  it('of a private method is refused', () => {
    const metadata = {}
    Call()(() => 1, { ...context, name: '#add', private: true, metadata } as never)
    expect(() => GenServer()(class Wrong {}, { kind: 'class', name: 'Wrong', metadata } as never)).toThrow(
      expect.objectContaining({ code: 'MEMBER_PRIVATE' }),
    )
  })
})

describe('without decorators', () => {
  class Till {
    readonly currency: string = injected('currency')
    total = 0
    constructor(readonly log: Logger) {}
    add(cents: number): string {
      this.total += cents
      return `${this.total} ${this.currency} ${typeof this.log.info}`
    }
    isWell(): boolean {
      return this.total < 100
    }
    static {
      decorate(inject(LOGGER), Till, 0)
      decorate(Call(), Till, 'add')
      decorate(Health(), Till, 'isWell')
      decorate(GenServer({ name: 'till' }), Till)
    }
  }

  class Light {
    state: 'off' | 'on' = 'off'
    turn(): string {
      this.state = 'on'
      return this.state
    }
    static {
      decorate([State('off'), Call()], Light, 'turn')
      decorate(StateMachine({ name: 'light' }), Light)
    }
  }

  class Root {}
  const bindings = (bind: Bind): void => void bind('currency').toConstantValue('EUR')
  decorate(Supervisor({ children: [Till, Light], bindings }), Root)

  it('a static block says the same', async () => {
    const kernel = new Kernel({ clock: new VirtualClock(), report() {} })
    const config = defineConfig({ applications: [application({ name: 'a', root: Root })], contain: false })
    const system = await boot(config, { kernel, logger: createLogger({ level: 'silent' }) })
    await kernel.run(async () => {
      expect(await ref(Till).call.add(200)).toBe('200 EUR function')
      expect(await ref(Light).call.turn()).toBe('on')
      // On a machine that is starved the event loop has its own reason.
      expect((await system.health.read()).ready.reasons).toContain('till: it says no')
    })
    await system.stop()
  })
})

describe('injected()', () => {
  @injectable()
  class Clock {
    now(): number {
      return 1
    }
  }

  it('gives nothing outside of a build: not in a handler, nor outside of any process', async () => {
    @GenServer()
    class Late {
      @Call() late(): number {
        return injected(Clock).now()
      }
    }
    expect(() => injected(Clock)).toThrow(expect.objectContaining({ code: 'INJECT_OUTSIDE' }))
    await new Kernel({ report() {} }).run(async () => {
      trapExit(true)
      const late = await startLink(Late)
      await expect(late.call.late()).rejects.toMatchObject({ cause: { code: 'INJECT_OUTSIDE' } })
    })
  })

  it('tells of what is bound nowhere at the first start, with the way to it', async () => {
    @GenServer({ name: 'wanting' })
    class Wanting {
      readonly clock = injected(Clock)
    }
    const config = defineConfig({ applications: [application({ name: 'a', root: Wanting })], contain: false })
    const kernel = new Kernel({ clock: new VirtualClock(), report() {} })
    await expect(boot(config, { kernel, logger: createLogger({ level: 'silent' }) })).rejects.toThrow(
      'nothing is bound to Clock, which Wanting wants for a call of injected (a › Wanting › Clock)',
    )
  })

  it('tells of a circle', async () => {
    @injectable()
    class Hen {
      readonly egg: unknown = injected(Egg)
    }
    @injectable()
    class Egg {
      readonly hen: unknown = injected(Hen)
    }
    @GenServer()
    class Farm {
      readonly hen = injected(Hen)
    }
    const farm = application({
      name: 'a',
      root: Farm,
      bindings: (bind) => {
        bind(Hen).toSelf()
        bind(Egg).toSelf()
      },
    })
    const kernel = new Kernel({ clock: new VirtualClock(), report() {} })
    const config = defineConfig({ applications: [farm], contain: false })
    await expect(boot(config, { kernel, logger: createLogger({ level: 'silent' }) })).rejects.toThrow(
      'what Hen needs leads back to itself',
    )
  })

  it('cannot wait for what is made asynchronously, and says what can', async () => {
    @GenServer({ name: 'hasty' })
    class Hasty {
      readonly pool = injected('pool')
    }
    const bindings = (bind: Bind): void => void bind('pool').toDynamicValue(async () => 1)
    const hasty = application({ name: 'a', root: Hasty, bindings })
    const kernel = new Kernel({ clock: new VirtualClock(), report() {} })
    const config = defineConfig({ applications: [hasty], contain: false })
    await expect(boot(config, { kernel, logger: createLogger({ level: 'silent' }) })).rejects.toThrow(
      'Hasty cannot be built (a › Hasty › "pool"): it is made asynchronously, and injected() cannot wait',
    )
  })

  it('refuses what is no token, such as a class that is not there yet', () => {
    expect(() => injected(undefined as never)).toThrow(
      expect.objectContaining({ code: 'INJECT_TOKEN_INVALID' }),
    )
  })
})
