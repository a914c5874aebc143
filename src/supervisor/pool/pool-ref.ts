/** Pools as their borrowers have them. */
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

/** How a borrower asks for a member. */
export interface CheckOutOptions extends Pick<CallOptions, 'signal' | 'waitForRestart'> {
  /** Milliseconds to wait for a member, or `Infinity`. Default 5,000. */
  readonly timeout?: number | undefined
  /** False: it is refused at once (POOL_FULL) where it would have to wait for another borrower. Default true. */
  readonly wait?: boolean | undefined
  /** What the pool's `lend` is told. */
  readonly request?: unknown
}

const CHECK_OUT_OPTIONS = ['timeout', 'wait', 'request', 'signal', 'waitForRestart']

/** Milliseconds that a pool has to answer beyond what its borrower waits. */
const GRACE = 1_000

/**
 * A pool: members that are lent to one borrower at a time. Made by `poolRef` and `startPool`.
 *
 * The pool monitors each borrower: when that dies, its member is closed and replaced (of a resource), or taken back (of a
 * worker). All that takes a server takes a `PoolRef` too: `monitor(pool.target)`, `sys.getStatus(pool)`.
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

  /** What messages are addressed to at this moment. */
  get target(): Pid | string {
    return addressOf(this.#address, 'poolRef')
  }

  get expected(): string | undefined {
    return (this.#address as Addressed).expected
  }

  /** The process that lends, at this moment; `undefined` if the name is not registered. */
  get pid(): Pid | undefined {
    return whereisServer(this.target)
  }

  /**
   * Borrows a member for as long as `work` takes, and gives it back whatever happens. poolboy's `transaction`.
   *
   * When `work` fails, the member is treated as the pool's `afterFailure` says, and the failure is the caller's. When the member ends
   * meanwhile, or has been lent for longer than the pool's `loanTimeout`, the caller has LOAN_LOST at once.
   *
   * @param work gets what was borrowed, and the loan; it runs in the current process
   * @param options `timeout` to wait for a member, in milliseconds (default 5,000); and as for `checkOut`
   * @returns what `work` comes to
   * @throws as `checkOut`; LOAN_LOST; what `work` throws. All of them reject.
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
   * Borrows a member. It must be given back with `loan.checkIn()`; where `run` will do, that cannot be forgotten.
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
    // A resource cannot travel, and a loan is shared.
    if (target instanceof RemotePid) throw supervisorError('POOL_ELSEWHERE', { pool: target })
    const asked = new PoolRequest('loan', loan, timeout, wait, request)
    let answer: unknown
    try {
      // The pool keeps the time, since it can say what was in the way; this is for one that does not answer at all.
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
   * How the pool stands: who borrows, who waits, what has failed. poolboy's `status`.
   *
   * @throws as `call`
   * @example
   * ```ts
   * const { idle, lent, waiting } = await poolRef(Db).status()
   * ```
   */
  async status(): Promise<PoolStatus> {
    return (await call(this, new PoolRequest('status'))) as PoolStatus
  }

  /**
   * Stops the pool, its members with it, and waits until they are closed. One that a supervisor has as a permanent child is started again.
   * poolboy's `stop`.
   *
   * @param timeout milliseconds to wait; default `Infinity`
   * @throws as `stop`
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

/** What `lend` said is the borrower's as it is. */
function errorOf({ why, details }: PoolRefusal): Error {
  if (typeof why !== 'string') return why
  const { reason } = details
  return supervisorError(why, details, reason === undefined ? undefined : { cause: reason })
}
