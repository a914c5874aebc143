/** What a supervisor is asked by `startChild` and its like, and what it answers. */

import { portable } from '../../kernel/index.js'
import type { SupervisorErrorCode } from '../errors.js'
import type { Wait } from '../restart-backoff.js'
import { type Reporting, titleOf } from './supervisor-report.js'

export type Operation =
  | 'startChild'
  | 'terminateChild'
  | 'restartChild'
  | 'deleteChild'
  | 'whichChildren'
  | 'countChildren'
  | 'getChildSpec'
  | 'resizePartitions'

/** A class of its own, so that no plain request can be taken for one. */
export class SupervisorRequest {
  /** By which it is told: see `is`. */
  readonly #own = true

  constructor(
    readonly operation: Operation,
    /** A spec, an id, a pid or a number. */
    readonly argument: unknown,
  ) {}

  /** Told by a private field, not by `instanceof`: a request is anybody's value, and may be a proxy that throws. */
  static is(request: unknown): request is SupervisorRequest {
    return typeof request === 'object' && request !== null && #own in request
  }

  toString(): string {
    return this.operation
  }
}

portable(SupervisorRequest, {
  name: 'heartwood.SupervisorRequest',
  fields: ({ operation, argument }) => [operation, argument],
  make: ([operation, argument]: [Operation, unknown]) => new SupervisorRequest(operation, argument),
})

/** What a supervisor answers: a result, a refusal, or that the request made no sense, for which the error says why. */
export type Answer = { readonly ok: unknown } | Refusal | { readonly invalid: unknown }

/** The error itself is made where it is thrown, in the caller, so that its stack leads there. */
export interface Refusal {
  readonly refused: SupervisorErrorCode | 'ALREADY_STARTED'
  readonly details: Readonly<Record<string, unknown>>
}

/** @param child what the caller called it: its id or its pid */
export function refusal(
  supervisor: Reporting,
  refused: Refusal['refused'],
  child: unknown,
  details: Readonly<Record<string, unknown>> = {},
): Refusal {
  return { refused, details: { supervisor: titleOf(supervisor), child, ...details } }
}

/**
 * Sent by a supervisor to itself when a restart failed: the next attempt waits its turn behind what is queued. Also when
 * the wait before a restart is over, which it then carries.
 */
export class TryAgain<Key> {
  constructor(
    readonly child: Key,
    readonly wait?: Wait,
  ) {}
}
