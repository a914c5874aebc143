// What decorators can say where parameters have none: `modes.test.ts` runs it compiled for each mode.
import {
  After,
  application,
  Call,
  Cast,
  ConfigChange,
  type ContinueWith,
  continueWith,
  DynamicSupervisor,
  defineConfig,
  defineSettings,
  Enter,
  GenServer,
  Health,
  Info,
  inject,
  injectable,
  injected,
  LOGGER,
  type Logger,
  named,
  On,
  optional,
  Postpone,
  postConstruct,
  State,
  StateMachine,
  Supervisor,
  To,
} from 'heartwood'
import { z } from 'zod'

export const settings = defineSettings({ schema: z.object({ step: z.number().default(1) }) })

export const URL_OF = Symbol('URL_OF')

@injectable()
export class Store {
  readonly log = injected(LOGGER)
  readonly values: number[] = []
  prepared = false
  @postConstruct() prepare(): void {
    this.prepared = true
  }
}

/** Without a decorator of its own: its heirs have its handlers. */
abstract class Counting {
  protected count = 0
  @Call() read(): number {
    return this.count
  }
  @Call() replaced(): string {
    return 'base'
  }
}

@GenServer({ name: 'counter' })
export class Counter extends Counting {
  readonly store = injected(Store)
  readonly from: string = injected(URL_OF, { name: 'from' })
  readonly none: string | undefined = injected('nothing', { optional: true })
  @inject(LOGGER) readonly log!: Logger
  @inject(URL_OF) @named('to') readonly to!: string
  @inject('nothing') @optional() readonly nothing: string | undefined
  #seen: unknown[] = []

  @Call() add(by: number): number {
    this.store.values.push(by)
    this.count += by
    return this.count
  }
  @Call() async told(): Promise<readonly unknown[]> {
    return this.#seen
  }
  @Call() override replaced(): string {
    return 'own'
  }
  @Call() wants(): readonly unknown[] {
    const logs = [this.log, this.store.log].map((each) => typeof each.info)
    return [this.from, this.to, this.none, this.nothing, this.store.prepared, ...logs]
  }
  @Cast() reset(): void {
    this.count = 0
  }
  @Cast() next(): ContinueWith {
    return continueWith('next')
  }
  @Info('tick') onTick(): void {
    this.#seen.push('tick')
  }
  @Info({ type: 'add' }) onAdd(message: { readonly type: 'add'; readonly by: number }): void {
    this.#seen.push(message.by)
  }
  handleContinue(value: unknown): void {
    this.#seen.push(value)
  }
  @ConfigChange(settings.token('step')) onStep(step: number, before: number): void {
    this.#seen.push([step, before])
  }
  @Health() isWell(): boolean | string {
    return this.count < 100 || 'too many'
  }
}

type Base = abstract new () => { reset?(): void }
/** An heir in this mode of a class that may be in another. */
export function heirOf(Above: Base): abstract new () => { more(): string } {
  @GenServer({ name: 'heir' })
  class Heir extends Above {
    @Call() more(): string {
      return 'more'
    }
  }
  return Heir
}

/** What is told when it is declared. */
export const refused = {
  static(): unknown {
    @GenServer()
    class Wrong {
      // @ts-expect-error: handlers belong to instances
      @Call() static add(): void {}
    }
    return Wrong
  },
  twice(): unknown {
    @Supervisor()
    @GenServer()
    class Wrong {}
    return Wrong
  },
  option(): unknown {
    @GenServer()
    class Wrong {
      @Call({ concurrent: 5 as never }) add(): void {}
    }
    return Wrong
  },
  lifecycle(): unknown {
    @GenServer()
    class Wrong {
      @Call() init(): void {}
    }
    return Wrong
  },
  notCalled(): unknown {
    class Wrong {
      // @ts-expect-error: without parentheses
      @Call add(): void {}
    }
    return Wrong
  },
}

/** What is told before it is started. */
export function unbuildable(): abstract new (...args: never[]) => object {
  @GenServer({ name: 'unbuildable' })
  class Unbuildable {
    constructor(readonly store: Store) {}
    @Call() get(): Store {
      return this.store
    }
  }
  return Unbuildable
}

@StateMachine({ name: 'door' })
export class Door {
  state: 'locked' | 'opening' | 'open' = 'locked'
  entered: string[] = []

  @State('locked') @To('opening') @Call() unlock(code: string): string {
    if (code === '1234') this.state = 'opening'
    return this.state
  }
  @State('open') @On('unlock') already(): string {
    return 'open already'
  }
  @State('open') @Postpone('opening') @Call() enter(): readonly string[] {
    return this.entered
  }
  @State('opening') @After(1_000) opened(): void {
    this.state = 'open'
  }
  @Enter() onEnter(previous: 'locked' | 'opening' | 'open'): void {
    this.entered.push(`${previous} → ${this.state}`)
  }
}

@DynamicSupervisor({ name: 'counters' })
export class Counters {}

@Supervisor({
  strategy: 'rest_for_one',
  children: [Counter, Door, Counters],
  bindings: (bind) => {
    bind(Store).toSelf()
    bind(URL_OF).toConstantValue('one').whenNamed('from')
    bind(URL_OF).toConstantValue('two').whenNamed('to')
  },
})
export class Root {}

export const config = defineConfig({
  settings,
  applications: [application({ name: 'shop', root: Root })],
  log: { level: 'silent' },
})

export { Counting }
