import {
  type AccessMode,
  type Actor,
  type ExitReason,
  HeartwoodError,
  type Pid,
  processInfo,
  type Report,
  read,
  SteppedKernel,
  type SteppedKernelOptions,
} from '../../../kernel/index.js'
import { Crashes } from '../../test-kernel/expected-crashes.js'
import { treeOf } from '../../test-kernel/process-tree.js'
import { Incarnations } from '../../test-kernel/restart-history.js'
import { Recorder } from '../../trace/index.js'

/** Crashes that are kept of a run. */
const CRASHES = 1_000

/** The kernel of a simulation, which keeps what matchers ask about: who lived, how it ended, and what crashed. */
export class SimulatedKernel extends SteppedKernel {
  readonly incarnations = new Incarnations()
  readonly trace: Recorder = new Recorder(this)
  readonly crashes: Crashes
  /** Told of what code throws, or leaves rejected, whose process has returned. */
  strayed: (pid: Pid, thrown: unknown) => void = () => {}
  /** What the kernel looks at for itself is nothing that a step depends on. */
  private keeping = false

  constructor(options: SteppedKernelOptions) {
    super(options)
    this.crashes = new Crashes(this, () => false, CRASHES)
  }

  tree(): string {
    return treeOf(this, this.trace.nameOf)
  }

  /** The run has a trace and a picture of its own. */
  timeline(): string {
    return ''
  }

  /** A step asks what was kept, which depends on who came and went. */
  asked(): void {
    this.noteOrder('processes')
    this.noteOrder('incarnations')
  }

  /** Takes note of a report; true for a crash that the program expects. */
  expects(report: Report): boolean {
    return this.#keep(() => {
      this.note('incarnations', 'merge')
      this.incarnations.progress(report)
      return this.crashes.note(report)?.expected === true
    })
  }

  override born({ pid }: Actor): void {
    this.#keep(() => this.trace.spawned(pid, processInfo(pid, 'parent')))
  }

  override begins({ pid }: Actor): void {
    this.#keep(() => this.incarnations.began(pid))
  }

  override ends({ pid }: Actor, reason: ExitReason): void {
    this.#keep(() => {
      this.incarnations.known(pid)
      this.trace.exited(pid, reason)
    })
  }

  override strayFailure(process: Parameters<SteppedKernel['strayFailure']>[0], thrown: unknown): void {
    super.strayFailure(process, thrown)
    const isOfItsEnd = HeartwoodError.is(thrown, 'PROCESS_DEAD') || read(thrown, 'name') === 'AbortError'
    if (process.reason === 'normal' && !isOfItsEnd) this.strayed(process.pid, thrown)
  }

  override note(thing: string, mode: AccessMode): void {
    if (!this.keeping || thing === 'incarnations') super.note(thing, mode)
  }

  override noteOrder(list: string): void {
    if (!this.keeping) super.noteOrder(list)
  }

  #keep<T>(keep: () => T): T {
    this.keeping = true
    try {
      return keep()
    } finally {
      this.keeping = false
    }
  }
}
