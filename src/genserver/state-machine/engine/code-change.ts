/** What a machine can go on as when its code is changed. */
import type { Behaviour } from '../../../kernel/index.js'
import { definitionOf, isServerClass } from '../../class-form/handler-table.js'
import { genServerError } from '../../errors.js'
import { engine, isStartable } from '../../server/custom-engine.js'

/** What would run if `to` were started; undefined for what is no machine. */
export function machineFrom(to: unknown): Behaviour | undefined {
  if (isStartable(to)) return to[engine](undefined, false)
  if (!isServerClass(to)) return undefined
  const definition = definitionOf(to)
  return definition.engine?.(to, definition, undefined, false)
}

export function unfit(to: unknown, server: string): Error {
  const expected = 'a machine of stateMachine, or a class with the handlers of one'
  return genServerError('CODE_CHANGE_UNFIT', { server, value: to, kind: 'a state machine', expected })
}
