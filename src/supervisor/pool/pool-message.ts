/** The messages and requests to the server of a pool: from its members, its borrowers and its timers. */

export type PoolEvent =
  /** The process of a member runs; the value is its pid. */
  | 'started'
  /** A member could not be started; the value is the reason. */
  | 'not started'
  /** A member is open; the value is its resource. */
  | 'opened'
  /** A member was reset or checked; the value is whether it is fit. */
  | 'tended'
  /** A member was in a phase for too long; the value is that phase. */
  | 'overdue'
  /** A loan has ended; the value says how. */
  | 'returned'
  /** A borrower gave up. It may have been lent a member at that moment without knowing. */
  | 'cancelled'
  /** A borrower has waited for its time-out. */
  | 'waited'
  /** A loan has lasted for `loanTimeout`. */
  | 'lent too long'
  | 'retry'
  | 'sweep'

/** A message to the server of a pool. It is a class, so that no plain object of a user is taken for one. */
export class PoolMessage {
  /** Marks instances of this class. */
  readonly #own = true

  constructor(
    readonly event: PoolEvent,
    /** The member, the borrower or the loan. */
    readonly about?: unknown,
    readonly value?: unknown,
  ) {}

  /** Whether a value is such a message. Tests the private field, not `instanceof`: any value can be sent, also a proxy that throws. */
  static is(message: unknown): message is PoolMessage {
    return typeof message === 'object' && message !== null && #own in message
  }
}

/** A request to the server of a pool: for a loan, for its status, or for the pid of its supervisor. */
export class PoolRequest {
  readonly #own = true

  constructor(
    readonly what: 'loan' | 'status' | 'supervisor',
    /** The empty `Loan` of the borrower. The other fields are only for a loan. */
    readonly loan?: object,
    /** Milliseconds to wait for a member. */
    readonly timeout = 0,
    /** Whether the borrower waits when all members are lent. */
    readonly wait = false,
    readonly request?: unknown,
  ) {}

  static is(request: unknown): request is PoolRequest {
    return typeof request === 'object' && request !== null && #own in request
  }
}

/** The refusal of a loan. The error of a code is made in the caller, so that its stack leads there. */
export class PoolRefusal {
  readonly #own = true

  constructor(
    /** The error that the hook `lend` returned, or a code. */
    readonly why: Error | PoolRefusalCode,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {}

  static is(answer: unknown): answer is PoolRefusal {
    return typeof answer === 'object' && answer !== null && #own in answer
  }
}

export type PoolRefusalCode = 'POOL_FULL' | 'POOL_TIMEOUT'
