/** The requests to a supervisor by `startChild` and the functions beside it, and the answers. */

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

/** A request to a supervisor. It is a class, so that no plain object of a user is taken for one. */
export class SupervisorRequest {
  /** Marks instances of this class: see `is`. */
  readonly #own = true

  constructor(
    readonly operation: Operation,
    /** The spec, the id or the pid of a child, or a number of partitions. */
    readonly argument: unknown,
  ) {}

  /** Whether a value is a request. Tests the private field, not `instanceof`: any value can be sent, also a proxy that throws. */
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

/** The answer of a supervisor: a result, a refusal, or the error of an argument that is invalid. */
export type Answer = { readonly ok: unknown } | Refusal | { readonly invalid: unknown }

/** A refusal, as a code and details. The error is made in the caller, so that its stack leads there. */
export interface Refusal {
  readonly refused: SupervisorErrorCode | 'ALREADY_STARTED'
  readonly details: Readonly<Record<string, unknown>>
}

/** Makes a refusal. @param child the id or pid that the caller gave */
export function refusal(
  supervisor: Reporting,
  refused: Refusal['refused'],
  child: unknown,
  details: Readonly<Record<string, unknown>> = {},
): Refusal {
  return { refused, details: { supervisor: titleOf(supervisor), child, ...details } }
}

/**
 * The message that a supervisor sends to itself after a failed restart, so that the next attempt comes after the messages in its
 * mailbox. It is also the message at the end of a wait before a restart; then it contains the wait.
 */
export class TryAgain<Key> {
  constructor(
    readonly child: Key,
    readonly wait?: Wait,
  ) {}
}
