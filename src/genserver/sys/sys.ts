/**
 * Watching a running server: OTP's debug functions of `sys`, for every server of this layer. They cost nothing until
 * one is switched on.
 */
import {
  checkFunction,
  checkKnown,
  currentKernel,
  errorsOf,
  KERNEL_ERRORS,
  processInfo,
  self,
} from '../../kernel/index.js'
import type { ServerRef } from '../client/server-address.js'
import { changeCode } from './code-change.js'
import { type DebugEvent, type DebugFunction, debugLine } from './debug-events.js'
import { debug, getState, getStatus, replaceState, resume, showState, suspend } from './sys-requests.js'

const TRACE = Symbol('trace')
const STATISTICS = Symbol('statistics')
const LOG = Symbol('log')

const kernelError = errorsOf(KERNEL_ERRORS)

/** What `sys.statistics` counts. */
export interface ServerStatistics {
  /** When the counting began, in milliseconds since 1970. */
  readonly startTime: number
  readonly currentTime: number
  /** Calls, casts and other messages that were handled. */
  readonly messagesIn: number
  /** Replies that the server's callbacks returned. */
  readonly messagesOut: number
}

/**
 * Tells what a server does, line by line: each message it takes and each reply it gives. OTP's `sys:trace/2,3`.
 *
 * @param to `true`: reports of the kind `'trace'` and the level `'info'` go to the log; a function gets the lines
 *   instead, inside the server; `false` ends it
 * @param timeout milliseconds; default 5,000
 * @throws as `call` does
 * @example
 * ```ts
 * await sys.trace('counter', (line) => console.log(line)) // *DBG* counter <0.12> got call add from <0.3>
 * ```
 */
async function trace(
  server: ServerRef,
  to: boolean | ((line: string) => void),
  timeout?: number,
): Promise<void> {
  if (typeof to !== 'boolean' && typeof to !== 'function')
    throw kernelError('BAD_OPTION', {
      action: 'sys.trace',
      option: 'to',
      value: to,
      expected: 'true, false or a function',
    })
  await debug(
    server,
    (debugging) => {
      debugging.remove(TRACE)
      if (to === false) return
      const print = to === true ? report : to
      debugging.install(TRACE, (_: never, event, name) => print(debugLine(event, name)), undefined)
    },
    timeout,
  )
}

function report(message: string): void {
  const pid = self()
  currentKernel().report({
    level: 'info',
    kind: 'trace',
    message,
    pid,
    name: processInfo(pid, 'registeredName'),
  })
}

/**
 * Counts the messages of a server, or tells the counts. OTP's `sys:statistics/2,3`.
 *
 * @param flag `true` begins to count, `false` ends it, `'get'` asks
 * @param timeout milliseconds; default 5,000
 * @returns for `'get'`: the counts, or `'no_statistics'` when nothing is counted
 * @throws as `call` does
 * @example
 * ```ts
 * await sys.statistics('counter', true)
 * await sys.statistics('counter', 'get') // { messagesIn: 1, messagesOut: 1, … }
 * ```
 */
async function statistics(
  server: ServerRef,
  flag: 'get',
  timeout?: number,
): Promise<ServerStatistics | 'no_statistics'>
async function statistics(server: ServerRef, flag: boolean, timeout?: number): Promise<void>
async function statistics(server: ServerRef, flag: boolean | 'get', timeout?: number): Promise<unknown> {
  if (typeof flag !== 'boolean' && flag !== 'get')
    throw kernelError('BAD_OPTION', {
      action: 'sys.statistics',
      option: 'flag',
      value: flag,
      expected: "true, false or 'get'",
    })
  return debug(
    server,
    (debugging) => {
      const currentTime = currentKernel().clock.wallTime()
      if (flag === 'get') {
        const counts = debugging.stateOf(STATISTICS)
        return counts === undefined ? 'no_statistics' : { ...counts, currentTime }
      }
      if (!flag) return debugging.remove(STATISTICS)
      return debugging.install(STATISTICS, counted, { startTime: currentTime, messagesIn: 0, messagesOut: 0 })
    },
    timeout,
  )
}

function counted(counts: Omit<ServerStatistics, 'currentTime'>, { type }: DebugEvent): unknown {
  if (type === 'in') return { ...counts, messagesIn: counts.messagesIn + 1 }
  return type === 'out' ? { ...counts, messagesOut: counts.messagesOut + 1 } : counts
}

/**
 * Keeps the last events of a server, or tells them. OTP's `sys:log/2,3`.
 *
 * @param flag `true` keeps the last 10, a number that many, `false` ends it, `'get'` asks
 * @param timeout milliseconds; default 5,000
 * @returns for `'get'`: the events, oldest first; none when nothing is kept
 * @throws as `call` does
 * @example
 * ```ts
 * await sys.log('counter', 100)
 * const events = await sys.log('counter', 'get')
 * ```
 */
async function log(server: ServerRef, flag: 'get', timeout?: number): Promise<readonly DebugEvent[]>
async function log(server: ServerRef, flag: boolean | number, timeout?: number): Promise<void>
async function log(server: ServerRef, flag: boolean | number | 'get', timeout?: number): Promise<unknown> {
  if (typeof flag !== 'boolean' && typeof flag !== 'number' && flag !== 'get')
    throw kernelError('BAD_OPTION', {
      action: 'sys.log',
      option: 'flag',
      value: flag,
      expected: "true, false, a number of events or 'get'",
    })
  return debug(
    server,
    (debugging) => {
      const kept = (debugging.stateOf(LOG) ?? []) as readonly DebugEvent[]
      if (flag === 'get') return kept
      debugging.remove(LOG)
      if (flag === false) return undefined
      const size = flag === true ? 10 : flag
      const keep = (events: readonly DebugEvent[], event: DebugEvent) => [...events, event].slice(-size)
      return debugging.install(LOG, keep, kept.slice(-size))
    },
    timeout,
  )
}

/**
 * Has a function of yours told of all that a server does; it runs inside the server. OTP's `sys:install/2,3`.
 *
 * @param fn gets its state, the event and the server's name; returns its next state, or `'done'` to be removed
 * @param options `state` it begins with; `id` to remove it by, default the function itself. An id that is there already
 *   changes nothing. `timeout` in milliseconds, default 5,000
 * @throws as `call` does
 * @example
 * ```ts
 * await sys.install('counter', (seen: number, event) => (event.type === 'in' ? seen + 1 : seen), { state: 0 })
 * ```
 */
async function install<State = undefined>(
  server: ServerRef,
  fn: DebugFunction<State>,
  options: { readonly state?: State; readonly id?: unknown; readonly timeout?: number } = {},
): Promise<void> {
  checkFunction(fn, 'sys.install')
  checkKnown('sys.install', options, ['state', 'id', 'timeout'])
  await debug(
    server,
    (debugging) => debugging.install(options.id ?? fn, fn as DebugFunction, options.state),
    options.timeout,
  )
}

/**
 * Removes what `install` installed, by function or id; nothing happens if it is not there. OTP's `sys:remove/2,3`.
 *
 * @param timeout milliseconds; default 5,000
 * @throws as `call` does
 */
async function remove(server: ServerRef, id: unknown, timeout?: number): Promise<void> {
  await debug(server, (debugging) => debugging.remove(id), timeout)
}

/**
 * Ends all debugging of a server: trace, statistics, log and what was installed. OTP's `sys:no_debug/1,2`.
 *
 * @param timeout milliseconds; default 5,000
 * @throws as `call` does
 */
async function noDebug(server: ServerRef, timeout?: number): Promise<void> {
  await debug(server, (debugging) => debugging.removeAll(), timeout)
}

/**
 * Looking into a server from outside, and holding it still: OTP's module `sys`.
 *
 * @example
 * ```ts
 * await sys.trace('counter', true)
 * const state = await sys.getState('counter')
 * ```
 */
export const sys = {
  changeCode,
  getState,
  getStatus,
  install,
  log,
  noDebug,
  remove,
  replaceState,
  resume,
  showState,
  statistics,
  suspend,
  trace,
} as const
