/**
 * The protocol between scopes of one name on several nodes: each tells the others which of its processes are in which group. It is the
 * protocol of OTP's `pg`, so a scope on a BEAM takes part too.
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

/** A message between scopes. */
class ScopeMessage {
  constructor(
    readonly word: 'discover' | 'sync' | 'join' | 'leave',
    readonly fields: readonly unknown[],
  ) {}

  [TUPLE_FORM](): TupleForm {
    return this
  }
}

/** The members of one group in a `sync` message. */
class GroupMembers {
  constructor(readonly fields: readonly [group: unknown, pids: readonly Pid[]]) {}

  [TUPLE_FORM](): TupleForm {
    return this
  }
}

/** The message of a timer: a node must be asked again whether the scope runs there. */
class AskAgain {
  constructor(
    readonly node: string,
    readonly wait: number,
  ) {}
}

/** Milliseconds until a node is asked again. The wait doubles each time, up to `LONGEST_WAIT`. */
const FIRST_WAIT = 500
const LONGEST_WAIT = 4_000
/** The number of characters of the scope's name in a line of the log. */
const LONGEST_NAME = 100

portable(ScopeMessage, { name: 'heartwood.ScopeMessage' })
portable(GroupMembers, { name: 'heartwood.GroupMembers' })

/** The interface of the scope of this node. */
export interface OwnScope {
  readonly kernel: Kernel
  readonly pid: Pid
  readonly name: string
  /** The groups with members on this node, and these members. */
  ownMembers(): Iterable<readonly [group: unknown, pids: readonly Pid[]]>
  /** Called when processes of another node have joined a group there. */
  joinedThere(peer: Pid, group: unknown, pids: readonly Pid[]): void
  leftThere(peer: Pid, groups: readonly unknown[], pids: readonly Pid[]): void
  /** Called with all groups and members of another node; with an empty list when its scope is gone. */
  allThere(peer: Pid, groups: readonly (readonly [group: unknown, pids: readonly Pid[]])[]): void
}

export class GroupPeers {
  readonly #own: OwnScope
  readonly #peers = new Map<Pid, Reference>()
  /** The nodes that were asked, and on which no scope has answered so far. */
  readonly #asked = new Set<string>()

  constructor(own: OwnScope) {
    this.#own = own
  }

  /** Begins to look for other scopes. Called in the process of the scope. */
  begin(): void {
    monitorNodes()
    for (const node of nodes()) this.#discover(node)
  }

  /** Handles a message to the scope. @returns false for a message that is not part of the protocol */
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

  /** Whether a node has a scope of this name. Its own scope then decides about the groups of its processes. */
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
   * Asks a node again and again until its scope answers. A scope on a BEAM that starts later announces itself to visible nodes only,
   * and this node may be hidden.
   */
  #ask(node: string, wait: number): void {
    const { kernel, name, pid } = this.#own
    const there = kernel.whoHas(name, node)
    // A name that cannot be encoded for that node cannot be the name of a scope there.
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
    // Only pids of the peer's own node are accepted later: no scope can speak for another node.
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
      // If the node is gone too, a `nodeup` message comes when it is back.
      if (nodes().includes(peer.node)) this.#discover(peer.node)
      return true
    }
    return false
  }

  #broadcast(message: ScopeMessage): void {
    for (const peer of this.#peers.keys()) this.#tell(peer, message)
  }

  /**
   * Sends a message to another scope. It does not send as the current process, which may be dying.
   *
   * @returns false if the message cannot be encoded for that node. A group, or a scope, with such a name stays local to this node
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

/** The elements of a tuple: a message of this system, or a tuple of a BEAM. */
function elementsOf(value: unknown): readonly unknown[] {
  if (value instanceof ScopeMessage) return [value.word, ...value.fields]
  if (value instanceof GroupMembers) return value.fields
  return listOf(read(value, 'elements'))
}

/** The text of the first element; in a message of a BEAM it is an atom. */
function wordOf(value: unknown): unknown {
  return typeof value === 'string' ? value : read(value, 'name')
}

/** The name of a group or topic as a string, also if this node decodes binaries as bytes. `undefined` if it is no text. */
export function textOf(name: unknown): string | undefined {
  if (typeof name === 'string') return name
  return name instanceof Uint8Array && isUtf8(name) ? Buffer.from(name).toString('utf8') : undefined
}

const groupOf = (name: unknown): unknown => textOf(name) ?? name

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

function pidsOf(value: unknown): readonly Pid[] {
  return value instanceof Pid ? [value] : listOf(value).filter((each) => each instanceof Pid)
}
