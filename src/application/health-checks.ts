/** The checks that workers add to the health of their system, and the asking of them. */
import {
  currentPid,
  DownMessage,
  demonitor,
  exit,
  isAlive,
  type Pid,
  parentPid,
  receive,
  self,
  send,
  spawnMonitor,
} from '../kernel/index.js'
import { reasonLine } from '../logging/index.js'
import { type ChildSight, seenSupervisor } from '../supervisor/index.js'
import { applicationError } from './errors.js'

/** How a check is asked. */
export interface HealthCheckOptions {
  /** Milliseconds that it may take. Default 1,000. */
  readonly timeout?: number | undefined
  /** What its failure means: the system is to get no work (`'ready'`, the default), or is beyond help (`'live'`). */
  readonly kind?: 'ready' | 'live' | undefined
}

/** A check that found something wrong. */
export interface FailedCheck {
  readonly name: string
  readonly kind: 'ready' | 'live'
  readonly reason: string
}

interface Check {
  readonly name: string
  readonly fn: () => unknown
  readonly timeout: number
  readonly kind: 'ready' | 'live'
  /** Who added it; undefined for code outside any process. */
  readonly pid: Pid | undefined
  /** The supervisor of that, as far as anyone knows. */
  readonly parent: Pid | undefined
  /** What its supervisor keeps of it over all restarts, once it was seen there. */
  key?: object
}

/** What a check said: it holds the reason, if there is one. */
class Verdict {
  constructor(
    readonly of: Check,
    readonly reason: string | undefined,
  ) {}
}

/** The dead are looked for when so many checks are there, and twice as many the next time. */
const FIRST_SWEEP = 64

export class HealthChecks {
  readonly #checks = new Map<string, Check>()
  #sweepAt = FIRST_SWEEP

  add(name: string, fn: () => unknown, { timeout = 1_000, kind = 'ready' }: HealthCheckOptions): Disposable {
    if (typeof name !== 'string' || name === '') throw invalid('its name', 'a non-empty string', name)
    if (typeof fn !== 'function') throw invalid('the check', 'a function', fn)
    if (typeof timeout !== 'number' || !(timeout > 0))
      throw invalid('timeout', 'milliseconds above 0', timeout)
    if (kind !== 'ready' && kind !== 'live') throw invalid('kind', "'ready' or 'live'", kind)
    const pid = currentPid()
    const parent = pid === undefined ? undefined : parentPid()
    const check: Check = { name, fn, timeout, kind, pid, parent }
    this.#checks.set(name, check)
    if (this.#checks.size >= this.#sweepAt) {
      for (const each of this.#checks.values()) this.#fate(each)
      this.#sweepAt = Math.max(FIRST_SWEEP, 2 * this.#checks.size)
    }
    return {
      [Symbol.dispose]: () => {
        if (this.#checks.get(name) === check) this.#checks.delete(name)
      },
    }
  }

  /** Asks all checks at once, as the current process. */
  async failures(): Promise<readonly FailedCheck[]> {
    const verdicts = await Promise.all([...this.#checks.values()].map((check) => this.#verdict(check)))
    return verdicts.flatMap(({ of: { name, kind }, reason }) =>
      reason === undefined ? [] : [{ name, kind, reason }],
    )
  }

  async #verdict(check: Check): Promise<Verdict> {
    const fate = this.#fate(check)
    return fate === 'alive' ? ask(check) : new Verdict(check, fate)
  }

  /** Whether its worker is alive; else the reason that this is, or nothing when the check has gone with it. */
  #fate(check: Check): 'alive' | string | undefined {
    const { pid, parent } = check
    if (pid === undefined) return 'alive'
    const siblings = parent === undefined ? undefined : seenSupervisor(parent)
    if (isAlive(pid)) {
      const key = siblings?.find(pid)?.key
      if (key !== undefined) check.key = key
      return 'alive'
    }
    const waiting = siblings?.list(0, siblings.size).find((child) => isRestarting(child, check))
    if (waiting === undefined) this.#checks.delete(check.name)
    else if (waiting.retryIn !== undefined)
      return `it crashed and is restarted in ${Math.ceil(waiting.retryIn)} ms`
    return waiting === undefined ? undefined : 'it crashed and is being restarted'
  }
}

function isRestarting({ key, id, pid }: ChildSight, check: Check): boolean {
  return pid === 'restarting' && (check.key === undefined ? id === check.name : key === check.key)
}

/** In a process of its own: whatever the check does, the reading goes on. */
async function ask(check: Check): Promise<Verdict> {
  const { name, fn, timeout } = check
  const reader = self()
  const { pid, ref } = spawnMonitor(async () => send(reader, new Verdict(check, await reasonOf(fn))), {
    label: `health check ${name}`,
  })
  const isOver = (message: unknown): message is Verdict | DownMessage =>
    (message instanceof Verdict && message.of === check) ||
    (message instanceof DownMessage && message.ref === ref)
  const message = await receive(isOver, { timeout })
  demonitor(ref, { flush: true })
  if (message instanceof Verdict) return message
  if (message !== undefined) return new Verdict(check, reasonLine(message.reason))
  exit(pid, 'kill')
  return new Verdict(check, `no answer within ${timeout} ms`)
}

/** What is wrong, by what a check returned or threw. */
async function reasonOf(fn: () => unknown): Promise<string | undefined> {
  try {
    const result = await fn()
    if (typeof result === 'string') return result
    return result === false ? 'it says no' : undefined
  } catch (thrown) {
    return reasonLine(thrown)
  }
}

function invalid(what: string, expected: string, value: unknown): Error {
  return applicationError('HEALTH_CHECK_INVALID', { what, expected, value })
}
