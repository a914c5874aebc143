/** The history of restarts: the instances of a name, and of a child of a supervisor. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type Kernel, Pid, type Report } from '../../kernel/index.js'
import {
  type ChildStart,
  isProgressReport,
  SUPERVISOR_STARTS,
  seenSupervisor,
} from '../../supervisor/index.js'
import { processItem } from '../process-item.js'

/** The number of instances that are kept for one place in a tree: the last ones, the oldest first. */
const KEPT = 64

export class Incarnations {
  /** The instances by registered name, or by the printed form of a name that a registry keeps. */
  readonly #named = new Map<string, Pid[]>()
  /** The names that registries keep. */
  readonly #kept = new WeakMap<Pid, string>()
  readonly #labelled = new Map<string, Pid[]>()
  /** The instances by supervisor and id. */
  readonly #children = new Map<string, Pid[]>()
  /**
   * The instances of children of dynamic supervisors, which may share an id: by the object that the supervisor keeps of a child over all
   * restarts.
   */
  readonly #dynamic = new WeakMap<object, Pid[]>()
  readonly #places = new WeakMap<Pid, Pid[]>()
  readonly #up = new WeakSet<Pid>()
  /** When the test last used an instance, as a growing number. */
  readonly #met = new WeakMap<Pid, number>()
  #meetings = 0
  readonly #supervisors = new WeakSet<Pid>()
  /** The specs of the children that are being started, by supervisor. */
  readonly #starting = new WeakMap<Pid, object>()
  /** The specs of processes. A supervisor keeps one object of a child over all its restarts. */
  readonly #specs = new WeakMap<Pid, object>()
  /** The specs of children that have run. */
  readonly #proven = new WeakSet<object>()
  readonly #restarts = new WeakSet<Pid>()

  /** Called when a process is made under a name that a registry keeps. */
  named(name: string, pid: Pid): void {
    this.#kept.set(pid, name)
    note(this.#named, name, pid)
  }

  /** Listens to what the supervisors of a kernel start, until disposed of. */
  follow(kernel: Kernel): Disposable {
    // A kernel that no code ends must not be kept in memory without end.
    const followed = new WeakRef(kernel)
    const hear = (message: unknown): void => {
      const start = message as ChildStart
      if (followed.deref() === undefined) unsubscribe(SUPERVISOR_STARTS, hear)
      else if (start.kernel === followed.deref()) this.#starts(start)
    }
    subscribe(SUPERVISOR_STARTS, hear)
    return { [Symbol.dispose]: () => void unsubscribe(SUPERVISOR_STARTS, hear) }
  }

  #starts({ supervisor, spec, outcome }: ChildStart): void {
    if (outcome === undefined) this.#starting.set(supervisor, spec)
    else {
      this.#starting.delete(supervisor)
      if (outcome !== 'ignore' && 'pid' in outcome) this.#proven.add(spec)
    }
  }

  /** Called when a process begins, with or without a name in the kernel. */
  began(pid: Pid): void {
    const parent = processItem(pid, 'parent')
    const spec = parent === undefined ? undefined : this.#starting.get(parent)
    if (spec !== undefined) this.#specs.set(pid, spec)
    if (this.#isAnother(pid, parent, spec)) this.#restarts.add(pid)
    this.known(pid)
  }

  /** Notes the name and the label of a process, which it may get only after its beginning. */
  known(pid: Pid): void {
    const name = processItem(pid, 'registeredName')
    if (name !== undefined && !this.ofName(name).includes(pid)) note(this.#named, name, pid)
    const label = processItem(pid, 'label')
    if (typeof label === 'string' && !this.ofLabel(label).includes(pid)) note(this.#labelled, label, pid)
  }

  #isAnother(pid: Pid, parent: Pid | undefined, spec: object | undefined): boolean {
    if (parent === undefined || spec === undefined) {
      const name = processItem(pid, 'registeredName')
      return name !== undefined && this.ofName(name).length > 0
    }
    if (this.#proven.has(spec)) return true
    // The children that a supervisor starts in its init come back with it; children that were added later do not.
    return this.#restarts.has(parent) && seenSupervisor(parent) === undefined
  }

  /** Whether a process that has begun follows another one in its place. */
  isRestart(pid: Pid): boolean {
    return this.#restarts.has(pid)
  }

  /** Whether a process that has not begun yet follows another one in its place. */
  comesAgain(pid: Pid): boolean {
    const parent = processItem(pid, 'parent')
    return this.#isAnother(pid, parent, parent === undefined ? undefined : this.#starting.get(parent))
  }

  /** Returns an object that represents a process and its instances, as far as that is known during its init. */
  instanceOf(pid: Pid): object {
    const name = processItem(pid, 'registeredName') ?? this.#kept.get(pid)
    return (name === undefined ? undefined : this.#named.get(name)) ?? this.#specs.get(pid) ?? pid
  }

  /** Called when a supervisor reports that a child is up. */
  progress(report: Report): void {
    if (!isProgressReport(report)) return
    const { pid: supervisor, started } = report
    const { pid, id, type } = started
    if (!(pid instanceof Pid)) return
    this.#up.add(pid)
    if (type === 'supervisor') this.#supervisors.add(pid)
    const all = this.#place(supervisor, pid, id)
    append(all, pid)
    this.#places.set(pid, all)
    // The beginning of a process in a thread or program of its own was not seen.
    this.known(pid)
  }

  #place(supervisor: Pid, pid: Pid, id: string): Pid[] {
    // One that is still in its init is not seen, and static: a dynamic one starts no child there.
    const sight = seenSupervisor(supervisor)
    const child = sight?.kind === 'dynamic supervisor' ? sight.find(pid)?.key : undefined
    if (child !== undefined) return placed(this.#dynamic, child)
    return placed(this.#children, `${supervisor} ${id}`)
  }

  /** Returns all instances with a name, the oldest first. */
  ofName(name: string): readonly Pid[] {
    return this.#named.get(name) ?? []
  }

  /** Returns the name under which a registry keeps or kept a process; `undefined` for others. */
  keptName(pid: Pid): string | undefined {
    return this.#kept.get(pid)
  }

  /** Returns all processes with a label, the oldest first, also of different places. */
  ofLabel(label: string): readonly Pid[] {
    return this.#labelled.get(label) ?? []
  }

  /** Returns all instances in the place of a process, with itself. */
  ofPlace(pid: Pid): readonly Pid[] {
    const place = this.#places.get(pid)
    if (place !== undefined) return place
    for (const all of this.#named.values()) if (all.includes(pid)) return all
    return [pid]
  }

  /** Whether a supervisor has reported it. */
  isUp(pid: Pid): boolean {
    return this.#up.has(pid)
  }

  /** Whether a process was usable for others: a child of a supervisor may have failed in its init. */
  cameUp(pid: Pid): boolean {
    return this.#up.has(pid) || !this.#specs.has(pid)
  }

  isSupervisor(pid: Pid): boolean {
    return this.#supervisors.has(pid)
  }

  /** Notes that the test uses this instance. */
  met(pid: Pid): void {
    this.#met.set(pid, ++this.#meetings)
  }

  /** Returns the instance that the test has used last. */
  lastMetOf(all: readonly Pid[]): Pid | undefined {
    let last: Pid | undefined
    for (const pid of all) {
      const at = this.#met.get(pid)
      if (at !== undefined && at > (last === undefined ? 0 : (this.#met.get(last) ?? 0))) last = pid
    }
    return last
  }

  /** Returns the youngest instance that the test has used; the first if it has used none. */
  lastMet(all: readonly Pid[]): Pid | undefined {
    return all.findLast((pid) => this.#met.has(pid)) ?? all[0]
  }
}

function note(map: Map<string, Pid[]>, key: string, pid: Pid): void {
  append(placed(map, key), pid)
}

function placed<K>(map: { get(key: K): Pid[] | undefined; set(key: K, all: Pid[]): unknown }, key: K): Pid[] {
  const all = map.get(key) ?? []
  map.set(key, all)
  return all
}

function append(all: Pid[], pid: Pid): void {
  if (all.at(-1) === pid) return
  all.push(pid)
  if (all.length > KEPT) all.shift()
}
