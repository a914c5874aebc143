import type { CallRequest } from '../../calls/pending-call.js'
import type { Probe } from '../../probe/probe.js'
import type { ExitReason } from '../../terms/exit-reason.js'
import { type Pid, routeOf } from '../../terms/pid.js'
import type { SteppedProcess } from '../stepped-process.js'

/** The probe of a stepped kernel, which lets faults strike inside engines. It does nothing unless a fault is to strike. */
export class StepProbe implements Probe {
  spawned(): void {}
  starts(): void {}
  sends(): boolean {
    return true
  }
  takes(): void {}
  suspends(): void {}
  replies(_call: CallRequest): boolean {
    return true
  }
  signals(): boolean {
    return true
  }
  exits(): void {}
  loses(): void {}

  handles(pid: Pid): void {
    const actor = routeOf<SteppedProcess>(pid)
    const effect = actor?.effect
    if (actor === undefined || effect === undefined) return
    actor.effect = undefined
    throw effect.thrown
  }

  terminates(pid: Pid, _reason: ExitReason): void | PromiseLike<void> {
    const actor = routeOf<SteppedProcess>(pid)
    const end = actor?.effectInTerminate
    if (actor === undefined || end === undefined) return
    actor.effectInTerminate = undefined
    if (end.what === 'hang in terminate') return new Promise(() => {})
    throw end.thrown
  }
}
