import { HeartwoodError, type Kernel, type Pid } from '../../../kernel/index.js'
import { divertFailures } from '../../test-kernel/program-footprint.js'

let runs = 0
let diverted: Disposable | undefined

/**
 * Makes what no code caught the exit reason of the process it comes from, as in a program that contains its failures, until
 * disposed of. Runs that are made at the same time share it: what they put aside is put back by the last.
 */
export function containFailures(kernel: Kernel): Disposable {
  runs++
  // Which kernel is asked does not matter: each knows the processes of all.
  diverted ??= divertFailures((reason, promise) => kernel.contain(reason, promise))
  return {
    [Symbol.dispose]: () => {
      runs--
      if (runs > 0) return
      diverted?.[Symbol.dispose]()
      diverted = undefined
    },
  }
}

/** What only an exit signal says, whatever a program may throw. */
const SIGNALS: readonly unknown[] = ['killed', 'kill', 'shutdown', 'normal', 'noproc', 'noconnection']

/** What the program threw may be no error: it is told as it was thrown, if it was no signal that ended the program. */
export function thrownBy(error: unknown, main: Pid | undefined): unknown {
  if (!HeartwoodError.is(error, 'PROCESS_EXITED') || error.details.pid !== main) return error
  const { reason } = error.details
  return SIGNALS.includes(reason) ? error : reason
}
