/**
 * Calls that are answered by a process of their own, while the server goes on.
 */
import {
  type ExitMessage,
  type ExitReason,
  exit,
  isOfSignal,
  type Pid,
  processInfo,
  self,
  spawnLink,
  storesOfNow,
} from '../kernel/index.js'
import type { Awaitable, From } from './callbacks.js'
import { Directive } from './directive.js'
import { genServerError } from './errors.js'
import { answers } from './from.js'
import { BadReturn } from './result.js'

/**
 * The tasks of one server. Each is linked to it: a server that ends takes them along, and a task that crashes takes the
 * server along, whether or not that traps exits.
 */
export class ConcurrentCalls {
  readonly #running = new Set<Pid>()
  /** Also those that are done, whose EXIT message may be on its way to a server that traps exits. */
  readonly #known = new WeakSet<Pid>()

  /** Answers `from` with what `work` comes to. */
  start(from: From, work: () => Awaitable<unknown>): void {
    const server = processInfo(self(), 'registeredName') ?? processInfo(self(), 'label') ?? self()
    const run = async (): Promise<void> => {
      answers(from)
      try {
        const value = await work()
        if (value instanceof Directive) throw misplaced(server)
        from.reply(value)
      } catch (thrown) {
        // Its caller gave up, as it was told by the signal that it asked for.
        if (!isOfSignal(from, thrown)) throw thrown
      } finally {
        this.#running.delete(pid)
      }
    }
    const pid: Pid = spawnLink(run, {
      label: `a concurrent call of ${String(server)}`,
      stores: storesOfNow(),
    })
    this.#running.add(pid)
    this.#known.add(pid)
  }

  /** Whether a message is the end of one of them, which is no business of the server's callbacks. */
  owns(message: ExitMessage): boolean {
    return this.#known.has(message.from)
  }

  /** The server ends, and nobody waits for their answers any more. */
  stop(reason: ExitReason): void {
    for (const pid of this.#running) exit(pid, reason === 'normal' ? 'shutdown' : reason)
  }
}

function misplaced(server: unknown): BadReturn {
  const error = genServerError('BAD_RETURN_VALUE', {
    server,
    callback: 'a concurrent call',
    value: 'a directive',
    problem: 'but it runs beside the server and cannot direct it',
    expected: 'the reply',
  })
  return new BadReturn(error, 'a directive')
}
