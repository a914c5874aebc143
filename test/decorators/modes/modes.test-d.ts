// Right uses and wrong ones, the same for legacy and standard decorators; `compile.test.ts` has the compiler look at them in both modes.
import {
  After,
  Call,
  Cast,
  ConfigChange,
  type ContinueWith,
  continueWith,
  type DownMessage,
  decorate,
  defineSettings,
  Enter,
  GenServer,
  HEALTH,
  Health,
  Info,
  Internal,
  inject,
  injectable,
  injected,
  isDown,
  LOGGER,
  type Logger,
  multiInject,
  named,
  On,
  optional,
  Postpone,
  postConstruct,
  preDestroy,
  ref,
  State,
  StateMachine,
  StateTimeout,
  Supervisor,
  type SystemHealth,
  Timeout,
  To,
} from 'heartwood'
import { z } from 'zod'

const settings = defineSettings({ schema: z.object({ port: z.number(), label: z.string() }) })
const URL_OF = Symbol('URL_OF')

@injectable()
class Store {
  load(): string {
    return ''
  }
  @postConstruct() ready(): void {}
  @preDestroy() async over(): Promise<void> {}
  // @ts-expect-error: that is no method
  @postConstruct() text = ''
}
class Mail {
  send(): void {}
}

@GenServer<{ readonly id: string }>({ name: ({ id }) => id })
export class Worker {
  readonly store: Store = injected(Store)
  readonly log: Logger = injected(LOGGER)
  readonly health: SystemHealth = injected(HEALTH)
  readonly port: number = injected(settings.token('port'))
  readonly maybe: Store | undefined = injected(Store, { optional: true })
  readonly url: string = injected(URL_OF, { name: 'from' })
  readonly other = injected<URL>('other')
  @inject(Store) kept!: Store
  @inject(settings.token('port')) protected limit!: number
  @inject(URL_OF) @named('to') readonly to!: string
  @inject(Store) @optional() readonly perhaps: Store | undefined
  @multiInject(Store) readonly all!: readonly Store[]

  // @ts-expect-error: a Store is no Mail
  readonly wrong: Mail = injected(Store)
  // @ts-expect-error: the port is a number
  readonly text: string = injected(settings.token('port'))
  // @ts-expect-error: it may be missing
  readonly sure: Store = injected(Store, { optional: true })
  // @ts-expect-error: no token
  readonly none = injected(5)
  // @ts-expect-error: no such option
  readonly misspelt = injected(Store, { nam: 'x' })
  // @ts-expect-error: a Store is no Mail
  @inject(Store) mail!: Mail
  // @ts-expect-error: the port is a number
  @inject(settings.token('port')) label!: string
  // @ts-expect-error: all of them are a list
  @multiInject(Store) one!: Store

  init({ id }: { readonly id: string }): void {
    void id
  }
  @Call() add(by: number, times?: number): number {
    return by * (times ?? this.limit)
  }
  @Call({ concurrent: { limit: 2 } }) async get<K extends 'a' | 'b'>(key: K): Promise<K> {
    return key
  }
  @Cast() reset(): void {}
  @Cast() async flush(_force: boolean): Promise<void> {}
  @Cast() next(): ContinueWith {
    return continueWith('next')
  }
  @Info('tick') onTick(): void {}
  @Info(isDown) onDown(_down: DownMessage): void {}
  @Info() private onAnything(_message: unknown): void {}
  @ConfigChange(settings.token('port')) onPort(_port: number, _before: number): void {}
  @Health({ timeout: 5 }) isWell(): boolean {
    this.onAnything(1)
    return true
  }

  // @ts-expect-error: a cast has no answer
  @Cast() answer(): number {
    return 1
  }
  // @ts-expect-error: nor a late one
  @Cast() async lateAnswer(): Promise<string> {
    return ''
  }
  // @ts-expect-error: the guard lets a DownMessage through
  @Info(isDown) onText(_text: string): void {}
  // @ts-expect-error: the port is a number
  @ConfigChange(settings.token('port')) onLabel(_port: string): void {}
  // @ts-expect-error: it is asked without arguments
  @Health() isWellIf(_sure: boolean): boolean {
    return true
  }
  // @ts-expect-error: handlers belong to instances
  @Call() static shared(): number {
    return 1
  }
  // @ts-expect-error: no client sees it
  @Call() protected hidden(): number {
    return 1
  }
  // @ts-expect-error: that is no method
  @Call() field = 1
  // @ts-expect-error: no such option
  @Call({ concurent: true }) misspeltOption(): void {}
  // @ts-expect-error: without parentheses
  @Call bare(): void {}
}

// @ts-expect-error: init takes something else
@GenServer({ name: (args: { readonly user: string }) => args.user })
export class Other {
  init(_args: { readonly id: string }): void {}
}

type Where = 'locked' | 'open'

@StateMachine()
export class Door {
  state: Where = 'locked'
  @State('locked') @To('open') @Call() unlock(_code: string): boolean {
    return true
  }
  @State('open') @On('unlock') already(_code: string): boolean {
    return true
  }
  @State('open') @Postpone('locked') @Cast() close(): void {}
  @State('open') @After(5) lock(): void {}
  @Enter() onEnter(_previous: Where): void {}
  @StateTimeout() late(): void {}
  @Timeout('digits') forget(): void {}
  @Internal(isDown) down(_down: DownMessage): void {}

  // @ts-expect-error: there is no such state
  @State('opened') @Call() misspelt(): void {}
  // @ts-expect-error: there is no such state
  @State('open') @To('shut') @Call() go(): void {}
  // @ts-expect-error: the event is not a method of this class
  @On('unlok') other(): void {}
  // @ts-expect-error: the answer is another
  @State('open') @On('unlock') wrong(_code: string): string {
    return ''
  }
  // @ts-expect-error: it may come from either
  @Enter() narrow(_previous: 'open'): void {}
  // @ts-expect-error: nobody waits for an answer
  @After(5) answers(): number {
    return 1
  }
  // @ts-expect-error: the guard lets a DownMessage through
  @Internal(isDown) text(_text: string): void {}
}

// @ts-expect-error: it has no state
@StateMachine()
export class Stateless {}

@Supervisor({ children: [[Worker, { id: 'a' }], Door] })
export class Root {}
// @ts-expect-error: no id
@Supervisor({ children: [[Worker, {}]] })
export class Lacking {}

export const sum: Promise<number> = ref(Worker, 'a').call.add(2)
export const key: Promise<'a'> = ref(Worker, 'a').call.get('a')

// Without decorators.
export class Plain {
  constructor(
    readonly store: Store,
    readonly all: readonly Store[],
  ) {}
  add(by: number): number {
    return by
  }
  reset(): void {}
  static {
    decorate(Call(), Plain, 'add')
    decorate(Cast(), Plain, 'reset')
    decorate(inject(Store), Plain, 0)
    decorate([multiInject(Store), named('x')], Plain, 1)
    decorate(GenServer({ name: 'plain' }), Plain)
    // @ts-expect-error: no such method
    decorate(Call(), Plain, 'substract')
    // @ts-expect-error: it has no state
    decorate(StateMachine(), Plain)
  }
}
