/**
 * A tree in a Nest application. Nothing of Nest is imported: a dynamic module is an object, and its tokens are handed in. So one
 * build serves Nest 11, whose packages are CommonJS, and Nest 12, whose are ES modules.
 */
import {
  askToStop,
  type BootOptions,
  type ConfigOptions,
  checkDrainOptions,
  type Drainable,
  type DrainOptions,
  type HealthState,
  type RunningSystem,
} from '../application/index.js'
import { bootWithin } from '../boot.js'
import { overrideBindings } from '../decorators/index.js'
import { ref, type ServerClass } from '../genserver/index.js'
import {
  checkFunction,
  checkKnown,
  errorsOf,
  isList,
  KERNEL_ERRORS,
  lacksSharing,
  namesOf,
  shared,
} from '../kernel/index.js'
import { withDoor } from './server-beside.js'

/** A Nest token: a class, a string or a symbol. */
export type NestToken = string | symbol | (abstract new (...args: never[]) => unknown)

/** The part of Nest's `HttpAdapterHost` that is used. */
export interface NestHttp {
  readonly httpAdapter: { getHttpServer(): unknown } | null | undefined
}

/** The options of the tree of a Nest application. */
export interface HeartwoodModuleOptions<Imports extends readonly unknown[] = readonly unknown[]>
  extends Pick<BootOptions, 'logger' | 'onBootTree' | 'exitOnEnd'> {
  /** The configuration to boot; or a function that makes it from the injected providers, in their order. */
  readonly config: ConfigOptions | ((...injected: never[]) => ConfigOptions | Promise<ConfigOptions>)
  /** Nest modules that export the injected providers. They are initialised before the tree boots, and destroyed after it has stopped. */
  readonly imports?: Imports | undefined
  /**
   * Nest providers that workers can have injected, by their Nest tokens. Each is the single instance of the program,
   * and Nest owns it; a pool, a client or an emitter is `shared`. Default none.
   */
  readonly inject?: readonly NestToken[] | undefined
  /**
   * `HttpAdapterHost` of `@nestjs/core`: its server is drained before the tree stops. Without it, Nest closes the server
   * after the tree.
   */
  readonly http?: (abstract new (...args: never[]) => NestHttp) | undefined
  /** The options of draining the server: `timeout` (10,000 ms), `quiet` (250 ms), `begin`. */
  readonly drain?: DrainOptions | undefined
}

const OPTIONS = namesOf<HeartwoodModuleOptions>({
  config: true,
  imports: true,
  inject: true,
  http: true,
  drain: true,
  logger: true,
  onBootTree: true,
  exitOnEnd: true,
})

/** A provider with a factory, as Nest takes it. */
interface NestProvider {
  readonly provide: NestToken
  readonly inject: NestToken[]
  useFactory(...injected: unknown[]): unknown
}

/** A dynamic module in Nest's form. */
export interface NestModule<Imports extends readonly unknown[] = []> {
  readonly module: new () => object
  readonly global?: boolean
  readonly imports: [...Imports]
  readonly providers: NestProvider[]
  readonly exports: NestToken[]
}

/** The result of a health indicator for Terminus. */
export type TerminusResult<Key extends string> = Record<
  Key,
  { readonly status: 'up' } | { readonly status: 'down'; readonly reasons: readonly string[] }
>

/** The tree of a Nest application. Inject it by its class, in any module. */
export class HeartwoodService {
  readonly #options: HeartwoodModuleOptions
  readonly #injected: readonly unknown[]
  readonly #http: NestHttp | undefined
  /** Cancels the boot, or stops the system. */
  readonly #stop = new AbortController()
  #boot: Promise<RunningSystem> | undefined
  #system: RunningSystem | undefined
  /** Lets a start that was cancelled fail. */
  #fail: (() => void) | undefined
  /** Resolves when Nest has run all hooks of its end. */
  readonly #hooks = new Promise<void>((resolve) => {
    this.#fail = resolve
  })
  #allClosed: (() => void) | undefined

  /** Made by `HeartwoodModule.forRoot`. */
  constructor(options: HeartwoodModuleOptions, injected: readonly unknown[], http: NestHttp | undefined) {
    this.#options = options
    this.#injected = injected
    this.#http = http
  }

  /** The running system; undefined before Nest has initialised the module. */
  get system(): RunningSystem | undefined {
    return this.#system
  }

  /**
   * Returns whether the tree is ready for work, as an indicator of Terminus. The result is under the given key, by default `'heartwood'`.
   *
   * @example
   * this.health.check([() => this.heartwood.ready()])
   */
  ready(): Promise<TerminusResult<'heartwood'>>
  ready<Key extends string>(key: Key): Promise<TerminusResult<Key>>
  ready(key = 'heartwood'): Promise<TerminusResult<string>> {
    return this.#indicator(key, 'ready')
  }

  /** Returns whether the tree works at all, as `ready` does. If not, only a restart of the program helps. */
  live(): Promise<TerminusResult<'heartwood'>>
  live<Key extends string>(key: Key): Promise<TerminusResult<Key>>
  live(key = 'heartwood'): Promise<TerminusResult<string>> {
    return this.#indicator(key, 'live')
  }

  async #indicator(key: string, side: 'ready' | 'live'): Promise<TerminusResult<string>> {
    const state: HealthState | undefined = (await this.#system?.health.read())?.[side]
    if (state?.ok) return { [key]: { status: 'up' } }
    return { [key]: { status: 'down', reasons: state?.reasons ?? ['the system is not booted yet'] } }
  }

  /** Called by Nest, after the modules that this one imports. */
  async onModuleInit(): Promise<void> {
    this.#boot = this.#booted()
    try {
      this.#system = await this.#boot
    } catch (error) {
      // Nest closes already. A start that failed now could end the program before its other hooks.
      if (this.#stop.signal.aborted) await this.#hooks
      throw error
    }
  }

  async #booted(): Promise<RunningSystem> {
    const { config: given, inject = [], drain, logger, onBootTree, exitOnEnd } = this.#options
    const make = given as (...injected: unknown[]) => ConfigOptions | Promise<ConfigOptions>
    const written = typeof given === 'function' ? await make(...this.#injected) : given
    const bound = overrideBindings(written, (bind) => {
      inject.forEach((token, at) => {
        bind(token).toConstantValue(forWorkers(this.#injected[at]))
      })
    })
    const server = this.#http?.httpAdapter?.getHttpServer() as Drainable | undefined
    const config =
      server === undefined ? bound : withDoor(bound, { name: 'nest', server: () => server, limits: drain })
    const beforeExit = (): Promise<void> => this.#closeNest()
    const { signal } = this.#stop
    return bootWithin(config, { logger, onBootTree, exitOnEnd, beforeExit, signal })
  }

  /** Called by Nest, before the modules that this one imports are destroyed. */
  async onModuleDestroy(): Promise<void> {
    this.#stop.abort('shutdown')
    await this.#boot?.then(
      (system) => system.ended,
      () => {}, // the boot that was cancelled
    )
  }

  /** Called when Nest has run all its hooks. */
  async lastHook(): Promise<void> {
    // After a signal Nest ends the program before that.
    setImmediate(() => this.#fail?.())
    if (this.#allClosed === undefined) return
    this.#allClosed()
    // The program ends with the exit code of the system. Nest would have it killed by a signal now.
    await new Promise(() => {})
  }

  /** The system has ended by itself, and the program ends. Nest closes in order on a signal, where it was told to. */
  async #closeNest(): Promise<void> {
    if (process.listenerCount('SIGTERM') === 0) return
    const closed = new Promise<void>((resolve) => {
      this.#allClosed = resolve
    })
    askToStop()
    await closed
  }
}

/** What Nest injects is of the program, and not of the worker that is the first to use it. */
function forWorkers(instance: unknown): unknown {
  return lacksSharing(instance) ? shared(instance) : instance
}

/** Runs after the hooks of all other modules, since Nest stops global modules last. */
const LAST = Symbol('heartwood.last')

/** The module that boots the tree: not global, so that Nest initialises what it imports before it. */
class TreeModule {}

/** The module of refs. */
class RefsModule {}

/**
 * Boots a tree in the lifecycle of a Nest application, 11 or 12.
 *
 * | Nest | the tree |
 * | --- | --- |
 * | `onModuleInit` of the modules in `imports` | |
 * | `onModuleInit` of this module | boots; if the boot fails, Nest's start fails |
 * | `onModuleInit` of other modules, `onApplicationBootstrap`, `listen` | runs |
 * | `close()`, or a signal after `enableShutdownHooks()` | during the boot: it is cancelled, what has started stops, and Nest's start fails with BOOT_CANCELLED when all hooks are through |
 * | `onModuleDestroy` of this module | the HTTP server finishes its requests (`http`), then the tree stops |
 * | `onModuleDestroy` of the modules in `imports`, `beforeApplicationShutdown`, `onApplicationShutdown` | has stopped |
 *
 * When an application of the tree ends that must not end, Nest closes in the same order, if shutdown hooks are enabled, and the
 * program ends with exit code 1.
 */
// biome-ignore lint/complexity/noStaticOnlyClass: Nest knows a module by its class
export class HeartwoodModule {
  /**
   * Makes the module for the whole application. Import it once.
   *
   * @throws BAD_OPTION, DRAIN_OPTION; the errors of `boot`, from `app.init()` or `app.listen()`
   * @example
   * ```ts
   * @Module({
   *   imports: [HeartwoodModule.forRoot({ config, imports: [DbModule], inject: [Db], http: HttpAdapterHost })],
   * })
   * class AppModule {}
   * ```
   */
  static forRoot<const Imports extends readonly unknown[] = []>(
    options: HeartwoodModuleOptions<Imports>,
  ): NestModule<[NestModule<Imports>]> {
    checkKnown('HeartwoodModule.forRoot', options, OPTIONS)
    const { imports, inject = [], http, drain } = options ?? {}
    if (imports !== undefined && !isList(imports)) throw wrong('imports', imports, 'a list of Nest modules')
    if (!isList(inject)) throw wrong('inject', inject, 'a list of Nest tokens')
    if (http !== undefined && typeof http !== 'function')
      throw wrong('http', http, 'HttpAdapterHost of @nestjs/core')
    checkDrainOptions(drain)
    const make = (...given: unknown[]): HeartwoodService =>
      new HeartwoodService(
        options as unknown as HeartwoodModuleOptions,
        given.slice(0, inject.length),
        given[inject.length] as NestHttp | undefined,
      )
    const tree = {
      module: TreeModule,
      imports: [...(imports ?? [])] as unknown as [...Imports],
      providers: [
        {
          provide: HeartwoodService,
          inject: [...inject, ...(http === undefined ? [] : [http])],
          useFactory: make,
        },
      ],
      exports: [HeartwoodService],
    }
    const last = (service: unknown): object => ({
      onApplicationShutdown: () => (service as HeartwoodService).lastHook(),
    })
    return {
      module: HeartwoodModule,
      global: true,
      imports: [tree],
      providers: [{ provide: LAST, inject: [HeartwoodService], useFactory: last }],
      exports: [TreeModule],
    }
  }

  /**
   * Makes typed refs to workers injectable in the module that imports the result.
   *
   * @param classes classes of servers that have a name
   * @throws BAD_OPTION for a value that is not a list, CLASS_UNDEFINED, CLASS_UNNAMED
   * @example
   * ```ts
   * @Module({ imports: [HeartwoodModule.forFeature([Cart])], controllers: [CartController] })
   * class CartModule {}
   * ```
   */
  static forFeature(classes: readonly ServerClass<object>[]): NestModule {
    if (!isList(classes)) throw wrong('classes', classes, 'a list of server classes', 'forFeature')
    const providers = classes.map((Class: ServerClass<object>) => {
      const made = ref(Class)
      return { provide: refToken(Class), inject: [], useFactory: () => made }
    })
    return { module: RefsModule, imports: [], providers, exports: providers.map(({ provide }) => provide) }
  }
}

const kernelError = errorsOf(KERNEL_ERRORS)

function wrong(option: string, value: unknown, expected: string, method = 'forRoot'): Error {
  return kernelError('BAD_OPTION', { action: `HeartwoodModule.${method}`, option, value, expected })
}

const tokens = new WeakMap<object, symbol>()

/**
 * Returns the token of the ref to a server, for Nest's `@Inject`.
 *
 * @throws NOT_A_FUNCTION for a value that is not a class
 * @example
 * ```ts
 * constructor(@Inject(refToken(Cart)) private readonly cart: Ref<Cart>) {}
 * ```
 */
export function refToken(Class: ServerClass<object>): symbol {
  checkFunction(Class, 'refToken')
  const known = tokens.get(Class)
  if (known !== undefined) return known
  const made = Symbol(`ref(${Class.name})`)
  tokens.set(Class, made)
  return made
}
