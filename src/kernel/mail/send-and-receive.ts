import { checkSignal, isSignal } from '../context/abort-signal-wait.js'
import { actor, currentKernel } from '../context/current-kernel.js'
import { currentProcess } from '../context/current-process.js'
import { rejectedWith } from '../context/dead-process-error.js'
import { sparedValue } from '../context/promise-owner.js'
import { kernelError } from '../errors/errors.js'
import { checkKnown } from '../errors/known-options.js'
import { checkTimeout } from '../errors/time-checks.js'
import type { Kernel } from '../kernel.js'
import type { Process } from '../process/process.js'
import { isRevoked, read } from '../show/index.js'
import { handed } from '../signals/message-border.js'
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
 * The destination of a message: a pid, a registered name, a name that may be unknown, an alias, or an object with a pid or name as its
 * `target`, such as a `Ref` or a key of a registry.
 */
export type Destination = Pid | string | RemoteName | Reference | { readonly target: Pid | string }

/**
 * Puts `message` into the mailbox of a process and returns. A message to a dead process, an unknown `{ name, node }` or an
 * inactive alias is silently dropped; so are messages of left-over code of a dead process. Erlang's `!`.
 *
 * @returns the message
 * @throws NAME_UNKNOWN if a plain name is not registered, BAD_DESTINATION; MAILBOX_FULL if the mailbox of the receiver has a
 *   limit with the policy `'reject'` and is full
 */
export function send<T>(to: Destination, message: T): T {
  const sender = currentProcess<Process>()
  if (sender !== undefined && !sender.alive) {
    sender.kernel.leftovers.dropped(sender)
    return message
  }
  const kernel = sender === undefined ? currentKernel() : sender.kernel
  if (to instanceof Pid) {
    const target = routeOf<Process>(to)
    if (target === undefined) kernel.deadLetter(to, message)
    else if (!target.offer(handed(kernel, message, sender, target))) throw mailboxFull(target)
    return message
  }
  const target = processAt(to, kernel)
  if (target === undefined) kernel.deadLetter(to, message)
  else if (!answer(target, to, handed(kernel, message, sender, target))) throw mailboxFull(target)
  return message
}

/** Delivers a message. A message through an alias was requested by its process, so a limit does not apply to it. */
function answer(target: Process, to: Destination, message: unknown): boolean {
  if (!(to instanceof Reference)) return target.offer(message)
  target.deliver(message)
  return true
}

/**
 * Sends a message as `send` does, without an error if one receiver cannot take it. Erlang's `send_nosuspend/2`.
 *
 * @returns false if the mailbox was full, the connection to another kernel is busy (see `Carrier.busy`), or a plain name is not
 *   registered; messages that `send` would silently drop count as sent
 * @throws BAD_DESTINATION
 * @example
 * ```ts
 * const behind = subscribers.filter((pid) => !sendNosuspend(pid, news))
 * ```
 */
export function sendNosuspend(destination: Destination, message: unknown): boolean {
  const to = isAddressed(destination) ? destination.target : destination
  const sender = currentProcess<Process>()
  if (sender !== undefined && !sender.alive) {
    sender.kernel.leftovers.dropped(sender)
    return true
  }
  const kernel = sender === undefined ? currentKernel() : sender.kernel
  if (typeof to === 'string' && kernel.names.get(to) === undefined) return false
  const target = to instanceof Pid ? routeOf<Process>(to) : processAt(to, kernel)
  if (target?.congested === true) return false
  if (target !== undefined) return answer(target, to, handed(kernel, message, sender, target))
  kernel.deadLetter(to, message)
  return true
}

/**
 * Sends a process a message that it has requested: a limit of its mailbox does not apply. It is sent by the kernel and not as the current
 * process, like `Kernel.send`.
 */
export function tell(kernel: Kernel, pid: Pid, message: unknown): void {
  const target = routeOf<Process>(pid)
  if (target === undefined) kernel.deadLetter(pid, message)
  else target.deliver(kernel.isolate(message))
}

/**
 * Sends a message that is its own envelope, otherwise as `sendNosuspend` does.
 *
 * @returns a thenable if the message may have to wait for room in the mailbox
 */
export function post(to: Pid, letter: SelfEnvelope): PromiseLike<void> | undefined {
  const sender = currentProcess<Process>()
  if (sender !== undefined && !sender.alive) {
    sender.kernel.leftovers.dropped(sender)
    return undefined
  }
  const kernel = sender === undefined ? currentKernel() : sender.kernel
  const target = routeOf<Process>(to)
  if (kernel.isolates) {
    const crossing = kernel.border?.between(sender, target, letter)
    if (crossing !== undefined) return target?.post(crossing.copy(letter))
    letter.isolate((content) => kernel.isolate(content))
  }
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
    if (target instanceof Pid) return routeOf<Process>(target)
    if (typeof target === 'string') return processAt(target, kernel)
  }
  const { name, node } = (to ?? {}) as Partial<RemoteName>
  if (typeof name !== 'string' || typeof node !== 'string') {
    throw kernelError('BAD_DESTINATION', { value: to })
  }
  return node === kernel.node ? kernel.names.get(name) : kernel.nodes?.named(name, node)
}

function isAddressed(to: unknown): to is { readonly target: Pid | string } {
  // A monitor has a field `target` too: the process that it watches.
  if (typeof to !== 'object' || to === null || isRevoked(to)) return false
  return !(to instanceof Reference) && 'target' in to
}

const RECEIVE_OPTIONS = ['timeout', 'onTimeout', 'signal', 'onAbort']

/** Options of `receive`. */
export interface ReceiveOptions<T = undefined> {
  /** Milliseconds to wait; 0: only the messages that are there. Default `Infinity`. */
  readonly timeout?: number
  /** Computes the result after the time-out; without it that is `undefined`. */
  readonly onTimeout?: () => T
  /** A signal that ends the wait: the receive then rejects with its reason and takes no message. */
  readonly signal?: AbortSignal | undefined
}

/** The options of a receive inside other functions of the framework. */
export interface WaitOptions<T = undefined> extends ReceiveOptions<T> {
  /** Called at the moment when the signal ends the wait. */
  readonly onAbort?: () => void
}

/**
 * Takes the oldest message that matches from the mailbox. The others keep their order. Erlang's `receive … after`.
 *
 * With a list of clauses made by `on`, the oldest message that *any* clause matches is taken. The first such clause
 * handles it, and the result is that of its handler.
 *
 * @returns the message, or the result of the handler; after the time-out `undefined` or `onTimeout()`
 * @throws BAD_TIMEOUT, BAD_PATTERN, BAD_OPTION; the reason of the `signal`, by default an `AbortError`; the error of a guard or
 *   handler; PROCESS_DEAD if the process dies meanwhile
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
    return rejectedWith(error)
  }
}

/**
 * Receives a message with a certain reference in its field `ref`, otherwise as `receive` with one clause does. Many such receives at the
 * same time test each message only once.
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
    return rejectedWith(error)
  }
}

/** Adds a signal to a receive that is about to begin. @throws its reason if it is already aborted; BAD_OPTION */
function limit(waiter: Waiter, signal: AbortSignal, onAbort: (() => void) | undefined): void {
  checkSignal(signal, 'a receive')
  if (signal.aborted) {
    onAbort?.()
    throw signal.reason
  }
  waiter.endWith(signal, onAbort)
}

/**
 * Whether the current process may go on without a wait. Each call uses up a part of its turn, as a message does. For loops without
 * promises: when it returns false, wait with `sleep(0)`.
 */
export function mayGoOn(): boolean {
  return actor().mayGoOn()
}

/**
 * Takes the oldest message for which `wanted` returns true, if it is there: like `receive` with a time-out of 0, but without a promise.
 * For a process that waits in no other receive.
 */
export function takeNow<T>(wanted: (message: unknown) => message is T): T | undefined {
  const process = actor()
  process.surrender()
  const { mailbox } = process
  const found = mailbox.find(wanted)
  if (found === undefined) return undefined
  mailbox.take(found)
  return found.message as T
}

/** A position in a mailbox. */
export type Mark = Envelope | undefined

/** The end of the current process's mailbox, for a receive of a message that can only come later. */
export function endOfMail(): Mark {
  return actor().mailbox.last
}

/** Receives a message that arrived after a mark, otherwise as `receive` with a guard does. Messages before the mark are not tested. The BEAM's receive marker. */
export function receiveAfter<T>(
  mark: Mark,
  matches: (message: unknown) => message is T,
  timeout = Number.POSITIVE_INFINITY,
): Promise<T | undefined> {
  const process = actor()
  const waiter = new Waiter(process, [{ matches, handle: undefined }], undefined, mark)
  return process.receive(waiter, timeout) as Promise<T | undefined>
}

/** The most messages that are searched for an EXIT without an index. */
const FEW = 32

/**
 * Takes the oldest EXIT message of a process, if it is there: like `takeNow(exitOf(pid))`, but the cost does not depend on the length of
 * the mailbox. For supervisors.
 */
export function takeExit(pid: Pid): ExitMessage | undefined {
  const process = actor()
  process.surrender()
  // A mailbox of another class, such as a limited one, stays as it is.
  if (process.mailbox.length > FEW && process.mailbox.constructor === Mailbox) {
    process.mailbox = new ExitIndexMailbox(process.mailbox)
  }
  const { mailbox } = process
  const envelope = mailbox.exitOf(pid)
  if (envelope === undefined) return undefined
  mailbox.take(envelope)
  return envelope.message as ExitMessage
}

/** The same for a process whose EXIT, if there is one, was already sent. */
export function takeSentExit(pid: Pid): ExitMessage | undefined {
  actor().receivesAllSent()
  return takeExit(pid)
}

const OPTIONS: readonly string[] = ['timeout', 'onTimeout', 'signal']

/**
 * Whether the only argument of `receive` is options. `receive({ timeout: 0 })` takes any message; so a pattern cannot consist of
 * `timeout` or `signal` alone.
 */
function isOptions(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || isRevoked(value) || Array.isArray(value)) return false
  if (!Object.keys(value).every((key) => OPTIONS.includes(key))) return false
  return 'timeout' in value || isSignal((value as ReceiveOptions).signal)
}

function clausesOf(pattern: unknown): readonly Clause[] {
  if (isRevoked(pattern)) throw kernelError('BAD_PATTERN', { value: pattern })
  if (!Array.isArray(pattern)) return [{ matches: matcherOf(pattern), handle: undefined }]
  for (const clause of pattern) {
    if (typeof clause?.matches !== 'function') throw kernelError('BAD_PATTERN', { value: clause })
  }
  return pattern
}

/**
 * Waits until a message is in the mailbox, and leaves it there. On the BEAM this also frees memory; here it is
 * only a wait. Erlang's `hibernate/3` without the function.
 */
export async function hibernate(): Promise<void> {
  const process = actor()
  await process.receive(new Waiter(process, null, undefined), Number.POSITIVE_INFINITY)
}
