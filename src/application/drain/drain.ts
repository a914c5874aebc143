/** Draining: a server accepts no new work and finishes its open requests before the tree is stopped. */
import { Server } from 'node:net'
import {
  currentKernel,
  currentPid,
  inherited,
  isInstance,
  processKey,
  type Rules,
  read,
  rules,
} from '../../kernel/index.js'
import { applicationError } from '../errors.js'
import { type Drain, type Drained, type DrainOptions, ServerDrain } from './server-drain.js'

/** The dictionary key of the servers that an application drains. */
export const DRAINS = processKey<Drains>('heartwood.drains')

/** A server of Node, or a framework with one. */
export type Drainable = Server | { readonly server: Server }

/**
 * Registers a server to be drained before the application of the current process is stopped. The server then stops listening and
 * finishes its work:
 *
 * | a connection with | what happens |
 * | --- | --- |
 * | open requests | all answers are completed, the last one with `Connection: close` |
 * | no request | a request that still comes is answered; closed when it was quiet for `quiet` milliseconds since then |
 * | HTTP/2 | the client is told to open no more streams; closed when all streams have ended |
 * | a WebSocket | gets a close frame with the code 1001 |
 * | another protocol | is waited for |
 *
 * Connections that are left after `timeout` are cut off and named in the log. Only then does `prepStop` run and the tree stop, so that
 * the processes that requests need still run. During `drainDelay` the server still listens, and its answers already have
 * `Connection: close`.
 *
 * Call it when the server is made, since only later connections are known. The process should `own` the server too:
 * a worker that crashes does not drain.
 *
 * @param server a server of `node:http`, `https`, `http2` or `net`, or an object with one as `server`, such as Fastify
 * @param options `timeout` (10,000 ms), `quiet` (250 ms), `begin`
 * @returns an object by which the server can be drained at another time, for example in `terminate`
 * @throws DRAIN_INVALID
 * @example
 * ```ts
 * const server = own(createServer(handler))
 * drain(server, { timeout: 5_000 })
 * ```
 */
export function drain(server: Drainable, options: DrainOptions = {}): Drain {
  const drained = serverOf(server)
  checkDrainOptions(options)
  const made = new ServerDrain(drained, options)
  const drains = inherited(DRAINS)
  if (drains instanceof Drains) drains.add(made)
  const owner = currentPid()
  if (owner !== undefined) {
    currentKernel().witness(owner, {
      died() {
        if (drains instanceof Drains) drains.delete(made)
        made.abandon()
      },
    })
  }
  return made
}

/** A server to drain, or all servers of another thread or program. */
interface ToDrain {
  /** The longest time that it takes, in milliseconds. */
  readonly limit: number
  announce(): void
  drained(): Promise<Drained | readonly Drained[]>
}

/** The servers that an application must drain. */
export class Drains {
  readonly #all = new Set<ToDrain>()
  #announced = false

  /** @param added called after each addition with the longest time that the draining may take, in milliseconds */
  constructor(private readonly added?: (limit: number) => void) {}

  add(drain: ToDrain): void {
    this.#all.add(drain)
    this.added?.(Math.max(...[...this.#all].map(({ limit }) => limit)))
    if (this.#announced) drain.announce()
  }

  delete(drain: ToDrain): void {
    this.#all.delete(drain)
  }

  /** Adds `Connection: close` to all answers from now on, while the servers still listen. */
  announce(): void {
    this.#announced = true
    for (const each of this.#all) each.announce()
  }

  /** Drains all servers at the same time; `undefined` if there are none. */
  drain(): Promise<readonly Drained[]> | undefined {
    if (this.#all.size === 0) return undefined
    return Promise.all([...this.#all].map((each) => each.drained())).then((drained) => drained.flat())
  }
}

/** The server of Node that is drained. @throws DRAIN_INVALID */
export function serverOf(given: Drainable): Server {
  const server = isInstance(given, Server) ? given : read(given, 'server')
  if (isInstance(server, Server)) return server
  throw applicationError('DRAIN_INVALID', { value: given })
}

const DRAIN_RULES: Rules = { timeout: rules.milliseconds, quiet: rules.milliseconds, begin: rules.action }

/** Checks the options of a drain. @throws DRAIN_OPTION with all mistakes */
export function checkDrainOptions(options: unknown = {}): void {
  const mistakes = rules.isRecord(options)
    ? rules.mistakesIn(options, DRAIN_RULES)
    : [{ field: 'its options', value: options, expected: 'an object of timeout, quiet and begin' }]
  if (mistakes.length > 0) throw applicationError('DRAIN_OPTION', rules.mistakeDetails(mistakes))
}
