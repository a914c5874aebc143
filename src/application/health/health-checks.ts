/** The checks that workers add to the health of their system, and the asking of them. */
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

/** How a check is asked. */
export interface HealthCheckOptions {
  /** Milliseconds that it may take. Default 1,000. */
  readonly timeout?: number | undefined
  /** What its failure means: the system is to get no work (`'ready'`, the default), or is beyond help (`'live'`). */
  readonly kind?: 'ready' | 'live' | undefined
}

/** What these options must be. */
export const HEALTH_CHECK_RULES: Rules = {
  timeout: rules.orValue(rules.finiteMilliseconds(1), Number.POSITIVE_INFINITY, 'Infinity'),
  kind: rules.oneOf(['ready', 'live']),
}

/** @throws HEALTH_CHECK_INVALID */
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

/** What one check found wrong, or several of one name. */
export interface FailedCheck {
  readonly kind: 'ready' | 'live'
  readonly reason: string
}

/** How many of the workers that have a check of one name are named when they fail together. */
const NAMED = 3
/** Characters of the name of a check that are told. */
const LONGEST_NAME = 200

/** Whose a check is. */
export interface CheckOwner {
  /** Who added it; undefined for code outside any process. */
  readonly pid: Pid | undefined
  /** The supervisor of that, as far as anyone knows. */
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
  /** What its supervisor keeps of it over all restarts, once it was seen there. */
  key?: object
  /** The process that is asking it, until it has answered. */
  asking?: Asking | undefined
}

/** A check that is being asked, and who waits for the answer. */
interface Asking {
  readonly pid: Pid
  readonly since: number
  readonly readers: Set<Pid>
}

/** What a check said: it holds the reason, if there is one. */
class Verdict {
  constructor(
    readonly of: Check,
    readonly reason: string | undefined,
  ) {}
}

/** To the process that asks a check: its answer. */
class Answer {
  constructor(readonly reason: string | undefined) {}
}

/** The dead are looked for when so many checks are there, and twice as many the next time. */
const FIRST_SWEEP = 64

export class HealthChecks {
  readonly #checks = new Set<Check>()
  #sweepAt = FIRST_SWEEP

  /** @param owner whose it is; default the current process's */
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

  /** Asks all checks at once, as the current process. Those of one name and kind are told together. */
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
    if (waiting === undefined) this.#checks.delete(check)
    else if (waiting.retryIn !== undefined)
      return `it crashed and is restarted in ${Math.ceil(waiting.retryIn)} ms`
    return waiting === undefined ? undefined : 'it crashed and is being restarted'
  }
}

function isRestarting({ key, id, pid }: ChildSight, check: Check): boolean {
  return pid === 'restarting' && (check.key === undefined ? id === check.name : key === check.key)
}

/** What the checks of one name say together: a worker that has it alone is known by the name. */
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
 * Waits for the answer of a check, as the current process. One that has not answered since an earlier reading is not
 * asked again: a slow check would fill the mailbox of its worker, which would do nothing but answer those that were given up.
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

/** Asks a check in a process of its own, so that whatever it does, the reading goes on. It ends with the check's worker. */
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

/** What is wrong, by what a check returned or threw. */
async function reasonOf(fn: () => unknown): Promise<string | undefined> {
  try {
    const result = await fn()
    if (typeof result === 'string') return reasonLine(result)
    return result === false ? 'it says no' : undefined
  } catch (thrown) {
    return reasonLine(thrown)
  }
}
