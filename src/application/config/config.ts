/** The types of a program's configuration, and `defineConfig`. */
import type { AsyncLocalStorage } from 'node:async_hooks'
import type { SecureContextOptions } from 'node:tls'
import type { AnySettingsOptions, Settings } from '../../config/index.js'
import type { Awaitable } from '../../genserver/index.js'
import { isRevoked, type NodeCarrier } from '../../kernel/index.js'
import type { LogOptions } from '../../logging/index.js'
import type { Application } from '../lifecycle/application.js'

/** The options of the observer. */
export interface ObserverConfig {
  /** The port, from 0 (any free port) to 65535. Default 4010. */
  readonly port?: number | undefined
  /** The address to listen on. Default `'127.0.0.1'`. Any other than a loopback address requires a `token`, also for reading. */
  readonly host?: string | undefined
  /** The secret for actions, of at least 16 characters. Without a token the observer is read-only. */
  readonly token?: string | undefined
  /** Whether reading requires the token too. Default `'open'` on loopback, else `'token'`. */
  readonly reading?: 'open' | 'token' | undefined
  /** Host names that it accepts besides those of loopback. Default none. */
  readonly hosts?: readonly string[] | undefined
  /** Whether the token allows a console. Default only in development and tests. */
  readonly console?: boolean | undefined
}

/** The program as a node among others. */
export interface NodeConfig {
  /** The name of the node, such as `'shop@10.0.0.5'`. */
  readonly name: string
  /** The carrier that connects it to other nodes, such as `erlang({ cookie })` of `heartwood/erlang`. */
  readonly carrier: NodeCarrier
}

/** The engine that stores the claims of a cluster, of `heartwood/cluster` and its entries. */
export interface ClusterEngine {
  readonly name: string
  open(opening: never): Promise<unknown>
}

/** The options of a program that is a node of a cluster. */
export interface ClusterConfig {
  /** The engine that stores the claims, such as `postgres({ url })` of `heartwood/cluster/postgres`. The same for all nodes. */
  readonly engine: ClusterEngine
  /** The name of the cluster, to tell clusters on one engine apart: letters, digits and `_`, at most 32 characters. Default `'main'`. */
  readonly name?: string | undefined
  /** Where the node listens, and where the other nodes reach it. Default `'127.0.0.1'` and a free port. */
  readonly address?: { readonly host?: string; readonly port?: number } | undefined
  /** Where the other nodes reach it, if that is not where it listens: behind a proxy, in a container, at a mapped port. Default `address`. */
  readonly reachedAt?: { readonly host: string; readonly port: number } | undefined
  /** The certificate of this node for that host, and the certificate authority of the other nodes. Required beyond this machine. */
  readonly tls?: Pick<
    SecureContextOptions,
    'ca' | 'cert' | 'key' | 'passphrase' | 'minVersion' | 'maxVersion'
  >
  /** Connects nodes beyond this machine without TLS: everyone on the network path can read and change all messages. Default false. */
  readonly insecure?: boolean | undefined
  /**
   * How nodes reach each other: `'direct'`, by connections between them; or `'engine'`, through the engine, for nodes that cannot connect (only
   * `nats()`). Default `'direct'`, and `'engine'` for `local()`.
   */
  readonly messages?: 'direct' | 'engine' | undefined
  /** Milliseconds of silence after which a node loses its keys; the same for all nodes. Default 10,000; at least 500. */
  readonly lease?: number | undefined
  /** Milliseconds that one request to the engine may take; default a quarter of `lease`. */
  readonly timeout?: number | undefined
  /** Milliseconds, approximately, between two reads of all claims. Default 30,000. */
  readonly reconcile?: number | undefined
  /** The share of keys that the node takes, relative to other nodes. Default 1. */
  readonly weight?: number | undefined
  /** Labels of the node for the option `where` of cluster supervisors, such as `{ zone: 'eu' }`. */
  readonly labels?: Readonly<Record<string, string>> | undefined
}

/** A configuration as it is written. Only `defineConfig` knows the type of its settings. */
export interface ConfigOptions {
  /** The settings, made by `defineSettings`. Default none. */
  readonly settings?: { readonly options: AnySettingsOptions } | undefined
  /** The applications; or a function of the settings that returns them. */
  readonly applications: readonly Application[] | ((settings: never) => Awaitable<readonly Application[]>)
  /**
   * Whether an uncaught exception or unhandled rejection becomes the exit reason of the process it comes from,
   * instead of ending the program. Default true.
   */
  readonly contain?: boolean | undefined
  /**
   * Milliseconds that the start of all applications may take; and, before it, each function of the settings. Default 60,000.
   */
  readonly bootTimeout?: number | undefined
  /** Milliseconds that the stop of all applications may take. Processes that are left then are killed. Default 25,000. */
  readonly shutdownTimeout?: number | undefined
  /**
   * Milliseconds between the request to stop, from which on the system reports that it is not ready, and the stop of the
   * first application: the time for load balancers to notice. It is part of `shutdownTimeout`. Default 0.
   */
  readonly drainDelay?: number | undefined
  /**
   * Milliseconds that code may block the event loop before the log names it; `Infinity` turns the watchdog off. Default 250.
   */
  readonly blockingLimit?: number | undefined
  /** The options of the log; or a function of the settings that returns them. */
  readonly log?: LogOptions | ((settings: never) => LogOptions) | undefined
  /**
   * Whether the config module, the settings files and the `.env` files are watched. Changes reach the running workers without a restart.
   * Default false.
   */
  readonly watch?: boolean | undefined
  /**
   * The options of an observer, a page and an API that show the running program; or a function of the settings that returns them.
   * Default none.
   */
  readonly observer?: ObserverConfig | ((settings: never) => ObserverConfig | undefined) | undefined
  /**
   * The program as a node, whose processes can exchange messages with those of other nodes; or a function of the settings that returns
   * it. Default none: the program does not listen for nodes.
   */
  readonly node?: NodeConfig | ((settings: never) => NodeConfig | undefined) | undefined
  /**
   * Makes the program a node of a cluster, in which each key has one owner and the nodes are connected; or a function of the settings that returns
   * the options. The node joins before the applications start, and leaves when they have stopped. Without `node`, its name is generated. Default none.
   */
  readonly cluster?: ClusterConfig | ((settings: never) => ClusterConfig | undefined) | undefined
  /**
   * Whether crash reports, the observer and `showState` show the `#private` fields of objects. If false, the whole program shows
   * none until the system has ended. Default true.
   */
  readonly privateFields?: boolean | undefined
  /**
   * AsyncLocalStorage stores that messages carry: in a handler they have the value that they had at the call, cast, send or timer.
   * Default none: a handler has the stores of its process. With `openTelemetry` messages carry the trace and the baggage without this option.
   */
  readonly carry?: readonly AsyncLocalStorage<unknown>[] | undefined
  /** How messages are passed: `'share'` the object with the sender, `'freeze'` it, or `'clone'` it. Default `'share'`. */
  readonly messages?: 'share' | 'freeze' | 'clone' | undefined
}

/** The options of `defineConfig`; `S` is the type of the validated settings. */
export interface TypedConfigOptions<S> extends ConfigOptions {
  readonly settings?: Settings<S> | undefined
  readonly applications: readonly Application[] | ((settings: S) => Awaitable<readonly Application[]>)
  readonly log?: LogOptions | ((settings: S) => LogOptions) | undefined
  readonly observer?: ObserverConfig | ((settings: S) => ObserverConfig | undefined) | undefined
  readonly node?: NodeConfig | ((settings: S) => NodeConfig | undefined) | undefined
  readonly cluster?: ClusterConfig | ((settings: S) => ClusterConfig | undefined) | undefined
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

/** A checked configuration. No part of it is a function of the settings any more. */
export interface CheckedConfig extends Config {
  /** The applications, in the order of their start. */
  readonly applications: readonly Application[]
  readonly log: LogOptions
  readonly observer: ObserverConfig | undefined
  readonly node: NodeConfig | undefined
  readonly cluster: ClusterConfig | undefined
}

/**
 * Defines the configuration of a program, for the default export of its config module. `heartwood start` runs it, or `boot`
 * from code.
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
  // Mistakes are found later, by `checkConfig`, which knows the file.
  if (typeof options !== 'object' || options === null || isRevoked(options)) return options as Config
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
