/** What the observer can change: a few things, each of which is logged. */
import { resume, suspend } from '../../genserver/index.js'
import { HeartwoodError, type Kernel, type Pid } from '../../kernel/index.js'
import { LOG_LEVELS, type Logger, reasonLine } from '../../logging/index.js'
import { restartChild, seenSupervisor, terminateChild } from '../../supervisor/index.js'
import { observerError } from '../errors.js'
import type { Asking } from '../snapshot/process-detail.js'
import { processAt } from '../snapshot/process-identity.js'
import { typeOf } from '../snapshot/process-type.js'
import type { Tracing } from '../tracing.js'
import { textIn } from './body.js'

export const ACTIONS = ['kill', 'restart', 'suspend', 'resume', 'trace', 'log-level'] as const
export type ActionName = (typeof ACTIONS)[number]

/** How long a server has to take an order, in milliseconds. */
const PATIENCE = 1_000

type Body = Record<string, unknown>

export class Actions {
  constructor(
    private readonly kernel: Kernel,
    private readonly logger: Logger | undefined,
    private readonly asking: Asking,
    private readonly tracing: Tracing,
  ) {}

  /** @returns what was done, for the log @throws OBSERVER_BODY, OBSERVER_NO_PROCESS, OBSERVER_ACTION_FAILED */
  async perform(action: ActionName, body: Body): Promise<string> {
    switch (action) {
      case 'kill':
        return this.#kill(body)
      case 'restart':
        return this.#restart(body)
      case 'trace':
        return this.#trace(body)
      case 'log-level':
        return this.#setLogLevel(body)
    }
    const pid = this.#processIn(body, 'pid')
    const act = action === 'suspend' ? suspend : resume
    // It would wait for an answer that cannot come, and leave the order in the mailbox for ever.
    if (typeOf(pid) === 'script') {
      const reason = 'it is a script, which takes no system messages; only servers can be suspended'
      throw observerError('OBSERVER_ACTION_FAILED', { action, process: pid, reason })
    }
    await this.#attempt(action, pid, () => act(pid, PATIENCE))
    return `${action} ${pid}`
  }

  #kill(body: Body): string {
    const pid = this.#processIn(body, 'pid')
    const { reason = 'kill' } = body
    if (reason !== 'kill' && reason !== 'shutdown') {
      throw observerError('OBSERVER_BODY', {
        expected: "an object with reason: 'kill' or 'shutdown'",
        value: reason,
      })
    }
    this.kernel.exit(pid, reason)
    return `${reason} ${pid}`
  }

  /** Stops a child as its spec says and starts it again, which does not count against the intensity. */
  async #restart(body: Body): Promise<string> {
    const supervisor = this.#processIn(body, 'supervisor')
    const child = textIn(body, 'child')
    const sight = seenSupervisor(supervisor)
    if (sight === undefined || sight.kind !== 'supervisor') {
      const reason = 'only the children of a static supervisor can be restarted; kill the process instead'
      throw observerError('OBSERVER_ACTION_FAILED', { action: 'restart', process: child, reason })
    }
    await this.#attempt('restart', child, async () => {
      await terminateChild(supervisor, child)
      await restartChild(supervisor, child)
    })
    return `restart ${child} of ${supervisor}`
  }

  async #trace(body: Body): Promise<string> {
    const pid = this.#processIn(body, 'pid')
    const { on } = body
    if (typeof on !== 'boolean') {
      throw observerError('OBSERVER_BODY', { expected: 'an object with on: true or false', value: on })
    }
    await this.#attempt('trace', pid, () => (on ? this.tracing.begin(pid) : this.tracing.end(pid)))
    return `trace ${pid} ${on ? 'on' : 'off'}`
  }

  #setLogLevel(body: Body): string {
    const level = textIn(body, 'level')
    if (!(LOG_LEVELS as readonly string[]).includes(level)) {
      throw observerError('OBSERVER_BODY', { expected: `a level: ${LOG_LEVELS.join(', ')}`, value: level })
    }
    if (this.logger === undefined) {
      const reason = 'the observer was started without a logger'
      throw observerError('OBSERVER_ACTION_FAILED', { action: 'log-level', process: 'the log', reason })
    }
    const before = this.logger.level
    this.logger.level = level
    return `log level from ${before} to ${level}`
  }

  #processIn(body: Body, field: string): Pid {
    const text = textIn(body, field)
    const pid = processAt(this.kernel, text)
    if (pid === undefined) throw observerError('OBSERVER_NO_PROCESS', { process: text })
    return pid
  }

  async #attempt(action: ActionName, who: Pid | string, act: () => Promise<unknown>): Promise<void> {
    try {
      await this.asking.within(act)
    } catch (error) {
      const reason = HeartwoodError.is(error) ? error.message : reasonLine(error)
      throw observerError('OBSERVER_ACTION_FAILED', { action, process: who, reason }, { cause: error })
    }
  }
}
