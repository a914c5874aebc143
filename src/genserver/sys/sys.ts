/**
 * The debug functions of OTP's `sys`, for all servers of this layer. They cost nothing while none is switched on.
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

/** The counts of `sys.statistics`. */
export interface ServerStatistics {
  /** The start of the counting, in milliseconds since 1970. */
  readonly startTime: number
  readonly currentTime: number
  /** The number of handled messages: calls, casts and others. */
  readonly messagesIn: number
  /** The number of replies that the server's callbacks returned. */
  readonly messagesOut: number
}

/**
 * Traces a server, line by line: each message that it takes and each reply that it returns. OTP's `sys:trace/2,3`.
 *
 * @param to `true` writes reports of the kind `'trace'` and the level `'info'` to the log; a function gets the lines
 *   instead, inside the server; `false` ends the trace
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
 * Counts the messages of a server, or returns the counts. OTP's `sys:statistics/2,3`.
 *
 * @param flag `true` starts counting, `false` ends it, `'get'` returns the counts
 * @param timeout milliseconds; default 5,000
 * @returns for `'get'` the counts, or `'no_statistics'` if counting is off
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
 * Keeps the last events of a server, or returns them. OTP's `sys:log/2,3`.
 *
 * @param flag `true` keeps the last 10 events, a number keeps that many, `false` ends it, `'get'` returns the events
 * @param timeout milliseconds; default 5,000
 * @returns for `'get'` the events, oldest first
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
 * Installs a debug function, which gets all events of a server and runs inside it. OTP's `sys:install/2,3`.
 *
 * @param fn gets its state, the event and the server's name; returns its next state, or `'done'` to be removed
 * @param options `state` is the first state of the function; `id` names it for `remove`, default the function itself. If the id is
 *   installed already, nothing changes. `timeout` in milliseconds, default 5,000
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
 * Removes an installed debug function, by function or id. Nothing happens if it is not installed. OTP's `sys:remove/2,3`.
 *
 * @param timeout milliseconds; default 5,000
 * @throws as `call` does
 */
async function remove(server: ServerRef, id: unknown, timeout?: number): Promise<void> {
  await debug(server, (debugging) => debugging.remove(id), timeout)
}

/**
 * Ends all debugging of a server: trace, statistics, log and installed functions. OTP's `sys:no_debug/1,2`.
 *
 * @param timeout milliseconds; default 5,000
 * @throws as `call` does
 */
async function noDebug(server: ServerRef, timeout?: number): Promise<void> {
  await debug(server, (debugging) => debugging.removeAll(), timeout)
}

/**
 * The functions to inspect, suspend and debug a server from outside. OTP's module `sys`.
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
