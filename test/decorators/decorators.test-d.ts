// Right uses, and wrong ones under @ts-expect-error; `compile.test.ts` has the compiler look at them.
import {
  type Awaitable,
  application,
  Call,
  Cast,
  type Child,
  type ContinueWith,
  child,
  continueWith,
  type DownMessage,
  DynamicSupervisor,
  defineConfig,
  GenServer,
  type Idle,
  Info,
  idle,
  inject,
  isDown,
  LOGGER,
  type Logger,
  type NoReply,
  noReply,
  ref,
  Supervisor,
  startLink,
} from 'heartwood'

abstract class Store {
  abstract load(id: string): Promise<string>
}

interface Target {
  readonly id: string
  readonly url: string
}

@GenServer({
  name: (target: Target) => `checker:${target.id}`,
  restart: 'transient',
  shutdown: 'brutal_kill',
})
export class Checker {
  constructor(
    private readonly store: Store,
    @inject(LOGGER) private readonly log: Logger,
  ) {}

  init(target: Target): Idle {
    this.log.info(target.url)
    return idle(1_000)
  }

  @Call() add(by: number, times?: number): number {
    return by * (times ?? 1)
  }

  @Call() async load(id: string): Promise<string> {
    return this.store.load(id)
  }

  @Call() later(): string | NoReply {
    return noReply
  }

  @Cast() reset(): void {}

  @Cast() async flush(_force: boolean): Promise<void> {}

  @Cast() next(): ContinueWith {
    return continueWith('next')
  }

  // @ts-expect-error a cast has no answer
  @Cast() answer(): number {
    return 1
  }

  // @ts-expect-error nor a late one
  @Cast() async lateAnswer(): Promise<string> {
    return 'x'
  }

  @Info('tick') onTick(): void {}

  @Info({ type: 'add' }) onAdd(_message: { readonly type: 'add'; readonly item: string }): void {}

  @Info(isDown) async onDown(_down: DownMessage): Promise<void> {}

  // @ts-expect-error the guard lets a DownMessage through, which is no string
  @Info(isDown) onText(_text: string): void {}

  @Info() onAnything(_message: unknown): void {}
}

@DynamicSupervisor({ name: 'checkers', maxChildren: 10 })
class Checkers {}

@Supervisor({
  strategy: 'rest_for_one',
  children: [Checkers, [Checker, { id: 'a', url: 'x' }, { id: 'a' }], child(Checker, { id: 'b', url: 'y' })],
  bindings: (bind) => {
    bind(Store).toConstantValue({ load: async (id) => id })
    // @ts-expect-error that is no Store
    bind(Store).toConstantValue({ load: 1 })
  },
})
class Root {}

@Supervisor()
class Computed {
  init(): Awaitable<{ children: ReturnType<typeof child>[] }> {
    return { children: [child(Checker, { id: 'c', url: 'z' })] }
  }
}

// @ts-expect-error the strategy is misspelt
@Supervisor({ strategy: 'one_for_al' })
export class Misspelt {}

export default defineConfig({
  applications: [application({ name: 'a', root: Root }), application({ name: 'b', root: Computed })],
})

child(Checker, { id: 'a', url: 'x' }, { restart: 'temporary' })
// @ts-expect-error init wants a target
child(Checker)
// @ts-expect-error with a url
child(Checker, { id: 'a' })
// @ts-expect-error no such option
defineConfig({ applications: [], applicatons: [] })

const checker = ref(Checker, 'checker:a')
const sum: Promise<number> = checker.call.add(2)
const text: Promise<string> = checker.call.load('x')
checker.cast.reset()
checker.cast.flush(true)
// @ts-expect-error no such method
checker.call.substract(2)
// @ts-expect-error a number is wanted
checker.call.add('2')
// @ts-expect-error it answers, so it cannot be cast
checker.cast.add(2)

export { sum, text }

// Bindings are there at once.
application({ name: 'bound', root: Root, bindings: (bind) => bind('x').toConstantValue(1) })
// @ts-expect-error: what an async function binds comes too late
application({ name: 'late', root: Root, bindings: async (bind) => void bind('x').toConstantValue(1) })

// What children are given is compared with what their `init` takes, in whatever form they are listed.
@GenServer()
class Plain {
  @Call() a(): number {
    return 1
  }
  [Symbol.dispose](): void {}
}
@GenServer()
class Open {
  init(_args?: { readonly size: number }): void {}
}
const target = { id: 'a', url: 'x' }
const some: Child[] = [Plain]
const isOn: boolean = some.length > 0

@Supervisor({
  children: [
    Plain,
    Open,
    [Open, { size: 1 }],
    [Checker, target],
    [Plain, undefined, { id: 'other', restart: 'temporary' }],
    child(Checker, target),
    { id: 'made', start: () => startLink(Plain) },
    Root,
    [Root, undefined, { id: 'again' }],
  ],
})
export class Listed {}
@Supervisor({ strategy: 'rest_for_one', children: () => [[Checker, target], Later] })
export class Computing {}
@GenServer()
class Later {}
@Supervisor({ children: [...some, isOn ? Plain : Open, ...(isOn ? [Open] : [])] })
export class Gathered {}
@Supervisor({ children: [1, 2].map((size) => child(Open, { size }, { id: `${size}` })) })
export class Mapped {}

// @ts-expect-error: no url
@Supervisor({ children: [[Checker, { id: 'a' }]] })
export class Lacking {}
// @ts-expect-error: nor anything else
@Supervisor({ children: [Checker] })
export class Bare {}
// @ts-expect-error: in no form
@Supervisor({ children: () => [[Checker]] })
export class BareLater {}
// @ts-expect-error: it is a number, in a function as in a list
@Supervisor({ children: () => [Plain, [Open, { size: '1' }]] })
export class WrongLater {}
// @ts-expect-error: it takes nothing
@Supervisor({ children: [[Plain, { size: 1 }]] })
export class Unwanted {}
// @ts-expect-error: it is a number
@Supervisor({ children: [Plain, [Open, { size: '1' }]] })
export class Wrong {}
// @ts-expect-error: no such field of a spec
@Supervisor({ children: [[Plain, undefined, { restrt: 'temporary' }]] })
export class MisspeltSpec {}
// @ts-expect-error: an instance is no child
@Supervisor({ children: [new Plain()] })
export class Instance {}

// The functions for name and id say what they take, and that is what `init` takes.
@GenServer({ name: (args: { readonly id: string }) => args.id })
export class Narrower {
  init(_args: Target): void {}
}
@GenServer<Target>({ id: ({ id }) => id })
export class Given {
  async init({ url }: Target): Promise<void> {
    void url
  }
}
// @ts-expect-error: init takes something else
@GenServer({ name: (args: { readonly user: string }) => args.user })
export class Other {
  init(_args: Target): void {}
}
// @ts-expect-error: the same
@GenServer<Target>({ id: ({ id }) => id })
export class Numbered {
  init(_count: number): void {}
}

// @ts-expect-error: no message can name a symbol
ref(Plain, 'plain').call[Symbol.dispose]
// @ts-expect-error: the engine's
checker.call.init(target)
