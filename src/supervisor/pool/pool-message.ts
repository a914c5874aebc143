/** What a pool is told by its members, its borrowers and its timers. */

export type PoolEvent =
  /** A member's process runs; the value is its pid. */
  | 'started'
  /** A member could not be started; the value is the reason. */
  | 'not started'
  /** A member is open; the value is its resource. */
  | 'opened'
  /** A member was reset or checked; the value is whether it is fit. */
  | 'tended'
  /** A member took too long to open, or to be reset or checked, or to end; the value is what it was at. */
  | 'overdue'
  /** A loan is over; the value says how. */
  | 'returned'
  /** A borrower gave up while it waited, or does not know that it has a loan. */
  | 'cancelled'
  /** A borrower has waited long enough. */
  | 'waited'
  /** A loan has lasted long enough. */
  | 'lent too long'
  | 'retry'
  | 'sweep'

/** A class of its own, so that no message of others can be taken for one. */
export class PoolMessage {
  /** By which it is told. */
  readonly #own = true

  constructor(
    readonly event: PoolEvent,
    /** The member or the loan. */
    readonly about?: unknown,
    readonly value?: unknown,
  ) {}

  /** Told by a private field, not by `instanceof`: a message is anybody's value, and may be a proxy that throws. */
  static is(message: unknown): message is PoolMessage {
    return typeof message === 'object' && message !== null && #own in message
  }
}

/** What a pool is asked: to lend a member, how it stands, or who supervises it. */
export class PoolRequest {
  readonly #own = true

  constructor(
    readonly what: 'loan' | 'status' | 'supervisor',
    /** The loan that the borrower wants; the rest is about it. */
    readonly loan?: object,
    /** Milliseconds to wait for a member. */
    readonly timeout = 0,
    /** Whether it may wait until another borrower gives one back. */
    readonly wait = false,
    readonly request?: unknown,
  ) {}

  static is(request: unknown): request is PoolRequest {
    return typeof request === 'object' && request !== null && #own in request
  }
}

/** Why nothing is lent. The error of a code is made in the caller, so that its stack leads there. */
export class PoolRefusal {
  readonly #own = true

  constructor(
    /** What `lend` said, or a code. */
    readonly why: Error | PoolRefusalCode,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {}

  static is(answer: unknown): answer is PoolRefusal {
    return typeof answer === 'object' && answer !== null && #own in answer
  }
}

export type PoolRefusalCode = 'POOL_FULL' | 'POOL_TIMEOUT'
