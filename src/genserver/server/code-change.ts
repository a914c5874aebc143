/** The change of a server's code: it finds the new callbacks and computes their state. */
import { type Pid, printed } from '../../kernel/index.js'
import { InstanceCallbacks } from '../class-form/class-callbacks.js'
import { definitionOf, isServerClass } from '../class-form/handler-table.js'
import { successor } from '../class-form/succession.js'
import { genServerError } from '../errors.js'
import { describe } from '../sys/server-report.js'
import type { CodeChange } from '../sys/sys-requests.js'
import type { Awaitable, Callbacks } from './callbacks.js'

/** The key of a method with which callbacks of a layer above take new code themselves. For a supervisor that is a new list of children. */
export const TAKES_CODE: unique symbol = Symbol('takes code')

/** Callbacks that take new code themselves. */
export interface TakingCode<State> {
  [TAKES_CODE](state: State, to: unknown, extra: unknown): Awaitable<State>
}

type AnyCallbacks = Callbacks<unknown, never> & Partial<TakingCode<unknown>>

/** @throws CODE_CHANGE_UNFIT; every error that the new code throws */
export async function codeAfter(
  pid: Pid,
  before: object,
  state: unknown,
  { to, told, extra }: CodeChange,
): Promise<{ readonly callbacks: unknown; readonly state: unknown }> {
  const old = before as AnyCallbacks
  const takes = old[TAKES_CODE]
  if (takes !== undefined) return { callbacks: before, state: await takes(state, to, extra) }
  const oldVersion = told === undefined ? old.version : told.oldVersion
  if (isServerClass(to)) {
    const definition = definitionOf(to)
    if (definition.engine !== undefined) throw unfit(pid, to, 'a state machine')
    const callbacks = InstanceCallbacks.of(to, definition)
    return { callbacks, state: await successor(to, definition, state, { oldVersion, extra }) }
  }
  const next = to as AnyCallbacks
  if (typeof to !== 'object' || to === null || typeof next.init !== 'function') throw unfit(pid, to)
  if (next.codeChange === undefined) return { callbacks: to, state }
  return { callbacks: to, state: await next.codeChange(state, oldVersion, extra) }
}

function unfit(pid: Pid, to: unknown, what = printed(to)): Error {
  const expected = 'a class with a handler table, or callbacks with at least init'
  return genServerError('CODE_CHANGE_UNFIT', {
    server: describe(pid),
    value: what,
    kind: 'a server',
    expected,
  })
}
