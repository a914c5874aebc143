/**
 * The scopes of one name on several nodes, which tell each other who is in which group. It is the protocol of OTP's `pg`, so that a
 * scope of a BEAM is one of them.
 */

import { PlainCast } from '../genserver/index.js'
import {
  DownMessage,
  isNodeMessage,
  type Kernel,
  monitor,
  monitorNodes,
  nodes,
  Pid,
  portable,
  printed,
  type Reference,
  read,
  TUPLE_FORM,
  type TupleForm,
  tell,
} from '../kernel/index.js'

/** What scopes say to each other. */
class ScopeMessage {
  constructor(
    readonly word: 'discover' | 'sync' | 'join' | 'leave',
    readonly fields: readonly unknown[],
  ) {}

  [TUPLE_FORM](): TupleForm {
    return this
  }
}

/** Who is in a group. */
class GroupMembers {
  constructor(readonly fields: readonly [group: unknown, pids: readonly Pid[]]) {}

  [TUPLE_FORM](): TupleForm {
    return this
  }
}

portable(ScopeMessage, { name: 'heartwood.ScopeMessage' })
portable(GroupMembers, { name: 'heartwood.GroupMembers' })

/** The scope of this node. */
export interface OwnScope {
  readonly kernel: Kernel
  readonly pid: Pid
  readonly name: string
  /** Who of this node is in which group. */
  ownMembers(): Iterable<readonly [group: unknown, pids: readonly Pid[]]>
  /** Others are in a group there. */
  joinedThere(peer: Pid, group: unknown, pids: readonly Pid[]): void
  leftThere(peer: Pid, groups: readonly unknown[], pids: readonly Pid[]): void
  /** These are all that are in groups there; undefined for nobody, for good. */
  allThere(peer: Pid, groups: readonly (readonly [group: unknown, pids: readonly Pid[]])[]): void
}

export class GroupPeers {
  readonly #own: OwnScope
  readonly #peers = new Map<Pid, Reference>()

  constructor(own: OwnScope) {
    this.#own = own
  }

  /** The scope runs, as the current process. */
  begin(): void {
    monitorNodes()
    for (const node of nodes()) this.#discover(node)
  }

  /** A message to the scope. @returns false for one that is no business of it */
  heard(message: unknown): boolean {
    if (isNodeMessage(message)) {
      if (message.tag === 'nodeup') this.#discover(message.node)
      return true
    }
    if (message instanceof DownMessage) return this.#gone(message.ref)
    const [word, peer, ...fields] = elementsOf(message instanceof PlainCast ? message.request : message)
    if (!(peer instanceof Pid)) return false
    switch (wordOf(word)) {
      case 'discover':
        this.#discovered(peer)
        return true
      case 'sync':
        this.#sync(peer, fields[0])
        return true
      case 'join':
        if (this.#peers.has(peer)) this.#own.joinedThere(peer, fields[0], pidsOf(fields[1]))
        return true
      case 'leave':
        if (this.#peers.has(peer)) this.#own.leftThere(peer, listOf(fields[1]), pidsOf(fields[0]))
        return true
      default:
        return false
    }
  }

  joined(group: unknown, pids: readonly Pid[]): void {
    this.#broadcast(new ScopeMessage('join', [this.#own.pid, group, pids]))
  }

  left(groups: readonly unknown[], pids: readonly Pid[]): void {
    this.#broadcast(new ScopeMessage('leave', [this.#own.pid, pids, groups]))
  }

  #discover(node: string): void {
    const { kernel, name, pid } = this.#own
    const there = kernel.whoHas(name, node)
    if (there !== undefined) this.#tell(there, new ScopeMessage('discover', [pid]))
  }

  #discovered(peer: Pid): void {
    this.#synchronise(peer)
    if (this.#peers.has(peer)) return
    this.#meet(peer)
    this.#tell(peer, new ScopeMessage('discover', [this.#own.pid]))
  }

  #synchronise(peer: Pid): void {
    const groups = [...this.#own.ownMembers()].map((each) => new GroupMembers(each))
    this.#tell(peer, new PlainCast(new ScopeMessage('sync', [this.#own.pid, groups])))
  }

  #sync(peer: Pid, groups: unknown): void {
    // Who it is that it says it is in is decided by its node: nobody speaks for another.
    if (!this.#peers.has(peer)) this.#meet(peer)
    const all = listOf(groups).map((each) => {
      const [group, pids] = elementsOf(each)
      return [group, pidsOf(pids)] as const
    })
    this.#own.allThere(peer, all)
  }

  #meet(peer: Pid): void {
    this.#peers.set(peer, monitor(peer))
  }

  #gone(ref: Reference): boolean {
    for (const [peer, monitored] of this.#peers) {
      if (monitored !== ref) continue
      this.#peers.delete(peer)
      this.#own.allThere(peer, [])
      return true
    }
    return false
  }

  #broadcast(message: ScopeMessage): void {
    for (const peer of this.#peers.keys()) this.#tell(peer, message)
  }

  /** Not as the current process, which may just be dying. */
  #tell(peer: Pid, message: unknown): void {
    const { kernel, name, pid } = this.#own
    try {
      tell(kernel, peer, message)
    } catch (error) {
      // A group whose name cannot be said there is one of this node alone.
      const told = `process groups ${name} cannot tell ${peer} of a group: ${printed(error)}`
      kernel.report({ level: 'warn', kind: 'server', message: told, pid, name })
    }
  }
}

/** What a tuple of another system has, or one of ours. */
function elementsOf(value: unknown): readonly unknown[] {
  if (value instanceof ScopeMessage) return [value.word, ...value.fields]
  if (value instanceof GroupMembers) return value.fields
  return listOf(read(value, 'elements'))
}

/** A word is an atom there. */
function wordOf(value: unknown): unknown {
  return typeof value === 'string' ? value : read(value, 'name')
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

function pidsOf(value: unknown): readonly Pid[] {
  return value instanceof Pid ? [value] : listOf(value).filter((each) => each instanceof Pid)
}
