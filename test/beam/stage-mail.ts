/** What comes to the servers and machines of scenarios, and how their ends are told. */
import { HeartwoodError } from '../../src/kernel/index.js'
import { spelled } from './canon.js'
import type { Content } from './stage-scenario.js'

/** What comes to a server or a machine. */
export class Mail {
  constructor(readonly content: Content) {}
}

/** An exit reason as the trace spells it: a return that there is not is told in other words. */
export function reasonText(reason: unknown): string {
  if (HeartwoodError.is(reason)) return reason.code === 'BAD_RETURN_VALUE' ? 'bad_return' : reason.code
  if (
    typeof reason === 'object' &&
    reason !== null &&
    Object.keys(reason).some((key) => key.startsWith('bad'))
  )
    return 'bad_return'
  return spelled(reason)
}
