/** Loans: a `Loan` is a borrower's handle of the pool member that it has borrowed. */
import { inspect } from 'node:util'
import { type ExitReason, type HeartwoodError, type Pid, send } from '../../kernel/index.js'
import { supervisorError } from '../errors.js'
import { PoolMessage } from './pool-message.js'

/** How a loan ends: in an orderly way, with a failure of the borrower, or with the request to replace the member. */
export type LoanEnd = 'well' | 'failed' | 'removed'

/** Gives a loan its member; called by the pool. Like the functions below it is internal to the layer. */
export let grant: (loan: Loan<unknown>, pool: Pid, resource: unknown) => void
/** Ends a loan whose member is gone; called by the pool. */
export let lose: (loan: Loan<unknown>, reason: ExitReason) => void
/** Gives the member back; called for the borrower. */
export let giveBack: (loan: Loan<unknown>, how: LoanEnd) => void
/** Returns a promise that rejects with LOAN_LOST when the member is gone. */
export let untilLost: (loan: Loan<unknown>) => Promise<never>

/**
 * A loan of a pool member, made by `checkOut` for the current process. It ends when the member is given back, when the borrower
 * dies, and when the member ends or is taken away. After that its methods have no effect.
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
  /** Resolves `lost`, if it was asked for. */
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

  /** Whether the loan has ended. */
  get isOver(): boolean {
    return this.#isOver
  }

  /**
   * The borrowed resource, or the worker.
   *
   * @throws LOAN_OVER after it was given back; LOAN_LOST when the member is gone
   */
  get resource(): R {
    if (this.#lost !== undefined) throw this.#lost
    if (this.#isOver) throw supervisorError('LOAN_OVER', { pool: this.#pool })
    return this.#resource as R
  }

  /** A promise that resolves with LOAN_LOST if the member ends, or is taken away, during the loan; else never. */
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

  /** Gives the member back to be closed and replaced, since it is not fit for another borrower. */
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
