/** Draining: a server takes no new work and finishes what it has, before the tree that does the work is stopped. */
import { Server } from 'node:net'
import { currentKernel, currentPid, inherited, processKey, type Rules, rules } from '../../kernel/index.js'
import { applicationError } from '../errors.js'
import { type Drain, type Drained, type DrainOptions, ServerDrain } from './server-drain.js'

/** Where processes find the servers that their application drains. */
export const DRAINS = processKey<Drains>('heartwood.drains')

/** A server of Node's, or a framework around one. */
export type Drainable = Server | { readonly server: Server }

/**
 * Has a server drained before the application of the current process is stopped. The server stops listening, and
 * finishes what it has:
 *
 * | a connection with | what happens |
 * | --- | --- |
 * | requests that are read or answered | they are answered to the last byte, the last of them with `Connection: close` |
 * | no request | a request that still comes is answered; closed when it was quiet for `quiet` milliseconds since then |
 * | HTTP/2 | the client is told to open no more streams; closed when all streams are through |
 * | a WebSocket | gets a close frame with the code 1001 |
 * | another protocol | is waited for |
 *
 * What is left after `timeout` is cut off and named in the log. Only then does `prepStop` run and the tree stop, so that
 * whatever a request needs is still there. While the system waits for `drainDelay`, the server still listens, and
 * its answers already say `Connection: close`.
 *
 * Call it when the server is made: only connections from then on are known. The process should `own` the server, too:
 * a worker that crashes does not drain.
 *
 * @param server of `node:http`, `https`, `http2` or `net`, or what has one as `server`, such as Fastify
 * @param options `timeout` (10,000 ms), `quiet` (250 ms), `begin`
 * @returns by which it can be drained at another time, as in `terminate`
 * @throws DRAIN_INVALID
 * @example
 * ```ts
 * const server = own(createServer(handler))
 * drain(server, { timeout: 5_000 })
 * ```
 */
export function drain(server: Drainable, options: DrainOptions = {}): Drain {
  const made = new ServerDrain(checked(server), checkedOptions(options))
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

/** One thing to drain, or several that are drained together elsewhere. */
interface ToDrain {
  /** Milliseconds that it takes at most. */
  readonly limit: number
  announce(): void
  drained(): Promise<Drained | readonly Drained[]>
}

/** What an application has to drain. */
export class Drains {
  readonly #all = new Set<ToDrain>()
  #announced = false

  /** @param added called with the time that all of them may take */
  constructor(private readonly added?: (limit: number) => void) {}

  add(drain: ToDrain): void {
    this.#all.add(drain)
    this.added?.(Math.max(...[...this.#all].map(({ limit }) => limit)))
    if (this.#announced) drain.announce()
  }

  delete(drain: ToDrain): void {
    this.#all.delete(drain)
  }

  /** From now on all answers say that their connection ends, though the servers still listen. */
  announce(): void {
    this.#announced = true
    for (const each of this.#all) each.announce()
  }

  /** Drains all of them at once; undefined when there are none. */
  drain(): Promise<readonly Drained[]> | undefined {
    if (this.#all.size === 0) return undefined
    return Promise.all([...this.#all].map((each) => each.drained())).then((drained) => drained.flat())
  }
}

function checked(given: Drainable): Server {
  const server = given instanceof Server ? given : (given as { server?: unknown } | undefined)?.server
  if (server instanceof Server) return server
  throw applicationError('DRAIN_INVALID', { value: given })
}

const DRAIN_RULES: Rules = { timeout: rules.milliseconds, quiet: rules.milliseconds, begin: rules.action }

function checkedOptions(options: DrainOptions): DrainOptions {
  const mistakes = rules.mistakesIn(options, DRAIN_RULES)
  if (mistakes.length > 0) throw applicationError('DRAIN_OPTION', rules.mistakeDetails(mistakes))
  return options
}
