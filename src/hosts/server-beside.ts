/** A tree beside a server that somebody else has made: the server is drained before the tree is stopped. */
import {
  type Application,
  type BootOptions,
  type ConfigOptions,
  checkDrainOptions,
  type Drainable,
  type DrainOptions,
  defineConfig,
  drain,
  type RunningSystem,
  serverOf,
} from '../application/index.js'
import { boot } from '../boot.js'
import { application } from '../decorators/index.js'
import { startLink } from '../genserver/index.js'
import { isRevoked, trapExit } from '../kernel/index.js'
import { supervisorSpec } from '../supervisor/index.js'
import { OpenRequests } from './open-requests.js'

/** The options of a tree beside a server. */
export interface HostOptions extends Omit<BootOptions, 'kernel'> {
  /** The options of draining the server: `timeout` (10,000 ms), `quiet` (250 ms), `begin`. */
  readonly drain?: DrainOptions | undefined
}

/**
 * Boots a tree beside a server of `node:http` (or `https`, `http2`, `net`), for example a server with an Express application
 * as its handler. When the system stops, the server stops listening and finishes its requests; then the tree
 * stops. This holds for a signal (`signals: true`), for `stop()`, and for the end of an application that must not end.
 *
 * Call it before the server listens. The tree does not own the server, so a crash of a worker does not close it.
 *
 * @returns the running system, when everything has started
 * @throws the errors of `boot`; DRAIN_INVALID for a value that is not a server, DRAIN_OPTION
 * @example
 * ```ts
 * const server = createServer(app)
 * await bootBeside(server, config, { signals: true })
 * server.listen(3000)
 * ```
 */
export async function bootBeside(
  server: Drainable,
  config: ConfigOptions,
  { drain: limits, ...options }: HostOptions = {},
): Promise<RunningSystem> {
  return boot(withDoor(config, { name: 'http', server: () => server, limits }), options)
}

/** What stands between a server and the tree. */
export interface Door {
  /** Of the application that drains it. */
  readonly name: string
  readonly server: () => Drainable
  readonly limits?: DrainOptions | undefined
  /** Its requests that run as processes of the system, and end with it. */
  readonly requests?: OpenRequests
}

/**
 * The configuration with one more application, which depends on all others and has nothing but the drain of the
 * server: it starts last, and so it is stopped, and the server drained, first.
 *
 * @throws DRAIN_OPTION
 */
export function withDoor(config: ConfigOptions, door: Door): ConfigOptions {
  checkDrainOptions(door.limits)
  // What is no configuration is refused where it is checked.
  if (typeof config !== 'object' || config === null || isRevoked(config)) return config
  const { applications: written } = config
  const added = (all: readonly Application[]): readonly Application[] =>
    Array.isArray(all) ? [...all, doorOf(door, all)] : all
  const applications =
    typeof written === 'function' ? async (settings: never) => added(await written(settings)) : added(written)
  return defineConfig({ ...config, applications })
}

function doorOf(
  { name, server, limits, requests = new OpenRequests() }: Door,
  others: readonly Application[],
): Application {
  const init = (): { state: undefined } => {
    trapExit(true)
    const drained = server()
    drain(drained, limits)
    requests.serve(serverOf(drained))
    return { state: undefined }
  }
  const terminate = (): Promise<void> => requests.end()
  const start = () => startLink({ init, terminate }, undefined, { label: `drain of ${name}` })
  const child = { id: 'drain', start }
  const dependencies = others.flatMap((each) => (typeof each?.name === 'string' ? [each.name] : []))
  return application({ name, root: supervisorSpec(name, { children: [child] }), dependencies })
}
