/** What only a server in a thread or program can suffer, there or in the kernel of the test; and what cannot be done to one that is really there. */
import { type IsolationOptions, isIsolable, isolateOf, isolationOf } from '../../isolation/index.js'
import { endProcess, errorLine, isError, isTime, Pid } from '../../kernel/index.js'
import { testingError } from '../errors.js'
import type { Target } from '../test-target.js'
import type { VirtualTimers } from '../time/virtual-timer-queue.js'
import type { VirtualKernel } from '../watched-kernel.js'

/** A thread or program, for a test. */
type Isolate = NonNullable<ReturnType<typeof isolateOf>>

/** Faults of isolated servers. */
export class IsolatedFaults {
  readonly #kernel: VirtualKernel
  readonly #timers: VirtualTimers
  /** Those here whose code does not yield, and until when. */
  readonly #blocked = new Map<Pid, number>()
  /** Errors that were sent into threads and programs, by what they say: what comes back is a copy. */
  readonly #sent = new Set<string>()

  constructor(kernel: VirtualKernel, timers: VirtualTimers) {
    this.#kernel = kernel
    this.#timers = timers
  }

  /** Has it throw where it really is. @returns whether it is elsewhere */
  crash(pid: Pid, thrown: unknown): boolean {
    const isolate = isolateOf(pid)
    if (isError(thrown) && isolate !== undefined) this.#sent.add(errorLine(thrown as Error))
    isolate?.suffer({ crash: thrown })
    return isolate !== undefined
  }

  /** @throws TEST_OPTION_INVALID, as the others */
  block(pid: Pid, ms: number): void {
    if (!isTime(ms)) throw invalid('block', 'ms', ms, 'milliseconds from 0')
    applyFault(pid, 'block', {
      really: (isolate) => isolate.suffer({ block: ms }),
      here: ({ blockedFor = Number.POSITIVE_INFINITY }) => {
        const until = Math.min(ms, blockedFor)
        this.#blocked.set(pid, this.#kernel.clock.now() + until)
        this.#timers.set(until, () => {
          this.#blocked.delete(pid)
          if (ms >= blockedFor) endProcess(pid, { blocked: blockedFor })
        })
      },
    })
  }

  exhaustHeap(pid: Pid): void {
    applyFault(pid, 'exhaustHeap', {
      really: (isolate) => isolate.suffer({ exhaustHeap: true }),
      here: ({ heapLimit }) => endProcess(pid, { heapLimit }),
    })
  }

  severCarrier(pid: Pid): void {
    applyFault(pid, 'severCarrier', {
      really: (isolate) => isolate.end('noconnection'),
      here: () => endProcess(pid, 'noconnection'),
    })
  }

  /** Until when what is sent to it has to wait; undefined where it is handled. */
  blockedUntil(pid: Pid): number | undefined {
    return this.#blocked.get(pid)
  }

  /** Whether a reason is an error that was sent into a thread. */
  isSent(reason: unknown): boolean {
    return this.#sent.size > 0 && isError(reason) && this.#sent.has(errorLine(reason as Error))
  }

  /** What is done inside of a process cannot be done from here in a thread. @throws TEST_FAULT_ELSEWHERE */
  mustBeHere(target: Target, action: string): void {
    if (this.#kernel.isolation !== 'real') return
    const isNamed = target instanceof Pid || typeof target !== 'object'
    const address: unknown = isNamed ? target : target.target
    const pid = typeof address === 'string' ? this.#kernel.whereis(address) : address
    const isElsewhere = pid instanceof Pid ? isolateOf(pid) !== undefined : isIsolable(target)
    const shown = typeof target === 'function' ? target.name : String(address)
    if (isElsewhere) throw testingError('TEST_FAULT_ELSEWHERE', { action, target: shown })
  }
}

function applyFault(
  pid: Pid,
  action: string,
  effect: { really(isolate: Isolate): void; here(isolation: IsolationOptions): void },
): void {
  const isolate = isolateOf(pid)
  const isolation = isolationOf(pid)
  if (isolate !== undefined) effect.really(isolate)
  else if (isolation !== undefined) effect.here(isolation)
  else throw invalid(action, 'target', pid, 'a server that runs isolated')
}

function invalid(action: string, option: string, value: unknown, expected: string): Error {
  return testingError('TEST_OPTION_INVALID', { action, option, value, expected })
}
