import type { Process } from '../process/process.js'
import { Alias, Monitor } from '../signals/monitor-record.js'
import { Pid, type RemotePid, routeOf } from '../terms/pid.js'
import { Reference, type RemoteReference } from '../terms/reference.js'
import type { ReferenceId } from './signal.js'
import { WeakTable } from './weak-table.js'

/** The number of aliases at which ended ones are removed. */
const FEW = 64

/** The ids for processes behind this kernel begin here: none of its own processes ever has one. */
const FRONTS = 2 ** 48

/** The pids and references of this kernel that other kernels know. They become the same objects again when they come back. */
export class ExportedTerms {
  readonly #pids = new WeakTable<number, Pid>()
  readonly #references = new WeakTable<ReferenceId, Reference>()
  /** The aliases. The process that made an alias need not keep it: it is valid until it ends. */
  readonly #aliases = new Map<ReferenceId, Reference>()
  #mostAliases = FEW
  /** The ids of terms of kernels behind this one. */
  readonly #fronts = new WeakMap<RemotePid | RemoteReference, number>()

  #lastFront = FRONTS

  constructor(readonly node: string) {}

  /** Returns the id by which other kernels know a process or a reference of a kernel that they reach only through this one. */
  front(term: RemotePid | RemoteReference): number {
    const known = this.#fronts.get(term)
    if (known !== undefined) return known
    const id = term instanceof Pid ? ++this.#lastFront : new Reference().id
    this.#fronts.set(term, id)
    if (term instanceof Pid) this.#pids.set(id, term)
    else this.#references.set(id, term)
    return id
  }

  addPid(pid: Pid): void {
    if (this.#pids.get(pid.id) !== pid) this.#pids.set(pid.id, pid)
  }

  /** Returns the pid with an id, dead or alive. Other kernels do not know ids that were never sent. */
  pid(id: number): Pid {
    const known = this.#pids.get(id)
    if (known !== undefined) return known
    const nobody = new Pid(this.node, id, undefined)
    this.#pids.set(id, nobody)
    return nobody
  }

  process(id: number): Process | undefined {
    const pid = this.#pids.get(id)
    return pid === undefined ? undefined : routeOf<Process>(pid)
  }

  addReference(ref: Reference): void {
    if (!isOpen(ref)) {
      if (this.#references.get(ref.id) !== ref) this.#references.set(ref.id, ref)
      return
    }
    if (this.#aliases.size >= this.#mostAliases) this.#sweepAliases()
    this.#aliases.set(ref.id, ref)
  }

  reference(id: ReferenceId): Reference | undefined {
    return this.#aliases.get(id) ?? this.#references.get(id)
  }

  #sweepAliases(): void {
    for (const [id, ref] of this.#aliases) {
      if (isOpen(ref)) continue
      this.#aliases.delete(id)
      this.#references.set(id, ref)
    }
    this.#mostAliases = Math.max(FEW, this.#aliases.size * 2)
  }
}

/** Whether a message through it would reach a process. */
function isOpen(ref: Reference): boolean {
  if (ref instanceof Alias) return ref.owner?.alive === true
  return ref instanceof Monitor && ref.alias !== undefined && ref.owner?.alive === true
}
