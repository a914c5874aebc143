/** The configuration of a program: what it is made of. */
import type { AsyncLocalStorage } from 'node:async_hooks'
import type { AnySettingsOptions, Settings } from '../../config/index.js'
import type { Awaitable } from '../../genserver/index.js'
import type { NodeCarrier } from '../../kernel/index.js'
import type { LogOptions } from '../../logging/index.js'
import type { Application } from '../lifecycle/application.js'

/** How the program can be looked into. */
export interface ObserverConfig {
  /** From 0, for any that is free, to 65535. Default 4010. */
  readonly port?: number | undefined
  /** Where it listens. Default `'127.0.0.1'`; any address but loopback's needs a `token`, for reading too. */
  readonly host?: string | undefined
  /** The secret that changing anything needs, of at least 16 characters; without one the observer only shows. */
  readonly token?: string | undefined
  /** Whether looking needs the token, too. Default `'open'` on loopback, else `'token'`. */
  readonly reading?: 'open' | 'token' | undefined
  /** Host names it answers to besides loopback's. Default none. */
  readonly hosts?: readonly string[] | undefined
  /** Whether whoever has the token may open a console. Default only in development and tests. */
  readonly console?: boolean | undefined
}

/** What the program is among other nodes. */
export interface NodeConfig {
  /** Its name, such as `'shop@10.0.0.5'`. */
  readonly name: string
  /** What joins it with others, such as `erlang({ cookie })` of `heartwood/erlang`. */
  readonly carrier: NodeCarrier
}

/** A configuration as it is written; of its settings only `defineConfig` knows the type. */
export interface ConfigOptions {
  /** What the program is told from outside; made by `defineSettings`. Default none. */
  readonly settings?: { readonly options: AnySettingsOptions } | undefined
  /** What runs; or what makes it of the settings. */
  readonly applications: readonly Application[] | ((settings: never) => Awaitable<readonly Application[]>)
  /**
   * Whether an uncaught exception or unhandled rejection becomes the exit reason of the process it comes from,
   * instead of ending the program. Default true.
   */
  readonly contain?: boolean | undefined
  /**
   * Milliseconds that starting everything may take before the start is given up, and before it each function of the settings.
   * Default 60,000.
   */
  readonly bootTimeout?: number | undefined
  /** Milliseconds that stopping everything may take before what is left is killed. Default 25,000. */
  readonly shutdownTimeout?: number | undefined
  /**
   * Milliseconds between the order to stop, when the system says that it is not ready any more, and the stop of the
   * first application: time for load balancers to notice. Part of `shutdownTimeout`. Default 0.
   */
  readonly drainDelay?: number | undefined
  /**
   * Milliseconds that code may block the event loop before the log names it; Infinity for no such watch. Default 250.
   */
  readonly blockingLimit?: number | undefined
  /** How the log is written; or what makes that of the settings. */
  readonly log?: LogOptions | ((settings: never) => LogOptions) | undefined
  /**
   * Whether the config module, the files of its settings and the `.env` files are watched: what changes in them reaches
   * the running workers, without a restart. Default false.
   */
  readonly watch?: boolean | undefined
  /**
   * Has an observer run beside the applications: a page and an API to look into the program; or what makes that of the
   * settings. Default none.
   */
  readonly observer?: ObserverConfig | ((settings: never) => ObserverConfig | undefined) | undefined
  /**
   * Makes the program a node, whose processes those of other nodes can reach, and the other way round; or what makes that of the
   * settings. Default none: nothing listens, and nothing can be reached.
   */
  readonly node?: NodeConfig | ((settings: never) => NodeConfig | undefined) | undefined
  /**
   * Whether crash reports, the observer and `showState` show the `#private` fields of objects. With false, the program shows
   * none until the system has ended. Default true.
   */
  readonly privateFields?: boolean | undefined
  /**
   * The AsyncLocalStorage stores of the program that travel with messages: what they hold where a call, cast, send or timer is
   * made, they hold in its handler. Default none: a handler has those of its process. The trace and the baggage of OpenTelemetry
   * travel by `openTelemetry`, without this.
   */
  readonly carry?: readonly AsyncLocalStorage<unknown>[] | undefined
  /** What messages share with their sender: `'share'`, `'freeze'` or `'clone'`. Default `'share'`. */
  readonly messages?: 'share' | 'freeze' | 'clone' | undefined
}

/** What `defineConfig` takes; `S` is the type of the settings, once they are checked. */
export interface TypedConfigOptions<S> extends ConfigOptions {
  readonly settings?: Settings<S> | undefined
  readonly applications: readonly Application[] | ((settings: S) => Awaitable<readonly Application[]>)
  readonly log?: LogOptions | ((settings: S) => LogOptions) | undefined
  readonly observer?: ObserverConfig | ((settings: S) => ObserverConfig | undefined) | undefined
  readonly node?: NodeConfig | ((settings: S) => NodeConfig | undefined) | undefined
}

/** A configuration with every default filled in. */
export interface Config extends ConfigOptions {
  readonly contain: boolean
  readonly bootTimeout: number
  readonly shutdownTimeout: number
  readonly drainDelay: number
  readonly blockingLimit: number
  readonly log: LogOptions | ((settings: never) => LogOptions)
  readonly carry: readonly AsyncLocalStorage<unknown>[]
  readonly messages: 'share' | 'freeze' | 'clone'
  readonly privateFields: boolean
  readonly watch: boolean
}

/** A configuration that was checked: nothing in it depends on settings any more. */
export interface CheckedConfig extends Config {
  /** In the order of their start. */
  readonly applications: readonly Application[]
  readonly log: LogOptions
  readonly observer: ObserverConfig | undefined
  readonly node: NodeConfig | undefined
}

/**
 * The configuration of a program, for the default export of its config module. `heartwood start` runs it, and `boot`
 * does from code.
 *
 * @example
 * export default defineConfig({
 *   applications: [application({ name: 'clock', root: Clock })],
 *   shutdownTimeout: 10_000,
 *   log: { level: 'debug' },
 * })
 */
export function defineConfig<S = undefined>(options: TypedConfigOptions<S>): Config
export function defineConfig(options: ConfigOptions): Config
export function defineConfig(options: ConfigOptions): Config {
  // What is wrong with it is found by `checkConfig`, which knows the file.
  if (typeof options !== 'object' || options === null) return options
  return withDefaults(options)
}

/** A configuration with every default filled in. */
export function withDefaults<C extends ConfigOptions>(options: C) {
  return {
    ...options,
    contain: options.contain ?? true,
    bootTimeout: options.bootTimeout ?? 60_000,
    shutdownTimeout: options.shutdownTimeout ?? 25_000,
    drainDelay: options.drainDelay ?? 0,
    blockingLimit: options.blockingLimit ?? 250,
    log: options.log ?? {},
    carry: options.carry ?? [],
    messages: options.messages ?? ('share' as const),
    privateFields: options.privateFields ?? true,
    watch: options.watch ?? false,
  }
}
