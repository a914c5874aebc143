import {
  checkKnown,
  checkPid,
  currentKernel,
  errorsOf,
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
import { Running } from './table/table-incarnation.js'
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
  return message instanceof GroupMessage
}

/**
 * Groups of processes by name: any process can put any other into a group, see who is in it, and be told of changes.
 * A scope is a set of groups with a name and a process of its own. OTP's `pg`.
 *
 * On nodes that are joined, scopes of one name are one: each knows the members of all of them, Erlang's and Elixir's `pg` scopes
 * included. Names of groups then are terms: a string is a binary there, `atom('workers')` an atom.
 *
 * A group is there while somebody is in it. Who dies has left all groups in that moment. Unlike those in a registry,
 * members are not linked to the scope's process: when that ends, the memberships are lost and the members live on.
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

  /** @param scope what its process is registered as */
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

  /** As `startLink`, without the link. `pg:start/1`. */
  start(): Promise<Pid> {
    return this.#directory.start(false)
  }

  /** What a supervisor starts it by; list it before those who join. */
  childSpec(): DirectorySpec {
    return this.#directory.childSpec
  }

  /**
   * Puts a process, or several, into a group; the current one unless told otherwise. A process can be in a group more
   * than once, and then leaves it as often. Dead ones are passed over. `pg:join/3`.
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
   * Takes a process, or each of several, out of a group once. `pg:leave/3`.
   *
   * @returns false when none of them was in it (OTP's `not_joined`)
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

  /** Who is in a group, in the order of joining; nobody also when the scope is not running. `pg:get_members/2`. */
  getMembers(group: G): Pid[] {
    const entries = this.#directory.peek()?.table.at(this.#identity(group))
    return listOf(entries).map(({ pid }) => pid)
  }

  /** Those of them that are on this node. `pg:get_local_members/2`. */
  getLocalMembers(group: G): Pid[] {
    const here = currentKernel().node
    return this.getMembers(group).filter(({ node }) => node === here)
  }

  /** All groups that somebody is in. `pg:which_groups/1`. */
  whichGroups(): G[] {
    return [...this.#directory.running.table.keys()].map(({ key }) => key)
  }

  /**
   * Sends the current process a `GroupMessage` whenever somebody joins or leaves `group`. `pg:monitor/2`.
   *
   * @returns the reference that these messages carry, and who is in it now
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

  /** As `monitor`, for all groups of the scope. `pg:monitor_scope/1`. */
  monitorScope(): { ref: Reference; groups: Map<G, Pid[]> } {
    const scope = this.#directory.running
    const ref = new Reference()
    scope.watchers.enrol(self(), ref, EVERY_GROUP, undefined)
    return { ref, groups: new Map(this.whichGroups().map((group) => [group, this.getMembers(group)])) }
  }

  /**
   * Ends a monitor of the current process, and takes its messages out of the mailbox. `pg:demonitor/2`.
   *
   * @returns false when there was none
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

/** Stands for a group in the table of watchers. */
const EVERY_GROUP = Symbol('every group')

/** A scope that runs: who is in which group, and who watches which. */
class Scope<G> extends Running<G, undefined> implements OwnScope {
  /** Monitors, each by its own reference, found under the group they watch. */
  readonly watchers: Running<Reference, undefined>
  readonly peers = new GroupPeers(this)
  /** By scope of another node, who is in which group there. */
  readonly #there = new Map<Pid, Set<Entry<G, undefined>>>()
  readonly isOwn = ({ node }: Pid): boolean => node === this.kernel.node

  constructor(
    kernel: Kernel,
    pid: Pid,
    readonly name: string,
  ) {
    super(kernel, pid, false)
    this.watchers = new Running(kernel, pid, false)
  }

  /** @throws NOT_A_PID, NOT_LOCAL for the first that cannot be in a group of this scope, before anything is done with the others */
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
      // Through the kernel, not as the current process: that may just be dying, and the dead cannot send.
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

  /** Undefined for what cannot be compared. */
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
