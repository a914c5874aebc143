/** A loan: a member of a pool in the hands of a borrower. */
import { inspect } from 'node:util'
import { type ExitReason, type HeartwoodError, type Pid, send } from '../../kernel/index.js'
import { supervisorError } from '../errors.js'
import { PoolMessage } from './pool-message.js'

/** How a loan ends: in good order, with the borrower's failure, or with the wish that the member be replaced. */
export type LoanEnd = 'well' | 'failed' | 'removed'

/** The pool lends a member. Not exported from the layer, as those below. */
export let grant: (loan: Loan<unknown>, pool: Pid, resource: unknown) => void
/** The pool tells that the member is gone. */
export let lose: (loan: Loan<unknown>, reason: ExitReason) => void
/** The borrower gives the member back. */
export let giveBack: (loan: Loan<unknown>, how: LoanEnd) => void
/** Rejects once the member is gone. */
export let untilLost: (loan: Loan<unknown>) => Promise<never>

/**
 * A member of a pool that the current process has borrowed with `checkOut`. It is over when it is given back, when the borrower
 * dies, and when the member ends or is taken away; whatever is done with it then has no effect.
 *
 * @example
 * ```ts
 * const loan = await poolRef(Db).checkOut()
 * try {
 *   await loan.resource.query('select 1')
 * } finally {
 *   loan.checkIn()
 * }
 * ```
 */
export class Loan<R> {
  #pool: Pid | undefined = undefined
  #resource: R | undefined = undefined
  #lost: HeartwoodError | undefined = undefined
  #isOver = false
  /** Who waits to hear that the member is gone. */
  #tell: ((lost: HeartwoodError) => void) | undefined = undefined
  #whenLost: Promise<HeartwoodError> | undefined = undefined

  static {
    grant = (loan, pool, resource) => {
      loan.#pool = pool
      loan.#resource = resource
    }
    lose = (loan, reason) => {
      if (loan.#isOver) return
      loan.#isOver = true
      loan.#lost = supervisorError('LOAN_LOST', { pool: loan.#pool, reason }, { cause: reason })
      loan.#resource = undefined
      loan.#tell?.(loan.#lost)
    }
    giveBack = (loan, how) => loan.#end(how)
    untilLost = async (loan) => {
      throw await loan.lost
    }
  }

  /** Whether it is over. */
  get isOver(): boolean {
    return this.#isOver
  }

  /**
   * What was borrowed.
   *
   * @throws LOAN_OVER once it was given back; LOAN_LOST once the member is gone
   */
  get resource(): R {
    if (this.#lost !== undefined) throw this.#lost
    if (this.#isOver) throw supervisorError('LOAN_OVER', { pool: this.#pool })
    return this.#resource as R
  }

  /** Resolves with LOAN_LOST when the member ends, or is taken away, while it is lent; otherwise never. */
  get lost(): Promise<HeartwoodError> {
    this.#whenLost ??= new Promise((resolve) => {
      if (this.#lost === undefined) this.#tell = resolve
      else resolve(this.#lost)
    })
    return this.#whenLost
  }

  /** Gives the member back. */
  checkIn(): void {
    this.#end('well')
  }

  /** Gives the member back to be closed and replaced: it is not fit for another borrower. */
  remove(): void {
    this.#end('removed')
  }

  [Symbol.dispose](): void {
    this.#end('well')
  }

  #end(how: LoanEnd): void {
    if (this.#isOver || this.#pool === undefined) return
    this.#isOver = true
    this.#resource = undefined
    send(this.#pool, new PoolMessage('returned', this, how))
  }

  toString(): string {
    return `Loan(${this.#pool ?? 'not yet lent'})`
  }

  [inspect.custom](): string {
    return this.toString()
  }
}
