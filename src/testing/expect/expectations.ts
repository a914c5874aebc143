/** What tests expect of processes: ends, restarts, crashes, escalations, messages. */
import {
  checkKnown,
  type DownMessage,
  demonitor,
  downOf,
  isInstance,
  type Matched,
  matcherOf,
  monitor,
  type Pattern,
  type Pid,
  processInfo,
  Reference,
  type Report,
  receive,
  self,
} from '../../kernel/index.js'
import { type ChildReport, isSupervisorReport } from '../../supervisor/index.js'
import { testKernel, watchedKernel } from '../current-test-kernel.js'
import type { Crash } from '../test-kernel/expected-crashes.js'
import type { TestKernel } from '../test-kernel/test-kernel.js'
import { Aim, type Target } from '../test-target.js'
import { lineOf, messageText, reasonText } from '../trace/index.js'
import type { WatchedKernel } from '../watched-kernel.js'
import { arrival, checkWait, Expectation, failed, type WaitOptions } from './expectation.js'
import { matchesReason, matchText, type ReasonMatch } from './reason-match.js'

/**
 * Expects the next instance of a process, and waits for its init. This is the instance after the one to which the test last sent something, or which it last
 * called, crashed or waited for. It also expects the crash of that earlier instance.
 *
 * @returns the pid of the new instance
 * @throws TEST_KERNEL_MISSING, TEST_TARGET_UNKNOWN; TEST_EXPECTATION_FAILED if there is none
 * @example
 * ```ts
 * await expect(counter.call.add(1_000)).rejects.toThrow('too much')
 * await restartOf(counter)
 * expect(await counter.call.add(1)).toBe(1)
 * ```
 */
export function restartOf(target: Target, options: WaitOptions = {}): Expectation<Pid> {
  checkWait('restartOf', options)
  const kernel = testKernel('restartOf')
  const aim = new Aim(kernel, target, 'restartOf')
  const former = kernel.incarnations.lastMet(aim.incarnations)
  if (former !== undefined) kernel.crashes.allow(({ pid }) => pid === former)
  return new Expectation(kernel, {
    ...options,
    what: `a restart of ${aim}`,
    look() {
      const pid = aim.incarnations.at(-1)
      if (pid === undefined || pid === former || !aim.isUp(pid)) return undefined
      kernel.incarnations.met(pid)
      return { value: pid }
    },
    instead: () => lifeOf(kernel, former),
  })
}

/**
 * Expects the end of a process. This also expects a crash that causes the end.
 *
 * @param rest what the exit reason must be (a value, a `RegExp` for its text, a class of errors, or a function that
 *   judges it; default: any), and options
 * @returns the reason
 * @throws TEST_KERNEL_MISSING, TEST_TARGET_UNKNOWN; TEST_EXPECTATION_FAILED if it does not end, or ends for another reason
 * @example
 * ```ts
 * const over = expectExit(counter, /too much/)
 * counter.cast.add(1_000)
 * await over
 * ```
 */
export function expectExit(
  target: Target,
  ...rest: [reason?: ReasonMatch, options?: WaitOptions]
): Expectation<unknown> {
  const kernel = testKernel('expectExit')
  const aim = new Aim(kernel, target, 'expectExit')
  const pid = kernel.incarnations.lastMet(aim.incarnations)
  const [reason, options = {}] = rest
  checkWait('expectExit', options)
  const anyReason = rest.length === 0 || reason === undefined
  const fits = (actual: unknown): boolean => anyReason || matchesReason(reason, actual)
  kernel.crashes.allow((crash) => crash.pid === pid && fits(crash.reason))
  return new Expectation(kernel, {
    ...options,
    what: `an exit of ${aim}${anyReason ? '' : ` with ${matchText(reason)}`}`,
    look() {
      const death = pid === undefined ? undefined : kernel.trace.deathOf(pid)
      return death !== undefined && fits(death.reason) ? { value: death.reason } : undefined
    },
    instead: () => lifeOf(kernel, pid),
  })
}

/**
 * Expects the DOWN message of a monitor in the mailbox of the current process (the test has a mailbox, too). The message is removed if its reason matches.
 *
 * @param watched a monitor's reference, or a process to monitor now
 * @param rest the reason and options, as for `expectExit`
 * @throws TEST_KERNEL_MISSING, TEST_TARGET_UNKNOWN; TEST_STUCK if none comes; TEST_EXPECTATION_FAILED for another reason
 * @example
 * ```ts
 * const ref = monitor(worker)
 * exit(worker, 'shutdown')
 * await expectDown(ref, 'shutdown')
 * ```
 */
export async function expectDown(
  watched: Reference | Target,
  ...rest: [reason?: ReasonMatch, options?: WaitOptions]
): Promise<DownMessage> {
  const [reason, options = {}] = rest
  checkWait('expectDown', options)
  const kernel = testKernel('expectDown')
  const isGiven = isInstance(watched, Reference)
  const ref = isGiven ? watched : monitor(pidOf(kernel, watched, 'expectDown'))
  const what = `a DOWN message of ${isGiven ? watched : kernel.trace.nameOf(pidOf(kernel, watched, 'expectDown'))}`
  const fits = (down: DownMessage): boolean => reason === undefined || matchesReason(reason, down.reason)
  try {
    const down = await arrival(kernel, (signal) => fittingDown(ref, fits, signal), what, options)
    if (fits(down)) return down
    throw failed(kernel, `${what} with ${matchText(reason)}`, `it came with ${reasonText(down.reason)}`)
  } catch (failure) {
    // Nobody else knows of this monitor.
    if (!isGiven && !kernel.isOver) demonitor(ref, { flush: true })
    throw failure
  }
}

/** Takes a DOWN message out where it fits; one that does not is given, and stays. */
function fittingDown(
  ref: Reference,
  fits: (down: DownMessage) => boolean,
  signal: AbortSignal,
): Promise<DownMessage> {
  const isDown = downOf(ref)
  return new Promise((resolve, reject) => {
    const judge = (message: unknown): message is DownMessage => {
      if (!isDown(message)) return false
      if (fits(message)) return true
      resolve(message)
      return false
    }
    // Without a time-out there is nothing else that it could give.
    const taken = receive(judge, { signal }) as Promise<DownMessage>
    taken.then(resolve, reject)
  })
}

/**
 * Expects a message in the mailbox of the current process, usually the test's. The message is removed. ExUnit's `assert_receive`.
 *
 * @param pattern as in `receive`
 * @throws TEST_KERNEL_MISSING, BAD_PATTERN; TEST_STUCK if none comes
 * @example
 * ```ts
 * const me = self()
 * feed.cast.subscribe(me)
 * const news = await expectMessage({ kind: 'news' })
 * ```
 */
export function expectMessage<const P extends Pattern>(
  pattern: P,
  options: WaitOptions = {},
): Promise<Matched<P>> {
  checkWait('expectMessage', options)
  const kernel = testKernel('expectMessage')
  const what = `a message ${messageText(pattern, kernel.trace.nameOf)}`
  return arrival(kernel, (signal) => receive(pattern, { signal }), what, options)
}

/**
 * Checks that no message waits in the mailbox of the current process when all processes are idle. A message that waits stays there. ExUnit's `refute_received`.
 *
 * @param pattern the messages to look for; default: any
 * @throws TEST_KERNEL_MISSING, BAD_PATTERN, TEST_EXPECTATION_FAILED
 */
export async function expectNoMessage(pattern: Pattern = () => true): Promise<void> {
  const kernel = testKernel('expectNoMessage')
  await kernel.settled()
  const matches = matcherOf(pattern)
  const [first] = (processInfo(self(), 'messages') ?? []).filter(matches).map((message) => ({ message }))
  if (first === undefined) return
  throw failed(kernel, 'no message', `there is ${messageText(first.message, kernel.trace.nameOf)}`)
}

/** Selects crashes by process and reason. */
export interface CrashSelection {
  /** The process. Default: any. */
  readonly of?: Target
  /** The reason, as for `expectExit`. Default: any. */
  readonly reason?: ReasonMatch
}

/**
 * Expects one crash, before or after this call. Without it (or `allowCrashes`, or a fault that the test injected) a crash fails the test.
 *
 * @throws TEST_KERNEL_MISSING, TEST_TARGET_UNKNOWN; TEST_EXPECTATION_FAILED if there is none
 * @example
 * ```ts
 * const crash = expectCrash({ of: Counter, reason: /too much/ })
 * counter.cast.add(1_000)
 * const { report } = await crash
 * ```
 */
export function expectCrash(selection: CrashSelection = {}, options: WaitOptions = {}): Expectation<Crash> {
  checkWait('expectCrash', options)
  const kernel = testKernel('expectCrash')
  const selects = crashRule(kernel, selection, 'expectCrash')
  let found: Crash | undefined
  const look = (): { value: Crash } | undefined => {
    found ??= kernel.crashes.claim(selects)
    return found === undefined ? undefined : { value: found }
  }
  const { of, reason } = selection
  const whose = of === undefined ? '' : ` of ${new Aim(kernel, of, 'expectCrash')}`
  const why = reason === undefined ? '' : ` with ${matchText(reason)}`
  return new Expectation(kernel, {
    ...options,
    what: `a crash${whose}${why}`,
    look,
    instead: () => crashesOf(kernel),
  })
}

/**
 * Allows crashes: they do not fail the test, in any number, before or after this call. In a simulation it allows only later crashes.
 *
 * @throws TEST_KERNEL_MISSING, TEST_TARGET_UNKNOWN
 * @example
 * ```ts
 * allowCrashes({ of: 'checker', reason: TypeError })
 * ```
 */
export function allowCrashes(selection: CrashSelection = {}): void {
  const kernel = watchedKernel('allowCrashes')
  kernel.crashes.allow(crashRule(kernel, selection, 'allowCrashes'))
}

/** A supervisor that gave up. */
export interface Escalation {
  readonly supervisor: Pid
  /** The id of the child that was restarted too often. */
  readonly child: unknown
}

/**
 * Expects a supervisor to give up because its restarts exceed its intensity. This also expects the crashes of its children.
 *
 * @throws TEST_KERNEL_MISSING, TEST_TARGET_UNKNOWN; TEST_EXPECTATION_FAILED if it does not
 * @example
 * ```ts
 * faults().crashInInit('store', { times: Infinity })
 * faults().crash('store')
 * await expectEscalation('storage')
 * ```
 */
export function expectEscalation(supervisor: Target, options: WaitOptions = {}): Expectation<Escalation> {
  checkWait('expectEscalation', options)
  const kernel = testKernel('expectEscalation')
  const aim = new Aim(kernel, supervisor, 'expectEscalation')
  const pid = kernel.incarnations.lastMet(aim.incarnations) ?? aim.pid
  if (pid !== undefined) kernel.crashes.allow((crash) => kernel.trace.parentOf(crash.pid) === pid)
  return new Expectation(kernel, {
    ...options,
    what: `an escalation of ${aim}`,
    look() {
      const report = kernel.reports.filter(isGivingUp).find((each) => each.pid === pid)
      if (report === undefined || pid === undefined || kernel.isAlive(pid)) return undefined
      return { value: { supervisor: pid, child: report.offender.id } }
    },
    instead: () => lifeOf(kernel, pid),
  })
}

/**
 * Checks that no message was sent to a dead process or to an address without a process.
 *
 * @throws TEST_KERNEL_MISSING, TEST_EXPECTATION_FAILED
 */
export async function expectNoDeadLetters(): Promise<void> {
  const kernel = testKernel('expectNoDeadLetters')
  await kernel.settled()
  if (kernel.deadLetters === 0) return
  const lost = kernel.trace.events.filter(({ kind }) => kind === 'lost')
  const list = lost.slice(0, 10).map((event) => `\n  ${lineOf(event, kernel.trace.nameOf)}`)
  throw failed(kernel, 'no dead letters', `there are ${kernel.deadLetters}:${list.join('')}`)
}

export function isGivingUp(report: Report): report is ChildReport {
  return (
    isSupervisorReport(report) &&
    report.context === 'shutdown' &&
    report.reason === 'reached_max_restart_intensity'
  )
}

/** In words, whether and how a process ended. */
export function lifeOf(kernel: WatchedKernel, pid: Pid | undefined): string {
  if (pid === undefined) return 'there never was such a process'
  const death = kernel.trace.deathOf(pid)
  if (death === undefined) return `${kernel.trace.nameOf(pid)} ${pid} lives on`
  return `${kernel.trace.nameOf(pid)} ${pid} exited with ${reasonText(death.reason)} at ${death.at} ms`
}

/** In words, the crashes of the test. */
export function crashesOf(kernel: WatchedKernel): string {
  const { crashes, trace } = kernel
  if (crashes.all.length === 0) return 'nothing crashed'
  return crashes.all
    .map(({ pid, reason }) => `${trace.nameOf(pid)} crashed with ${reasonText(reason)}`)
    .join(', ')
}

function crashRule(kernel: WatchedKernel, selection: CrashSelection, action: string) {
  checkKnown(action, selection, ['of', 'reason'])
  const { of, reason } = selection
  const aim = of === undefined ? undefined : new Aim(kernel, of, action)
  return (crash: Crash): boolean =>
    (aim === undefined || aim.hits(crash.pid)) &&
    (reason === undefined || matchesReason(reason, crash.reason))
}

function pidOf(kernel: TestKernel, target: Target, action: string): Pid {
  const aim = new Aim(kernel, target, action)
  const pid = aim.pid
  if (pid === undefined) throw failed(kernel, `a process ${aim}`, 'there is none')
  kernel.incarnations.met(pid)
  return pid
}
