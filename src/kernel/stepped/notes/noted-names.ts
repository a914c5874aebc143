import { NameTable } from '../../names/name-table.js'
import type { Process } from '../../process/process.js'
import type { Pid } from '../../terms/pid.js'
import type { SteppedProcess, StepsOfKernel } from '../stepped-process.js'

/** What notes which names a step has looked at. */
interface NamingKernel extends Pick<StepsOfKernel, 'note'> {
  noteOrder(list: string): void
}

/** A table of names that notes which of them a step has read or changed. */
export class NotedNames extends NameTable<Process> {
  readonly #kernel: NamingKernel

  /** The key of the process that had a name last. */
  readonly lastOwners = new Map<string, string>()

  constructor(kernel: NamingKernel) {
    super()
    this.#kernel = kernel
  }

  override get(name: string): Process | undefined {
    this.#kernel.note(`name ${name}`, 'read')
    return super.get(name)
  }

  override all(): string[] {
    this.#kernel.noteOrder('names')
    return super.all()
  }

  override check(name: string): void {
    this.#kernel.note(`name ${name}`, 'read')
    super.check(name)
  }

  override register(name: string, process: Process): void {
    this.#changed(name)
    this.#changedOf(process)
    super.register(name, process)
    this.lastOwners.set(name, (process as SteppedProcess).key)
  }

  override unregister(name: string): void {
    this.#kernel.note(`name ${name}`, 'read')
    super.unregister(name)
  }

  override release(process: Process): void {
    this.#changedOf(process)
    if (process.name !== undefined) this.#changed(process.name)
    super.release(process)
  }

  override expect(who: string | Pid, tell: () => void): () => void {
    this.#changed(titleOf(who))
    return super.expect(who, tell)
  }

  override tell(who: string | Pid): void {
    this.#changed(titleOf(who))
    super.tell(who)
  }

  override up(process: Process): void {
    if (process.name !== undefined) this.#changed(process.name)
    super.up(process)
  }

  #changed(name: string): void {
    this.#kernel.note(`name ${name}`, 'write')
    this.#kernel.note('names', 'merge')
  }

  #changedOf(process: Process): void {
    this.#kernel.note(`name of ${(process as SteppedProcess).key}`, 'write')
  }
}

/** Returns the title of an expected process. Pids differ from run to run, and few processes are expected during their init. */
function titleOf(who: string | Pid): string {
  return typeof who === 'string' ? who : 'of a process that starts'
}
