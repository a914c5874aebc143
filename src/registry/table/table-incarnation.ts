import { type DeathObserver, type Kernel, type Pid, tie, untie } from '../../kernel/index.js'
import { type Entry, Owner, Table } from './entry-table.js'

/** One incarnation of a directory: its table, which lives as long as the process `pid` of `kernel`. */
export class TableIncarnation<K, V> {
  readonly table = new Table<K, V>()

  constructor(
    readonly kernel: Kernel,
    readonly pid: Pid,
    /** Whether the processes in the table are linked to the process of the directory. */
    readonly links: boolean,
  ) {}

  /** Registers a process. Returns `undefined` when it is dead; throws PROCESS_DEAD when that is the current process. */
  enrol(pid: Pid, key: K, identity: unknown, value: V): Entry<K, V> | undefined {
    const owner = this.table.owner(pid) ?? this.#admit(pid)
    return owner && this.table.add(owner, key, identity, this.kernel.isolate(value))
  }

  /** Registers a process of another node, whose scope tells of its end. */
  adopt(pid: Pid, key: K, identity: unknown, value: V): Entry<K, V> {
    let owner = this.table.owner(pid)
    if (owner === undefined) {
      owner = new Owner(pid)
      this.table.admit(owner)
    }
    return this.table.add(owner, key, identity, value)
  }

  /** Removes registrations. With the last one of a process, its link and its death observer are removed too. */
  strike(entries: readonly Entry<K, V>[]): void {
    for (const entry of entries) {
      this.table.remove(entry)
      if (entry.owner.entries === undefined) this.#dismiss(entry.owner)
    }
  }

  /** Called with the entries of a process that died, in the order of registration. Runs inside that death, so it must not throw. */
  left(_entries: readonly Entry<K, V>[]): void {}

  /** Ends the incarnation: the registered processes no longer refer to its table, so that the memory is freed. */
  close(): void {
    for (const owner of this.table.owners()) this.kernel.unwitness(owner.pid, owner as Member<K, V>)
  }

  #admit(pid: Pid): Member<K, V> | undefined {
    // If the process was linked before, the link is kept when it unregisters.
    const linked = this.links && tie(pid, this.pid)
    const member = new Member(pid, this, linked)
    if (!this.kernel.witness(pid, member)) return undefined
    this.table.admit(member)
    return member
  }

  #dismiss(owner: Owner<K, V>): void {
    this.table.dismiss(owner)
    this.kernel.unwitness(owner.pid, owner as Member<K, V>)
    if ((owner as Member<K, V>).linked) untie(owner.pid, this.pid)
  }
}

/** A process in a directory, and the observer of its death. */
class Member<K, V> extends Owner<K, V> implements DeathObserver {
  constructor(
    pid: Pid,
    readonly running: TableIncarnation<K, V>,
    /** Whether the link to the directory was made by the registration. */
    readonly linked: boolean,
  ) {
    super(pid)
  }

  died(): void {
    this.running.left(this.running.table.dismiss(this))
  }
}
