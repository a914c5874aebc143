/** What a pool publishes of its loans; while nobody subscribes, that costs a look at a flag. */
import { currentKernel, guardedChannel, type Kernel, type Pid } from '../../kernel/index.js'

/** The name of the channel on which every step of a loan is published. */
export const POOL_LOANS = 'heartwood.pool.loan'

const loans = guardedChannel(POOL_LOANS)

/** A step of a loan. */
export interface LoanEvent {
  readonly kernel: Kernel
  /** The process that lends. */
  readonly pool: Pid
  /**
   * `'lent'`: a borrower has a member; `'returned'`: it gave it back; `'failed'`: the loan ended with the failure of the borrower
   * or of the member; `'refused'`: nothing was lent; `'gave_up'`: the borrower died or waited no longer.
   */
  readonly step: 'lent' | 'returned' | 'failed' | 'refused' | 'gave_up'
  /** Who borrows; undefined for code outside any process. */
  readonly borrower: Pid | undefined
  /**
   * Milliseconds that the borrower waited (`'lent'`, `'gave_up'`), or had the member (`'returned'`, `'failed'`); undefined where it was
   * lent before anybody subscribed, and for `'refused'`.
   */
  readonly ms: number | undefined
}

/** What is told of a borrower. */
export interface ToldBorrower {
  readonly from: { readonly caller: Pid | undefined }
  /** When it asked, in milliseconds of the kernel's clock. */
  readonly since: number
  /** When it got its member, if somebody subscribed then. */
  lentAt?: number | undefined
}

export function publishLoan(pool: Pid, step: LoanEvent['step'], borrower: ToldBorrower): void {
  if (!loans.hasSubscribers) return
  const kernel = currentKernel()
  const now = kernel.now()
  const begun = step === 'lent' || step === 'gave_up' ? borrower.since : borrower.lentAt
  if (step === 'lent') borrower.lentAt = now
  const ms = begun === undefined || step === 'refused' ? undefined : now - begun
  loans.publish({ kernel, pool, step, borrower: borrower.from.caller, ms } satisfies LoanEvent)
}
