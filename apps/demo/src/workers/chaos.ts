import { HeartwoodError, ref, sendAfter, spawn } from 'heartwood'
import type { Crash } from '../web/ports.js'
import type { Faults } from './faults.js'
import { CRASH_TIMER, Worker } from './worker.js'

/** Crashes the worker of that name, in the way that is asked for. One that is just dead stays unharmed. */
export function crashWorker(worker: string, how: Crash, faults: Faults): void {
  const victim = ref(Worker, worker)
  if (how === 'call') {
    // A process of its own, for a worker that crashes itself could not wait for the answer of its own call.
    spawn(() => victim.call.crashInCall().catch(expectDeath))
  } else if (how === 'timer') {
    sendAfter(1, worker, CRASH_TIMER)
  } else if (how === 'rejection') {
    victim.cast.crashInRejection()
  } else {
    if (how === 'init') faults.arm(worker)
    victim.cast.crashInCast()
  }
}

function expectDeath(error: unknown): void {
  if (HeartwoodError.is(error, 'CALL_SERVER_EXITED') || HeartwoodError.is(error, 'CALL_NOPROC')) return
  throw error
}
