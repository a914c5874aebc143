/** A tree in a Fastify application: booted with its plugins, drained and stopped with it. */
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import {
  type BootOptions,
  type ConfigOptions,
  type DrainOptions,
  expectUncaught,
  type RunningSystem,
} from '../application/index.js'
import { bootWithin } from '../boot.js'
import { checkKnown, errorsOf, HeartwoodError, KERNEL_ERRORS, namesOf, rules } from '../kernel/index.js'
import { OpenRequests } from './open-requests.js'
import { asProcess } from './request-process.js'
import { withDoor } from './server-beside.js'

/** The options of the plugin. */
export interface HeartwoodPluginOptions
  extends Pick<BootOptions, 'logger' | 'signal' | 'signals' | 'exitOnEnd' | 'onBootTree'> {
  /** The configuration to boot. */
  readonly config: ConfigOptions
  /**
   * Whether each request runs in a process of its own: the process makes the handler's calls, and ends with the
   * response, or when the client disconnects. Default true.
   */
  readonly requests?: boolean | undefined
  /** The options of draining the server: `timeout` (10,000 ms), `quiet` (250 ms), `begin`. */
  readonly drain?: DrainOptions | undefined
}

const OPTIONS = namesOf<HeartwoodPluginOptions>({
  config: true,
  requests: true,
  drain: true,
  logger: true,
  signal: true,
  signals: true,
  exitOnEnd: true,
  onBootTree: true,
})

/** The properties that the plugin adds to a Fastify instance. */
export interface FastifyHost {
  /** The booted system. */
  readonly heartwood: RunningSystem
}

declare module 'fastify' {
  interface FastifyInstance extends FastifyHost {}
}

/**
 * A plugin that boots a tree beside the routes of a Fastify application. Register it before the plugins and routes that
 * use workers. When `await` of the registration resolves, the tree is up.
 *
 * The order of a stop is the same for every cause (`app.close()`, a signal with `signals: true`, `app.heartwood.stop()`, the end of an
 * application that must not end): the server stops listening and finishes its requests, the tree stops, then the
 * `onClose` hooks run. Then the program ends, in the cases in which `boot` would end it.
 *
 * A signal during the boot stops what has started. The registration then rejects with BOOT_CANCELLED, the `onClose` hooks run, and the
 * program ends with exit code 0, also if nobody catches the error.
 *
 * @throws the errors of `boot`, from `ready()` or `listen()`; BAD_OPTION, DRAIN_OPTION
 * @example
 * ```ts
 * const app = fastify()
 * await app.register(heartwoodPlugin, { config, signals: true })
 * app.get('/cart', () => ref(Cart).call.lines())
 * await app.listen({ port: 3000 })
 * ```
 */
export const heartwoodPlugin: FastifyPluginAsync<HeartwoodPluginOptions> = async (app, options) => {
  // Those of Fastify's own `register`.
  const {
    prefix: _,
    logLevel: __,
    ...given
  } = options as HeartwoodPluginOptions & { prefix?: string; logLevel?: string }
  checkKnown('heartwoodPlugin', given, OPTIONS)
  const { config, requests = true, drain: limits, ...rest } = given
  if (!rules.flag.fits(requests)) throw noFlag(requests)
  const open = new OpenRequests()
  const door = { name: 'fastify', server: () => app.server, limits, requests: open }
  // What the program does last: the hooks of the other plugins. Closed already, it is closed at once.
  const beforeExit = (): Promise<undefined> => app.close()
  const system = await bootWithin(withDoor(config, door), { ...rest, beforeExit }).catch((error: unknown) => {
    // A signal has ended the boot, and ends the program, whether or not the program catches this.
    const { exitOnEnd = true, signal } = rest
    if (HeartwoodError.is(error, 'BOOT_CANCELLED') && exitOnEnd && !signal?.aborted) expectUncaught(error)
    throw error
  })
  app.decorate('heartwood', system)
  app.addHook('preClose', async () => {
    await system.stop()
  })
  if (requests) app.addHook('onRequest', inProcessOf(open))
}

// What it adds is there for the whole application, as what `fastify-plugin` wraps is.
Object.assign(heartwoodPlugin, {
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: 'heartwood',
  [Symbol.for('plugin-meta')]: { name: 'heartwood', fastify: '5.x' },
})

function inProcessOf(requests: OpenRequests) {
  return ({ raw }: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    asProcess(raw, reply.raw, done, requests, () => {
      if (!reply.sent)
        void reply.code(500).send({ statusCode: 500, error: 'Internal Server Error', message: CRASHED })
      else if (!reply.raw.writableEnded) reply.raw.destroy()
    })
  }
}

const kernelError = errorsOf(KERNEL_ERRORS)

function noFlag(value: unknown): Error {
  const { expected } = rules.flag
  return kernelError('BAD_OPTION', { action: 'heartwoodPlugin', option: 'requests', value, expected })
}

const CRASHED = 'the process of this request crashed'
