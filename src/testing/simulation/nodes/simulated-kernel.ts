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
import { SimulationFaults } from '../faults/simulation-faults.js'

/** Crashes that are kept of a run. */
const CRASHES = 1_000

/** The kernel of a simulation, which keeps what matchers ask about: who lived, how it ended, and what crashed. */
export class SimulatedKernel extends SteppedKernel {
  readonly incarnations = new Incarnations()
  readonly #following: Disposable
  readonly trace: Recorder = new Recorder(this)
  readonly crashes: Crashes
  /** Told of what code throws, or leaves rejected, whose process has returned. */
  strayed: (pid: Pid, thrown: unknown) => void = () => {}
  /** What the kernel looks at for itself is nothing that a step depends on. */
  private keeping = false

  #faults: SimulationFaults | undefined
  readonly #pids = new Map<string, Pid>()

  constructor(options: SteppedKernelOptions) {
    super(options)
    this.#following = this.incarnations.follow(this)
    this.crashes = new Crashes(this, (reason) => this.#faults?.isInjected(reason) === true, CRASHES)
  }

  /** What may go wrong, once somebody asked for it. */
  get installed(): SimulationFaults | undefined {
    return this.#faults
  }

  get faults(): SimulationFaults {
    this.#faults ??= new SimulationFaults(this)
    return this.#faults
  }

  /** The run is over. */
  end(): void {
    this.#following[Symbol.dispose]()
  }

  /** The process of a key, dead or alive. */
  pidOf(key: string): Pid | undefined {
    return this.#pids.get(key)
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
    return this.unnoticed(() => {
      this.note('incarnations', 'merge')
      this.incarnations.progress(report)
      return this.crashes.note(report)?.expected === true
    })
  }

  override born({ pid, key }: Actor): void {
    this.#pids.set(key, pid)
    this.unnoticed(() => this.trace.spawned(pid, processInfo(pid, 'parent')))
  }

  override begins({ pid }: Actor): void {
    this.unnoticed(() => this.incarnations.began(pid))
  }

  override ends({ pid }: Actor, reason: ExitReason): void {
    this.unnoticed(() => {
      this.incarnations.known(pid)
      this.trace.exited(pid, reason)
    })
  }

  /** @internal */
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

  /** Looks at processes without a step that depends on it. */
  unnoticed<T>(keep: () => T): T {
    const before = this.keeping
    this.keeping = true
    try {
      return keep()
    } finally {
      this.keeping = before
    }
  }
}
