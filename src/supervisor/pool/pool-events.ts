/** Events of loans, published on a diagnostics channel. Without subscribers they cost one test of a flag. */
import { currentKernel, guardedChannel, type Kernel, type Pid } from '../../kernel/index.js'

/** The name of the channel of all steps of loans. */
export const POOL_LOANS = 'heartwood.pool.loan'

const loans = guardedChannel(POOL_LOANS)

/** The event of one step of a loan. */
export interface LoanEvent {
  readonly kernel: Kernel
  /** The server of the pool. */
  readonly pool: Pid
  /**
   * `'lent'`: a borrower got a member; `'returned'`: it gave the member back; `'failed'`: the loan ended with a failure of the borrower
   * or of the member; `'refused'`: nothing was lent; `'gave_up'`: the borrower died while it waited, or stopped waiting.
   */
  readonly step: 'lent' | 'returned' | 'failed' | 'refused' | 'gave_up'
  /** The borrower; `undefined` for code outside any process. */
  readonly borrower: Pid | undefined
  /**
   * Milliseconds that the borrower waited (`'lent'`, `'gave_up'`), or had the member (`'returned'`, `'failed'`); `undefined` for a loan
   * that began before the first subscriber, and for `'refused'`.
   */
  readonly ms: number | undefined
}

/** The fields of a borrower that events need. */
export interface ToldBorrower {
  readonly from: { readonly caller: Pid | undefined }
  /** The time of its request, in milliseconds of the kernel's clock. */
  readonly since: number
  /** The time when it got its member, if the channel had a subscriber then. */
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
