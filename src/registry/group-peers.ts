/**
 * The scopes of one name on several nodes, which tell each other who is in which group. It is the protocol of OTP's `pg`, so that a
 * scope of a BEAM is one of them.
 */

import { isUtf8 } from 'node:buffer'
import { PlainCast } from '../genserver/index.js'
import {
  cut,
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
  self,
  sendAfter,
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

/** Time to ask a node again whether the scope runs there. */
class AskAgain {
  constructor(
    readonly node: string,
    readonly wait: number,
  ) {}
}

/** Milliseconds until a node is asked again: doubled each time, up to the longest. */
const FIRST_WAIT = 500
const LONGEST_WAIT = 4_000
/** Characters of the scope's name in a line of the log. */
const LONGEST_NAME = 100

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
  /** Nodes that have been asked, and have no scope so far. */
  readonly #asked = new Set<string>()

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
      else this.#asked.delete(message.node)
      return true
    }
    if (message instanceof AskAgain) {
      if (this.#asked.has(message.node)) this.#ask(message.node, message.wait)
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
        if (this.#peers.has(peer)) this.#own.joinedThere(peer, groupOf(fields[0]), pidsOf(fields[1]))
        return true
      case 'leave':
        if (this.#peers.has(peer))
          this.#own.leftThere(peer, listOf(fields[1]).map(groupOf), pidsOf(fields[0]))
        return true
      default:
        return false
    }
  }

  /** Whether the processes of that node are in groups by what its own scope says. */
  hasScopeOf(node: string): boolean {
    for (const peer of this.#peers.keys()) if (peer.node === node) return true
    return false
  }

  joined(group: unknown, pids: readonly Pid[]): void {
    this.#broadcast(new ScopeMessage('join', [this.#own.pid, group, pids]))
  }

  left(groups: readonly unknown[], pids: readonly Pid[]): void {
    this.#broadcast(new ScopeMessage('leave', [this.#own.pid, pids, groups]))
  }

  #discover(node: string): void {
    if (this.#asked.has(node)) return
    this.#asked.add(node)
    this.#ask(node, FIRST_WAIT)
  }

  /**
   * Asks until there is an answer. A scope of a BEAM that starts later tells the visible nodes alone of itself, and this node may be
   * hidden from it.
   */
  #ask(node: string, wait: number): void {
    const { kernel, name, pid } = this.#own
    const there = kernel.whoHas(name, node)
    // A name that cannot be said there is no scope's.
    if (there !== undefined && !this.#tell(there, new ScopeMessage('discover', [pid]))) return
    sendAfter(wait, self(), new AskAgain(node, Math.min(wait * 2, LONGEST_WAIT)))
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
      return [groupOf(group), pidsOf(pids)] as const
    })
    this.#own.allThere(peer, all)
  }

  #meet(peer: Pid): void {
    this.#asked.delete(peer.node)
    this.#peers.set(peer, monitor(peer))
  }

  #gone(ref: Reference): boolean {
    for (const [peer, monitored] of this.#peers) {
      if (monitored !== ref) continue
      this.#peers.delete(peer)
      this.#own.allThere(peer, [])
      // Of a node that is gone as well `nodeup` tells when it is back.
      if (nodes().includes(peer.node)) this.#discover(peer.node)
      return true
    }
    return false
  }

  #broadcast(message: ScopeMessage): void {
    for (const peer of this.#peers.keys()) this.#tell(peer, message)
  }

  /**
   * Not as the current process, which may just be dying.
   *
   * @returns false for what cannot be said there: a group of such a name is one of this node alone, and so is such a scope
   */
  #tell(peer: Pid, message: unknown): boolean {
    const { kernel, name, pid } = this.#own
    try {
      tell(kernel, peer, message)
      return true
    } catch (error) {
      const scope = `process groups ${cut(name, LONGEST_NAME)}`
      const told = `${scope} cannot tell ${peer.node} of a group: ${printed(error)}`
      kernel.report({ level: 'warn', kind: 'server', message: told, pid, name })
      return false
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

/** Names of groups and topics are texts, also where a node has the binaries of its messages as bytes. */
export function textOf(name: unknown): string | undefined {
  if (typeof name === 'string') return name
  return name instanceof Uint8Array && isUtf8(name) ? Buffer.from(name).toString('utf8') : undefined
}

const groupOf = (name: unknown): unknown => textOf(name) ?? name

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

function pidsOf(value: unknown): readonly Pid[] {
  return value instanceof Pid ? [value] : listOf(value).filter((each) => each instanceof Pid)
}
