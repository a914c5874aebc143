/** `PoolRef`: the handle by which borrowers use a pool. */
import { inspect } from 'node:util'
import {
  type Addressed,
  addressOf,
  type CallOptions,
  call,
  type ServerRef,
  stop,
  whereisServer,
} from '../../genserver/index.js'
import {
  checkKnown,
  errorsOf,
  isThenable,
  isTimeout,
  KERNEL_ERRORS,
  type Pid,
  printed,
  RemotePid,
  rules,
  send,
} from '../../kernel/index.js'
import { supervisorError } from '../errors.js'
import { giveBack, Loan, untilLost } from './loan.js'
import { PoolMessage, PoolRefusal, PoolRequest } from './pool-message.js'
import type { PoolStatus } from './pool-server.js'

const kernelError = errorsOf(KERNEL_ERRORS)

/** The options of a borrower. */
export interface CheckOutOptions extends Pick<CallOptions, 'signal' | 'waitForRestart'> {
  /** Milliseconds to wait for a member, or `Infinity`. Default 5,000. */
  readonly timeout?: number | undefined
  /** Whether to wait when all members are lent. If false, the borrower is refused at once (POOL_FULL). Default true. */
  readonly wait?: boolean | undefined
  /** A value for the hook `lend` of the pool. */
  readonly request?: unknown
}

const CHECK_OUT_OPTIONS = ['timeout', 'wait', 'request', 'signal', 'waitForRestart']

/** Milliseconds beyond the time-out of the borrower that the pool has to answer. */
const GRACE = 1_000

/**
 * A reference to a pool, whose members are lent to one borrower at a time. Made by `poolRef` and `startPool`.
 *
 * The pool monitors each borrower. When a borrower dies, a resource is closed and replaced, and a worker is taken back. All functions
 * that take a server also take a `PoolRef`: `monitor(pool.target)`, `sys.getStatus(pool)`.
 *
 * @example
 * ```ts
 * const db = poolRef(Db)
 * const rows = await db.run((client) => client.query('select 1'))
 * ```
 */
export class PoolRef<R> implements Addressed {
  readonly #address: ServerRef

  /** Made by `poolRef` and `startPool`. */
  constructor(address: ServerRef) {
    this.#address = address
  }

  /** The pid or name that messages are sent to at this moment. */
  get target(): Pid | string {
    return addressOf(this.#address, 'poolRef')
  }

  get expected(): string | undefined {
    return (this.#address as Addressed).expected
  }

  /** The server of the pool at this moment; `undefined` if the name is not registered. */
  get pid(): Pid | undefined {
    return whereisServer(this.target)
  }

  /**
   * Borrows a member, calls `work` with it, and always gives it back. poolboy's `transaction`.
   *
   * When `work` fails, `run` rejects with its error, and the option `afterFailure` of the pool decides about the member. When the member
   * ends meanwhile, or the loan lasts longer than the pool's `loanTimeout`, `run` rejects with LOAN_LOST at once.
   *
   * @param work gets the borrowed member and the loan; it runs in the current process
   * @param options `timeout` to wait for a member, in milliseconds (default 5,000); and the others of `checkOut`
   * @returns the result of `work`
   * @throws the errors of `checkOut`; LOAN_LOST; the error of `work`. All of them reject.
   * @example
   * ```ts
   * const user = await poolRef(Db).run(async (client) => (await client.query('select now()')).rows[0])
   * ```
   */
  async run<T>(work: (resource: R, loan: Loan<R>) => T, options?: CheckOutOptions): Promise<Awaited<T>> {
    if (typeof work !== 'function') throw kernelError('NOT_A_FUNCTION', { action: 'run', value: work })
    const loan = await this.checkOut(options)
    try {
      const done = work(loan.resource, loan)
      const result = isThenable(done) ? await Promise.race([done, untilLost(loan)]) : done
      loan.checkIn()
      return result as Awaited<T>
    } catch (error) {
      giveBack(loan, 'failed')
      throw error
    }
  }

  /**
   * Borrows a member, which must be given back with `loan.checkIn()`. Prefer `run` where possible: it cannot forget to give the member back.
   *
   * @throws POOL_FULL when the queue is full, or `wait` is false and all members are lent; POOL_TIMEOUT when none came in time, with
   *   why members could not be opened as `cause`; POOL_ELSEWHERE for a borrower on another node or in another thread; CALL_NOPROC when there is
   *   no such pool; CALL_SERVER_EXITED when it ends meanwhile; CALL_TIMEOUT when it has not answered a second later; CALL_ABORTED; BAD_TIMEOUT; what the pool's `lend` returned. All of them reject.
   * @example
   * ```ts
   * const loan = await poolRef(Db).checkOut({ timeout: 1_000 })
   * await loan.resource.query('select 1')
   * loan.checkIn()
   * ```
   */
  async checkOut(options: CheckOutOptions = {}): Promise<Loan<R>> {
    checkKnown('checkOut', options, CHECK_OUT_OPTIONS)
    const { timeout = 5_000, wait = true, request, ...how } = options
    if (!isTimeout(timeout)) throw kernelError('BAD_TIMEOUT', { action: 'checkOut', value: timeout })
    if (!rules.flag.fits(wait)) {
      const expected = rules.flag.expected
      throw kernelError('BAD_OPTION', { action: 'checkOut', option: 'wait', value: wait, expected })
    }
    const loan = new Loan<R>()
    const { target } = this
    // A resource cannot be sent to another kernel, and a loan is an object that pool and borrower share.
    if (target instanceof RemotePid) throw supervisorError('POOL_ELSEWHERE', { pool: target })
    const asked = new PoolRequest('loan', loan, timeout, wait, request)
    let answer: unknown
    try {
      // The pool itself ends the wait, since it knows the reason; the time-out of the call is for a pool that does not answer at all.
      answer = await call(this, asked, {
        ...how,
        timeout: isTimeout(timeout + GRACE) ? timeout + GRACE : timeout,
      })
    } catch (error) {
      // A borrower that gives up may have been lent a member at the same moment.
      const pool = whereisServer(target)
      if (pool !== undefined) send(pool, new PoolMessage('cancelled', loan))
      throw error
    }
    if (PoolRefusal.is(answer)) throw errorOf(answer)
    return loan
  }

  /**
   * The status of the pool: numbers of members, borrowers and failures. poolboy's `status`.
   *
   * @throws the errors of `call`
   * @example
   * ```ts
   * const { idle, lent, waiting } = await poolRef(Db).status()
   * ```
   */
  async status(): Promise<PoolStatus> {
    return (await call(this, new PoolRequest('status'))) as PoolStatus
  }

  /**
   * Stops the pool with its members, and waits until they are closed. If the pool is a permanent child, its supervisor restarts it.
   * poolboy's `stop`.
   *
   * @param timeout milliseconds to wait; default `Infinity`
   * @throws the errors of `stop`
   */
  async stop(timeout?: number): Promise<void> {
    await stop((await call(this, new PoolRequest('supervisor'))) as Pid, 'normal', timeout)
  }

  toString(): string {
    return `PoolRef(${printed(this.#address)})`
  }

  [inspect.custom](): string {
    return this.toString()
  }
}

/** The error for the borrower. An error that `lend` returned is passed on as it is. */
function errorOf({ why, details }: PoolRefusal): Error {
  if (typeof why !== 'string') return why
  const { reason } = details
  return supervisorError(why, details, reason === undefined ? undefined : { cause: reason })
}
