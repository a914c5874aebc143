// What is injected is compared with what it is injected into; `compile.test.ts` has the compiler look at it.
import {
  type Bind,
  type Bindings,
  ContainerModule,
  decorate,
  defineSettings,
  HEALTH,
  inject,
  LOGGER,
  type Logger,
  multiInject,
  named,
  optional,
  type Secret,
  type SystemHealth,
} from 'heartwood'
import { z } from 'zod'

const settings = defineSettings({
  schema: z.object({
    port: z.number(),
    level: z.enum(['low', 'high']),
    label: z.string().optional(),
    db: z.object({ url: z.string() }),
  }),
  secrets: ['db.url'],
})

abstract class Store {
  abstract load(): string
}
class Mail {
  send(): void {}
}
class Cache<T> {
  constructor(private value: T) {}
  get(): T {
    return this.value
  }
  put(value: T): void {
    this.value = value
  }
}
class Single {
  static readonly only = new Single()
  private constructor() {}
  here(): void {}
}
interface User {
  readonly id: string
}
const SYMBOL = Symbol('x')

export class Right {
  @inject(Store) store!: Store
  @inject(settings.token('port')) protected port!: number
  @inject('x') readonly text!: string

  constructor(
    @inject(settings.token('port')) readonly a: number,
    @inject(settings.token('port')) readonly b: number | undefined,
    @inject(settings.token('port')) readonly c: unknown,
    @inject(settings.token('level')) readonly d: string,
    @inject(settings.token('label')) readonly e: string | undefined,
    @inject(settings.token('db.url')) readonly f: Secret<string>,
    @inject(settings.token()) readonly g: { readonly port: number },
    @inject(Store) readonly h: Store,
    @inject(Store) readonly i: { load(): string },
    @inject(Store) @named('other') @optional() readonly j: Store | undefined,
    @inject(Cache) readonly k: Cache<User>,
    @inject(Single) readonly l: Single,
    @inject(LOGGER) readonly m: Logger,
    @inject(LOGGER) readonly n: { info(message: string): void },
    @inject(HEALTH) readonly o: SystemHealth,
    // Of these the compiler does not know what is bound.
    @inject('x') readonly p: number,
    @inject(SYMBOL) readonly q: number,
    @inject(Symbol.for('x')) readonly r: string,
    @multiInject(Store) readonly s: Store[],
    @multiInject(Store, { chained: true }) readonly t: readonly { load(): string }[],
    @multiInject('x') readonly u: Iterable<number>,
  ) {}
}
decorate([inject(settings.token('port')), optional()], Mail, 0)

export class Wrong {
  // @ts-expect-error: a Store is no Mail
  @inject(Store) store!: Mail
  // @ts-expect-error: the port is a number
  @inject(settings.token('port')) port!: string

  constructor(
    // @ts-expect-error: the port is a number
    @inject(settings.token('port')) readonly a: string,
    // @ts-expect-error: it may be missing
    @inject(settings.token('label')) readonly b: string,
    // @ts-expect-error: it is a secret
    @inject(settings.token('db.url')) readonly c: string,
    // @ts-expect-error: there are others
    @inject(settings.token('level')) readonly d: 'low',
    // @ts-expect-error: a Store is no Mail
    @inject(Store) readonly e: Mail,
    // @ts-expect-error: a Store is no number
    @inject(Store) readonly f: number,
    // @ts-expect-error: a logger is no text
    @inject(LOGGER) readonly g: string,
    // @ts-expect-error: a health is no logger
    @inject(HEALTH) readonly h: Logger,
    // @ts-expect-error: a number is no token
    @inject(5) readonly i: number,
    // @ts-expect-error: all of them are a list
    @multiInject(Store) readonly j: Store,
    // @ts-expect-error: of stores
    @multiInject(Store) readonly k: Mail[],
    // @ts-expect-error: a list, whatever is bound
    @multiInject('x') readonly l: Mail,
  ) {}
}

// A setting is bound to what it can be.
declare const bind: Bind
bind(settings.token('port')).toConstantValue(5)
bind(settings.token('level')).toDynamicValue(() => 'low')
bind(Store).toConstantValue({ load: () => 'x' })
bind('x').toConstantValue(5)
bind<number>('x').toConstantValue(5)
bind(SYMBOL).toConstantValue('x')
export const bindings: Bindings = [
  new ContainerModule(({ bind: bound }) => void bound('x').toConstantValue(5)),
  (bound) => void bound(settings.token('label')).toConstantValue('x'),
]
// @ts-expect-error: the port is a number
bind(settings.token('port')).toConstantValue('5')
// @ts-expect-error: there is no such level
bind(settings.token('level')).toConstantValue('middle')
// @ts-expect-error: that is no Store
bind(Store).toConstantValue(5)
// @ts-expect-error: the token is said to be a number
bind<number>('x').toConstantValue('5')
