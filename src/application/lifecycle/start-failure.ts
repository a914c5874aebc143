import {
  type ExitReason,
  foreignCopyOf,
  HeartwoodError,
  hasOwn,
  isError,
  printed,
  read,
} from '../../kernel/index.js'
import { reasonLine } from '../../logging/index.js'
import { applicationError } from '../errors.js'
import { COPY, placeOf } from '../plan/planned-child.js'

/** The child that failed to start, and the reason. */
export interface Culprit {
  /** The path from the root down to the child; or the phase that failed. */
  readonly path: readonly string[]
  readonly reason: ExitReason
}

/** The child that caused a failed start. The reason of each supervisor on the way names its child. */
export function culpritOf(reason: ExitReason): Culprit {
  const phase = read(reason, 'failedStartPhase')
  if (typeof phase === 'string') return { path: [phase], reason: read(reason, 'reason') }
  const path = ['root']
  let at = reason
  for (let failed = failedChild(at); failed !== undefined; failed = failedChild(at)) {
    path.push(failed.id)
    at = failed.reason
  }
  return { path, reason: at }
}

function failedChild(reason: unknown): { id: string; reason: unknown } | undefined {
  const inner = read(reason, 'shutdown')
  const id = read(inner, 'failedToStartChild')
  return typeof id === 'string' ? { id, reason: read(inner, 'reason') } : undefined
}

/** The text of a reason. For common reasons it says what to do. */
export function explained(reason: ExitReason): string {
  const code = read(reason, 'code')
  const port = read(reason, 'port')
  if (read(reason, 'syscall') === 'listen' && typeof port === 'number') {
    const place = `port ${port} of ${printed(read(reason, 'address') ?? 'this machine')}`
    if (code === 'EADDRINUSE') {
      return `${place} is in use: another program listens there. Stop it or choose another port (EADDRINUSE)`
    }
    if (code === 'EACCES') return `${place} may not be opened by this user. Choose a port above 1023 (EACCES)`
  }
  const owner = read(reason, 'alreadyStarted')
  if (owner !== undefined) {
    return `what it is to be is there already: ${printed(owner)}. Has another child the same name?`
  }
  if (!isError(reason) && hasOwn(reason, 'badReturnValue')) {
    const given = read(reason, 'badReturnValue')
    const value = reasonLine(given)
    const copy = foreignCopyOf(given) ?? foreignCopyOf(read(given, 'pid'))
    if (copy !== undefined) {
      return `its start function returned ${value}, a process of another installed copy of heartwood (${placeOf(copy)}) than the one that runs it (${placeOf(COPY)}). Have one copy only: npm ls heartwood shows who brings the other`
    }
    return `its start function returned ${value}, and no pid. Return what startLink() gives`
  }
  if (HeartwoodError.is(reason)) return reason.message.replace(/\.$/, '')
  return reasonLine(reason)
}

/** The error for a failed start of an application. */
export function bootError(application: string, error: unknown): HeartwoodError {
  const { path, reason } = culpritOf(reasonBehind(error))
  return applicationError(
    'BOOT_FAILED',
    { application, culprit: path.join(' › '), reason: explained(reason) },
    { cause: reason },
  )
}

/** The reason in a START_FAILED error; any other value as it is. */
export function reasonBehind(error: unknown): ExitReason {
  return HeartwoodError.is(error, 'START_FAILED') ? error.details.reason : error
}
