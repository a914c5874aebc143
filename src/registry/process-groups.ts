import {
  checkKnown,
  checkPid,
  currentKernel,
  errorsOf,
  isInstance,
  isRevoked,
  KERNEL_ERRORS,
  type Kernel,
  type Pid,
  Reference,
  receive,
  self,
  tell,
} from '../kernel/index.js'
import { GroupPeers, type OwnScope } from './group-peers.js'
import { identityOf } from './table/composite-key.js'
import type { Entry } from './table/entry-table.js'
import { listOf } from './table/one-or-many.js'
import { TableIncarnation } from './table/table-incarnation.js'
import { checkName, Directory, type DirectorySpec } from './table/table-process.js'

const kernelError = errorsOf(KERNEL_ERRORS)

/** Sent to those who monitor a group when processes join or leave it. OTP's `{Ref, join | leave, Group, Pids}`. */
export class GroupMessage<G = unknown> {
  constructor(
    readonly tag: 'join' | 'leave',
    /** The monitor's. */
    readonly ref: Reference,
    readonly group: G,
    readonly pids: readonly Pid[],
  ) {}
}

/**
 * Guard for `receive`: processes joined or left a group.
 *
 * @example
 * ```ts
 * const { tag, group, pids } = await receive(isGroupMessage)
 * ```
 */
export function isGroupMessage(message: unknown): message is GroupMessage {
  return isInstance(message, GroupMessage)
}

/**
 * Named groups of processes. Any process can put any other into a group, read the members, and get messages about changes.
 * A scope is a set of groups; it has a name and its own process. OTP's `pg`.
 *
 * On connected nodes, scopes of the same name form one: each knows the members of all of them, also those of `pg` scopes of Erlang and
 * Elixir. The names of groups are then terms: a string is a binary there, `atom('workers')` an atom.
 *
 * A group exists while it has members. A process that dies has left all groups at that moment. Unlike the processes of a registry,
 * members are not linked to the process of the scope: when it ends, the memberships are lost and the members live on.
 *
 * @typeParam G the names of groups, compared as the keys of a registry
 * @example
 * ```ts
 * const groups = new ProcessGroups('pools')
 * await groups.startLink()
 * groups.join('resizers')
 * for (const pid of groups.getMembers('resizers')) send(pid, 'work')
 * ```
 */
export class ProcessGroups<G = string> {
  readonly #directory: Directory<Scope<G>>

  /** @param scope the name of the scope, under which its process is registered */
  constructor(
    readonly scope: string,
    ...misplaced: never[]
  ) {
    checkName(scope)
    if (misplaced.length > 0) checkKnown(`the process groups ${scope}`, misplaced[0], [])
    this.#directory = new Directory(
      'process group scope',
      scope,
      (kernel, pid) => new Scope<G>(kernel, pid, scope),
    )
  }

  /** Starts the scope, linked to the current process. `pg:start_link/1`. @throws ALREADY_STARTED, NAME_INVALID */
  startLink(): Promise<Pid> {
    return this.#directory.start(true)
  }

  /** Starts the scope without a link. `pg:start/1`. */
  start(): Promise<Pid> {
    return this.#directory.start(false)
  }

  /** The child spec of the scope. List it before the children that join its groups. */
  childSpec(): DirectorySpec {
    return this.#directory.childSpec
  }

  /**
   * Puts one or more processes into a group; by default the current process. A process can be in a group more than once, and must
   * then leave it as often. Dead processes are skipped. `pg:join/3`.
   *
   * @throws REGISTRY_NOT_RUNNING, KEY_NOT_COMPARABLE, NOT_A_PID, NOT_LOCAL for a process of another node with that scope, which joins there
   */
  join(group: G, pids: Pid | readonly Pid[] = self()): void {
    const scope = this.#directory.running
    const identity = this.#identity(group)
    const joined = scope
      .own(pids, 'join')
      .filter((pid) => scope.enrol(pid, group, identity, undefined) !== undefined)
    if (joined.length === 0) return
    scope.tell('join', group, identity, joined)
    scope.peers.joined(group, joined.filter(scope.isOwn))
  }

  /**
   * Takes one or more processes out of a group, each of them once. `pg:leave/3`.
   *
   * @returns false when none of them was in the group (OTP's `not_joined`)
   * @throws REGISTRY_NOT_RUNNING, KEY_NOT_COMPARABLE, NOT_A_PID, NOT_LOCAL for a process of another node with that scope, which leaves there
   */
  leave(group: G, pids: Pid | readonly Pid[] = self()): boolean {
    const scope = this.#directory.running
    const identity = this.#identity(group)
    const gone = scope.own(pids, 'leave').filter((pid) => {
      const entry = scope.table.own(pid, identity).at(-1)
      if (entry !== undefined) scope.strike([entry])
      return entry !== undefined
    })
    if (gone.length > 0) {
      scope.tell('leave', group, identity, gone)
      scope.peers.left([group], gone.filter(scope.isOwn))
    }
    return gone.length > 0
  }

  /** The members of a group, in the order of joining. Empty if the scope does not run. `pg:get_members/2`. */
  getMembers(group: G): Pid[] {
    const entries = this.#directory.peek()?.table.at(this.#identity(group))
    return listOf(entries).map(({ pid }) => pid)
  }

  /** The members of a group that are processes of this node. `pg:get_local_members/2`. */
  getLocalMembers(group: G): Pid[] {
    const here = currentKernel().node
    return this.getMembers(group).filter(({ node }) => node === here)
  }

  /** All groups that have members. `pg:which_groups/1`. */
  whichGroups(): G[] {
    return [...this.#directory.running.table.keys()].map(({ key }) => key)
  }

  /**
   * Sends the current process a `GroupMessage` each time a process joins or leaves `group`. `pg:monitor/2`.
   *
   * @returns the reference in these messages, and the members now
   * @example
   * ```ts
   * const { ref, members } = groups.monitor('resizers')
   * const change = await receive((m): m is GroupMessage => isGroupMessage(m) && m.ref === ref)
   * ```
   */
  monitor(group: G): { ref: Reference; members: Pid[] } {
    const ref = new Reference()
    this.#directory.running.watchers.enrol(self(), ref, this.#identity(group), undefined)
    return { ref, members: this.getMembers(group) }
  }

  /** Monitors all groups of the scope, as `monitor` does for one. `pg:monitor_scope/1`. */
  monitorScope(): { ref: Reference; groups: Map<G, Pid[]> } {
    const scope = this.#directory.running
    const ref = new Reference()
    scope.watchers.enrol(self(), ref, EVERY_GROUP, undefined)
    return { ref, groups: new Map(this.whichGroups().map((group) => [group, this.getMembers(group)])) }
  }

  /**
   * Ends a monitor of the current process, and removes its messages from the mailbox. `pg:demonitor/2`.
   *
   * @returns false if the current process has no such monitor
   */
  async demonitor(ref: Reference): Promise<boolean> {
    const { watchers } = this.#directory.running
    const watching = listOf(watchers.table.owner(self())?.entries).filter(({ key }) => key === ref)
    watchers.strike(watching)
    const theirs = (message: unknown): boolean => isGroupMessage(message) && message.ref === ref
    while ((await receive(theirs, { timeout: 0 })) !== undefined);
    return watching.length > 0
  }

  toString(): string {
    return `process groups ${this.scope}`
  }

  #identity(group: G): unknown {
    return identityOf(this.scope, group, undefined)
  }
}

/** The key of `monitorScope` in the table of watchers, in place of a group. */
const EVERY_GROUP = Symbol('every group')

/** A running scope: the members of its groups, and the processes that monitor them. */
class Scope<G> extends TableIncarnation<G, undefined> implements OwnScope {
  /** The monitors: each has its own reference, and is found by the group that it watches. */
  readonly watchers: TableIncarnation<Reference, undefined>
  readonly peers = new GroupPeers(this)
  /** The members that each scope of another node has told of. */
  readonly #there = new Map<Pid, Set<Entry<G, undefined>>>()
  readonly isOwn = ({ node }: Pid): boolean => node === this.kernel.node

  constructor(
    kernel: Kernel,
    pid: Pid,
    readonly name: string,
  ) {
    super(kernel, pid, false)
    this.watchers = new TableIncarnation(kernel, pid, false)
  }

  /** Checks the pids of a join or leave, all of them before the first is handled. @throws NOT_A_PID, NOT_LOCAL for a pid of a node with its own scope */
  own(pids: Pid | readonly Pid[], action: string): readonly Pid[] {
    const list: readonly unknown[] = !isRevoked(pids) && Array.isArray(pids) ? pids : [pids]
    for (const pid of list) {
      checkPid(pid, `${action} of process groups`)
      const { node } = pid as Pid
      if (this.peers.hasScopeOf(node))
        throw kernelError('NOT_LOCAL', { action: `${action} of process groups`, pid, node })
    }
    return list as readonly Pid[]
  }

  tell(tag: 'join' | 'leave', group: G, identity: unknown, pids: readonly Pid[]): void {
    const { table } = this.watchers
    for (const watcher of [...listOf(table.at(identity)), ...listOf(table.at(EVERY_GROUP))]) {
      // Sent by the kernel, not by the current process, which may be dying: dead processes cannot send.
      tell(this.kernel, watcher.pid, new GroupMessage(tag, watcher.key, group, pids))
    }
  }

  begin(): void {
    this.peers.begin()
  }

  heard(message: unknown): boolean {
    return this.peers.heard(message)
  }

  *ownMembers(): Iterable<readonly [unknown, readonly Pid[]]> {
    for (const { key, identity } of this.table.keys()) {
      const pids = listOf(this.table.at(identity))
        .map(({ pid }) => pid)
        .filter(this.isOwn)
      if (pids.length > 0) yield [key, pids]
    }
  }

  joinedThere(peer: Pid, group: unknown, pids: readonly Pid[]): void {
    const identity = this.#identity(group)
    const theirs = pids.filter(({ node }) => node === peer.node)
    if (identity === undefined || theirs.length === 0) return
    const there = this.#there.get(peer) ?? new Set()
    this.#there.set(peer, there)
    for (const pid of theirs) there.add(this.adopt(pid, group as G, identity, undefined))
    this.tell('join', group as G, identity, theirs)
  }

  leftThere(peer: Pid, groups: readonly unknown[], pids: readonly Pid[]): void {
    for (const group of groups) {
      const identity = this.#identity(group)
      const found = pids.flatMap((pid) => this.table.own(pid, identity).at(-1) ?? [])
      this.#strike(peer, found)
    }
  }

  allThere(peer: Pid, groups: readonly (readonly [unknown, readonly Pid[]])[]): void {
    const gone = new Set(this.#there.get(peer))
    const come: (readonly [unknown, Pid])[] = []
    for (const [group, pids] of groups) {
      const identity = this.#identity(group)
      for (const pid of pids) {
        const known = this.table.own(pid, identity).find((entry) => gone.delete(entry))
        if (known === undefined) come.push([group, pid])
      }
    }
    this.#strike(peer, [...gone])
    for (const [group, pid] of come) this.joinedThere(peer, group, [pid])
    if (this.#there.get(peer)?.size === 0) this.#there.delete(peer)
  }

  #strike(peer: Pid, entries: readonly Entry<G, undefined>[]): void {
    const there = this.#there.get(peer)
    const theirs = entries.filter((entry) => there?.delete(entry) === true)
    this.strike(theirs)
    this.#tellLeft(theirs)
  }

  /** The identity of a group that another scope named; `undefined` for a name that cannot be compared. */
  #identity(group: unknown): unknown {
    try {
      return identityOf(this.name, group, undefined)
    } catch {
      return undefined
    }
  }

  override left(entries: readonly Entry<G, undefined>[]): void {
    this.#tellLeft(entries)
    const own = entries.filter(({ pid }) => this.isOwn(pid))
    const [first] = own
    if (first !== undefined)
      this.peers.left(
        own.map(({ key }) => key),
        [first.pid],
      )
  }

  #tellLeft(entries: readonly Entry<G, undefined>[]): void {
    const byGroup = new Map<unknown, Entry<G, undefined>[]>()
    for (const entry of entries) {
      const same = byGroup.get(entry.identity)
      if (same === undefined) byGroup.set(entry.identity, [entry])
      else same.push(entry)
    }
    for (const [identity, same] of byGroup) {
      this.tell(
        'leave',
        (same[0] as Entry<G, undefined>).key,
        identity,
        same.map(({ pid }) => pid),
      )
    }
  }

  override close(): void {
    super.close()
    this.watchers.close()
  }
}
