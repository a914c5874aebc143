import { checkSignal, isSignal } from '../context/abort-signal-wait.js'
import { actor, currentKernel } from '../context/current-kernel.js'
import { currentProcess } from '../context/current-process.js'
import { sparedValue } from '../context/promise-owner.js'
import { kernelError } from '../errors/errors.js'
import { checkKnown } from '../errors/known-options.js'
import { checkTimeout } from '../errors/time-checks.js'
import type { Kernel } from '../kernel.js'
import type { Process } from '../process/process.js'
import { isRevoked, read } from '../show/index.js'
import { resolveAlias } from '../signals/monitor.js'
import { Pid, routeOf } from '../terms/pid.js'
import { Reference } from '../terms/reference.js'
import type { ExitMessage, RemoteName } from '../terms/signal-messages.js'
import { ExitIndexMailbox } from './exit-index-mailbox.js'
import { type Envelope, Mailbox, type SelfEnvelope } from './mailbox.js'
import { mailboxFull } from './mailbox-limit.js'
import { type Clause, type Matched, matcherOf, type Pattern } from './message-pattern.js'
import { takeFirst, Waiter } from './receive-waiter.js'
import { RefWaiter } from './ref-receive-waiter.js'

/**
 * Where a message can go: a pid, a registered name, a name that may be unknown, an alias, or what knows a pid or a name, such
 * as a `Ref` or a key of a registry.
 */
export type Destination = Pid | string | RemoteName | Reference | { readonly target: Pid | string }

/**
 * Puts `message` in the mailbox of a process and goes on. To a dead process, an unknown `{ name, node }` or an
 * inactive alias it is dropped without a word; so is what the left-over code of a dead process sends. Erlang's `!`.
 *
 * @returns the message
 * @throws NAME_UNKNOWN when a bare name is not registered, BAD_DESTINATION; MAILBOX_FULL when the receiver has set its
 *   mailbox a limit with the policy `'reject'`, and it is reached
 */
export function send<T>(to: Destination, message: T): T {
  const sender = currentProcess()
  if (sender !== undefined && !sender.alive) {
    sender.kernel.leftovers.dropped(sender)
    return message
  }
  const kernel = sender === undefined ? currentKernel() : sender.kernel
  if (to instanceof Pid) {
    const target = routeOf(to)
    if (target === undefined) kernel.deadLetter(to, message)
    else if (!target.offer(kernel.isolate(message))) throw mailboxFull(target)
    return message
  }
  const target = processAt(to, kernel)
  if (target === undefined) kernel.deadLetter(to, message)
  else if (!answer(target, to, kernel.isolate(message))) throw mailboxFull(target)
  return message
}

/** Through an alias comes what its process has asked for, and is let in. */
function answer(target: Process, to: Destination, message: unknown): boolean {
  if (!(to instanceof Reference)) return target.offer(message)
  target.deliver(message)
  return true
}

/**
 * As `send`, for whoever must not fail for the sake of one receiver. Erlang's `send_nosuspend/2`.
 *
 * @returns false when the mailbox was full, when the way to another kernel is (see `Carrier.busy`), or nobody has the bare name;
 *   what is dropped silently by `send` counts as sent
 * @throws BAD_DESTINATION
 * @example
 * ```ts
 * const behind = subscribers.filter((pid) => !sendNosuspend(pid, news))
 * ```
 */
export function sendNosuspend(destination: Destination, message: unknown): boolean {
  const to = isAddressed(destination) ? destination.target : destination
  const sender = currentProcess()
  if (sender !== undefined && !sender.alive) {
    sender.kernel.leftovers.dropped(sender)
    return true
  }
  const kernel = sender === undefined ? currentKernel() : sender.kernel
  if (typeof to === 'string' && kernel.names.get(to) === undefined) return false
  const target = to instanceof Pid ? routeOf(to) : processAt(to, kernel)
  if (target?.congested === true) return false
  if (target !== undefined) return answer(target, to, kernel.isolate(message))
  kernel.deadLetter(to, message)
  return true
}

/**
 * Sends a process what it has asked for, which is let in however full its mailbox is. For the kernel and not as the current
 * process, as `Kernel.send`.
 */
export function tell(kernel: Kernel, pid: Pid, message: unknown): void {
  const target = routeOf(pid)
  if (target === undefined) kernel.deadLetter(pid, message)
  else target.deliver(kernel.isolate(message))
}

/**
 * As `sendNosuspend`, of a message that is its own envelope.
 *
 * @returns what can be awaited, where it may have to wait for room in the mailbox
 */
export function post(to: Pid, letter: SelfEnvelope): PromiseLike<void> | undefined {
  const sender = currentProcess()
  if (sender !== undefined && !sender.alive) {
    sender.kernel.leftovers.dropped(sender)
    return undefined
  }
  const kernel = sender === undefined ? currentKernel() : sender.kernel
  if (kernel.isolates) letter.isolate((content) => kernel.isolate(content))
  const target = routeOf(to)
  if (target !== undefined) return target.post(letter)
  kernel.deadLetter(to, letter)
  return undefined
}

function processAt(to: Exclude<Destination, Pid>, kernel: ReturnType<typeof currentKernel>) {
  if (typeof to === 'string') {
    const target = kernel.names.get(to)
    if (target === undefined) throw kernelError('NAME_UNKNOWN', { name: to })
    return target
  }
  if (isRevoked(to)) throw kernelError('BAD_DESTINATION', { value: to })
  if (to instanceof Reference) {
    kernel.touches('aliases')
    return resolveAlias(to)
  }
  if (isAddressed(to)) {
    const { target } = to
    if (target instanceof Pid) return routeOf(target)
    if (typeof target === 'string') return processAt(target, kernel)
  }
  const { name, node } = (to ?? {}) as Partial<RemoteName>
  if (typeof name !== 'string' || typeof node !== 'string') {
    throw kernelError('BAD_DESTINATION', { value: to })
  }
  return node === kernel.node ? kernel.names.get(name) : kernel.nodes?.named(name, node)
}

function isAddressed(to: unknown): to is { readonly target: Pid | string } {
  // A monitor that is an alias has a target as well: whom it watches.
  if (typeof to !== 'object' || to === null || isRevoked(to)) return false
  return !(to instanceof Reference) && 'target' in to
}

const RECEIVE_OPTIONS = ['timeout', 'onTimeout', 'signal', 'onAbort']

/** Options of `receive`. */
export interface ReceiveOptions<T = undefined> {
  /** Milliseconds to wait, 0 to look once, or Infinity, the default. */
  readonly timeout?: number
  /** Makes the result when the time is up; without it that is `undefined`. */
  readonly onTimeout?: () => T
  /** Ends the wait when it fires: the receive rejects with its reason, and takes no message. */
  readonly signal?: AbortSignal | undefined
}

/** The same, for what waits for others. */
export interface WaitOptions<T = undefined> extends ReceiveOptions<T> {
  /** Called in the moment in which the signal ends the wait. */
  readonly onAbort?: () => void
}

/**
 * Takes a message from the mailbox: the oldest that matches. The others keep their order. Erlang's `receive … after`.
 *
 * With a list of clauses made by `on`, the oldest message that *any* clause matches is taken, the first such clause
 * handles it, and the result is the handler's.
 *
 * @returns the message, or the handler's result; `undefined` or `onTimeout()` when the time is up
 * @throws BAD_TIMEOUT, BAD_PATTERN, BAD_OPTION; the reason of the `signal`, by default an `AbortError`; what a guard or handler
 *   throws; PROCESS_DEAD when the process dies meanwhile
 * @example
 * ```ts
 * const reply = await receive({ ref }, { timeout: 5_000 })
 * await receive([on('stop', () => exit('normal')), on({ type: 'add' }, (m) => add(m))])
 * ```
 */
export function receive(): Promise<unknown>
export function receive<T = undefined>(
  options: ReceiveOptions<T> & ({ timeout: number } | { signal: AbortSignal }),
): Promise<unknown>
export function receive<const C extends readonly Clause[]>(
  clauses: C,
): Promise<Awaited<ReturnType<NonNullable<C[number]['handle']>>>>
export function receive<const C extends readonly Clause[], T = undefined>(
  clauses: C,
  options: ReceiveOptions<T>,
): Promise<Awaited<ReturnType<NonNullable<C[number]['handle']>>> | T>
export function receive<T>(guard: (message: unknown) => message is T): Promise<T>
export function receive<T, U = undefined>(
  guard: (message: unknown) => message is T,
  options: ReceiveOptions<U>,
): Promise<T | U>
export function receive<const P extends Pattern>(pattern: P): Promise<Matched<P>>
export function receive<const P extends Pattern, T = undefined>(
  pattern: P,
  options: ReceiveOptions<T>,
): Promise<Matched<P> | T>
export function receive(first?: unknown, second?: WaitOptions<unknown>): Promise<unknown> {
  try {
    const process = actor()
    if (first === undefined && second === undefined) {
      const envelope = takeFirst(process)
      if (envelope !== undefined) return sparedValue(envelope.message)
    }
    const onlyOptions = second === undefined && isOptions(first)
    const options = onlyOptions ? (first as WaitOptions<unknown>) : second
    if (options !== undefined) checkKnown('receive', options, RECEIVE_OPTIONS)
    const given = options?.timeout
    const timeout =
      given === undefined ? Number.POSITIVE_INFINITY : checkTimeout(given, 'the timeout of a receive')
    const clauses = first === undefined || onlyOptions ? undefined : clausesOf(first)
    const waiter = new Waiter(process, clauses, options?.onTimeout)
    if (options?.signal !== undefined) limit(waiter, options.signal, options.onAbort)
    return process.receive(waiter, timeout)
  } catch (error) {
    return Promise.reject(error)
  }
}

/**
 * As `receive` with one clause, for messages that carry a reference as their `ref`. However many of these a process waits
 * in at once, each message is looked at once.
 */
export function receiveRef<T, U = undefined>(
  ref: Reference,
  clause: Clause<T>,
  options: WaitOptions<U> = {},
): Promise<T | U> {
  try {
    const process = actor()
    checkKnown('receiveRef', options, RECEIVE_OPTIONS)
    if (typeof read(clause, 'matches') !== 'function') throw kernelError('BAD_PATTERN', { value: clause })
    const { timeout = Number.POSITIVE_INFINITY, onTimeout, signal, onAbort } = options
    const ms = checkTimeout(timeout, 'the timeout of a receive')
    const waiter = new RefWaiter(process, ref, clause, onTimeout)
    if (signal !== undefined) limit(waiter, signal, onAbort)
    return process.receive(waiter, ms) as Promise<T | U>
  } catch (error) {
    return Promise.reject(error)
  }
}

/** Has a signal end a receive that is about to begin. @throws its reason when it has fired; BAD_OPTION */
function limit(waiter: Waiter, signal: AbortSignal, onAbort: (() => void) | undefined): void {
  checkSignal(signal, 'a receive')
  if (signal.aborted) {
    onAbort?.()
    throw signal.reason
  }
  waiter.endWith(signal, onAbort)
}

/**
 * Whether the current process may go on without a wait: as each message does, it uses up a part of its turn. For loops that
 * need no promise; one that gets a no waits with `sleep(0)`.
 */
export function mayGoOn(): boolean {
  return actor().mayGoOn()
}

/**
 * Takes the oldest message that `wanted` says, if it is there: as `receive` does with a time-out of 0, without a promise.
 * For a process that waits in no other receive.
 */
export function takeNow<T>(wanted: (message: unknown) => message is T): T | undefined {
  const process = actor()
  process.surrender()
  const { mailbox } = process
  for (let at = mailbox.first; at !== undefined; at = at.next) {
    const { message } = at
    if (!wanted(message)) continue
    mailbox.take(at)
    return message
  }
  return undefined
}

/** A place in a mailbox. */
export type Mark = Envelope | undefined

/** The end of the mailbox of the current process, for a receive of what can only come later. */
export function endOfMail(): Mark {
  return actor().mailbox.last
}

/** As `receive` with a guard, of what came after that mark: no message before it is looked at. The BEAM's receive marker. */
export function receiveAfter<T>(
  mark: Mark,
  matches: (message: unknown) => message is T,
  timeout = Number.POSITIVE_INFINITY,
): Promise<T | undefined> {
  const process = actor()
  const waiter = new Waiter(process, [{ matches, handle: undefined }], undefined, mark)
  return process.receive(waiter, timeout) as Promise<T | undefined>
}

/** So many messages are looked through for an EXIT without an index of them. */
const FEW = 32

/**
 * Takes the oldest EXIT message of a process, if it is there: as `takeNow(exitOf(pid))`, at a cost that does not grow with what
 * else waits. For supervisors.
 */
export function takeExit(pid: Pid): ExitMessage | undefined {
  const process = actor()
  process.surrender()
  // One of another class has more to do.
  if (process.mailbox.length > FEW && process.mailbox.constructor === Mailbox) {
    process.mailbox = new ExitIndexMailbox(process.mailbox)
  }
  const { mailbox } = process
  const envelope = mailbox.exitOf(pid)
  if (envelope === undefined) return undefined
  mailbox.take(envelope)
  return envelope.message as ExitMessage
}

/** The same of a process whose EXIT, if there is one, was sent before. */
export function takeSentExit(pid: Pid): ExitMessage | undefined {
  actor().receivesAllSent()
  return takeExit(pid)
}

const OPTIONS: readonly string[] = ['timeout', 'onTimeout', 'signal']

/**
 * `receive({ timeout: 0 })` asks for any message; a message is never matched by the property `timeout` alone, nor by a signal
 * that it carries.
 */
function isOptions(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  if (!Object.keys(value).every((key) => OPTIONS.includes(key))) return false
  return 'timeout' in value || isSignal((value as ReceiveOptions).signal)
}

function clausesOf(pattern: unknown): readonly Clause[] {
  if (!Array.isArray(pattern)) return [{ matches: matcherOf(pattern), handle: undefined }]
  for (const clause of pattern) {
    if (typeof clause?.matches !== 'function') throw kernelError('BAD_PATTERN', { value: clause })
  }
  return pattern
}

/**
 * Waits until a message is in the mailbox and leaves it there. On the BEAM this also gives memory back; here it is
 * only a wait. Erlang's `hibernate/3` without the function.
 */
export async function hibernate(): Promise<void> {
  const process = actor()
  await process.receive(new Waiter(process, null, undefined), Number.POSITIVE_INFINITY)
}
