/** The health checks that workers add to their system, and how they are run. */
import {
  currentKernel,
  currentPid,
  DownMessage,
  demonitor,
  isAlive,
  monitor,
  type Pid,
  parentPid,
  printed,
  type Rules,
  receive,
  rules,
  self,
  send,
  spawn,
  tell,
} from '../../kernel/index.js'
import { reasonLine } from '../../logging/index.js'
import { type ChildSight, seenSupervisor } from '../../supervisor/index.js'
import { applicationError } from '../errors.js'

/** The options of a health check. */
export interface HealthCheckOptions {
  /** The time that the check may take, in milliseconds. Default 1,000. */
  readonly timeout?: number | undefined
  /** The meaning of a failure: the system should get no work (`'ready'`, the default), or must be restarted (`'live'`). */
  readonly kind?: 'ready' | 'live' | undefined
}

/** The rules for these options. */
export const HEALTH_CHECK_RULES: Rules = {
  timeout: rules.orValue(rules.finiteMilliseconds(1), Number.POSITIVE_INFINITY, 'Infinity'),
  kind: rules.oneOf(['ready', 'live']),
}

/** Checks the arguments of a new health check. @throws HEALTH_CHECK_INVALID */
export function checkHealthCheck(name: unknown, check: unknown, options: HealthCheckOptions): void {
  const mistakes = [
    ...rules.mistakesIn(
      { name: name ?? null, check: check ?? null },
      { name: rules.text, check: rules.action },
    ),
    ...rules.mistakesIn(options, HEALTH_CHECK_RULES),
  ]
  if (mistakes.length > 0) throw applicationError('HEALTH_CHECK_INVALID', rules.mistakeDetails(mistakes))
}

/** The failure of a check, or of several checks with one name. */
export interface FailedCheck {
  readonly kind: 'ready' | 'live'
  readonly reason: string
}

/** The number of failed workers that are named for checks with one name. */
const NAMED = 3
/** The most characters of a check's name that are shown. */
const LONGEST_NAME = 200

/** The owner of a check. */
export interface CheckOwner {
  /** The process that added it; `undefined` for code outside any process. */
  readonly pid: Pid | undefined
  /** Its parent, usually its supervisor. */
  readonly parent: Pid | undefined
}

function currentOwner(): CheckOwner {
  const pid = currentPid()
  return { pid, parent: pid === undefined ? undefined : parentPid() }
}

interface Check extends CheckOwner {
  readonly name: string
  readonly fn: () => unknown
  readonly timeout: number
  readonly kind: 'ready' | 'live'
  /** The key of the worker in its supervisor, which stays the same over restarts; set when it was seen there. */
  key?: object
  /** The process that runs the check, until it has answered. */
  asking?: Asking | undefined
}

/** A running check, and the processes that wait for its answer. */
interface Asking {
  readonly pid: Pid
  readonly since: number
  readonly readers: Set<Pid>
}

/** The result of a check: the reason of its failure, or none. */
class Verdict {
  constructor(
    readonly of: Check,
    readonly reason: string | undefined,
  ) {}
}

/** The answer of a check, sent to the process that runs it. */
class Answer {
  constructor(readonly reason: string | undefined) {}
}

/** The number of checks at which those of dead processes are removed; it doubles each time. */
const FIRST_SWEEP = 64

export class HealthChecks {
  readonly #checks = new Set<Check>()
  #sweepAt = FIRST_SWEEP

  /** Adds a check. @param owner the owner; default the current process */
  add(
    name: string,
    fn: () => unknown,
    options: HealthCheckOptions,
    owner: CheckOwner = currentOwner(),
  ): Disposable {
    checkHealthCheck(name, fn, options)
    const { timeout = 1_000, kind = 'ready' } = options
    const { pid, parent } = owner
    const check: Check = { name, fn, timeout, kind, pid, parent }
    for (const each of this.#checks) if (each.name === name && each.pid === pid) this.#checks.delete(each)
    this.#checks.add(check)
    if (this.#checks.size >= this.#sweepAt) {
      for (const each of this.#checks) this.#fate(each)
      this.#sweepAt = Math.max(FIRST_SWEEP, 2 * this.#checks.size)
    }
    return {
      [Symbol.dispose]: () => {
        this.#checks.delete(check)
      },
    }
  }

  /** Runs all checks at the same time, and waits in the current process. Failures of one name and kind are combined. */
  async failures(): Promise<readonly FailedCheck[]> {
    const verdicts = await Promise.all([...this.#checks].map((check) => this.#verdict(check)))
    const groups = new Map<string, Verdict[]>()
    for (const verdict of verdicts) {
      const { kind, name } = verdict.of
      if (!this.#checks.has(verdict.of)) continue
      const key = `${kind} ${name}`
      groups.set(key, [...(groups.get(key) ?? []), verdict])
    }
    return [...groups.values()].flatMap(failureOf)
  }

  async #verdict(check: Check): Promise<Verdict> {
    const fate = this.#fate(check)
    return fate === 'alive' ? ask(check) : new Verdict(check, fate)
  }

  /** `'alive'` if the worker is alive; the reason of a failure if it is being restarted; `undefined` if the check was removed with it. */
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
    if (waiting === undefined) this.#checks.delete(check)
    else if (waiting.retryIn !== undefined)
      return `it crashed and is restarted in ${Math.ceil(waiting.retryIn)} ms`
    return waiting === undefined ? undefined : 'it crashed and is being restarted'
  }
}

function isRestarting({ key, id, pid }: ChildSight, check: Check): boolean {
  return pid === 'restarting' && (check.key === undefined ? id === check.name : key === check.key)
}

/** The combined failure of the checks with one name. Pids are named only if several workers have the check. */
function failureOf(verdicts: readonly Verdict[]): readonly FailedCheck[] {
  const failed = verdicts.filter(({ reason }) => reason !== undefined)
  const [first] = failed
  if (first === undefined) return []
  const { kind } = first.of
  const name = printed(first.of.name, LONGEST_NAME)
  if (verdicts.length === 1) return [{ kind, reason: `${name}: ${first.reason}` }]
  const named = failed.slice(0, NAMED).map(({ of: { pid }, reason }) => `${pid ?? 'outside'} ${reason}`)
  const more = failed.length > NAMED ? `; and ${failed.length - NAMED} more` : ''
  return [
    { kind, reason: `${name}: ${failed.length} of ${verdicts.length} fail: ${named.join('; ')}${more}` },
  ]
}

/**
 * Waits in the current process for the answer of a check. A check that still runs since an earlier reading is not started again: a slow
 * check would fill the mailbox of its worker, which would then only answer requests that were given up.
 */
async function ask(check: Check): Promise<Verdict> {
  const reader = self()
  const asking = check.asking !== undefined && isAlive(check.asking.pid) ? check.asking : begin(check)
  asking.readers.add(reader)
  const ref = monitor(asking.pid)
  const isOver = (message: unknown): message is Verdict | DownMessage =>
    (message instanceof Verdict && message.of === check) ||
    (message instanceof DownMessage && message.ref === ref)
  const message = await receive(isOver, { timeout: check.timeout })
  demonitor(ref, { flush: true })
  asking.readers.delete(reader)
  if (message instanceof Verdict) return message
  if (message !== undefined) return new Verdict(check, reasonLine(message.reason))
  const age = Math.round(currentKernel().now() - asking.since)
  return new Verdict(
    check,
    age > check.timeout
      ? `no answer for ${age} ms, where ${check.timeout} are allowed`
      : `no answer within ${check.timeout} ms`,
  )
}

/** Runs a check in a new process, so that a failure does not affect the reading. It ends when the worker of the check ends. */
function begin(check: Check): Asking {
  const { name, fn, pid: worker } = check
  const readers = new Set<Pid>()
  const pid = spawn(
    async () => {
      const me = self()
      const ref = worker === undefined ? undefined : monitor(worker)
      void reasonOf(fn).then((reason) => send(me, new Answer(reason)))
      const isEnd = (message: unknown): message is Answer | DownMessage =>
        message instanceof Answer || (message instanceof DownMessage && message.ref === ref)
      const answer = await receive(isEnd)
      if (check.asking === asking) check.asking = undefined
      const reason =
        answer instanceof Answer ? answer.reason : `its worker ended: ${reasonLine(answer.reason)}`
      for (const reader of readers) tell(currentKernel(), reader, new Verdict(check, reason))
    },
    { label: `health check ${name}` },
  )
  const asking: Asking = { pid, since: currentKernel().now(), readers }
  check.asking = asking
  return asking
}

/** The reason of a failure, from the result or the error of a check; `undefined` if there is none. */
async function reasonOf(fn: () => unknown): Promise<string | undefined> {
  try {
    const result = await fn()
    if (typeof result === 'string') return reasonLine(result)
    return result === false ? 'it says no' : undefined
  } catch (thrown) {
    return reasonLine(thrown)
  }
}
