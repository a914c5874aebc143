/**
 * The port to what keeps claims. An engine has no rules of its own: it writes by compare-and-set, ends leases by its own clock, and tells
 * what it has. All that follows from it is above, the same for each engine (decision 37).
 */
import type { Clock } from '../../kernel/index.js'

/** An engine: stores the claims of a cluster. */
export interface Engine {
  /** Its name in messages, such as `'nats'`. */
  readonly name: string
  /** Whether all its nodes are in one program; default false. */
  readonly isInProgram?: boolean
  /**
   * Connects to the engine, makes what is missing there, and checks its settings.
   *
   * @throws ENGINE_UNSUITABLE, ENGINE_UNREACHABLE
   */
  open(opening: Opening): Promise<EngineStore>
}

/** The options with which a node opens an engine. */
export interface Opening {
  /** The name of the cluster: letters, digits and `_`. */
  readonly cluster: string
  /** Milliseconds after which a lease ends that is not renewed. */
  readonly lease: number
  /** Milliseconds that one request may take. */
  readonly timeout: number
  /** Whether settings that can lose data are accepted. */
  readonly development: boolean
  /** The clock of the node. */
  readonly clock: Clock
  /** Random numbers from 0 to 1, for pauses. */
  readonly random: () => number
  /** Called with problems beside answers; once for each kind. */
  readonly onProblem: (problem: unknown) => void
}

/** The identity of a store. A store that was lost and made anew has another `id`. */
export interface StoreName {
  readonly id: string
  /** Milliseconds since it was made, by the clock of the engine; `Infinity` if there cannot have been an earlier store. */
  readonly age: number
}

/** The data of a node in its lease. */
export interface NodeCard {
  readonly node: string
  /** The version of its messages to other nodes. */
  readonly version: number
  /** The machine and the process, for people. */
  readonly host: string
  readonly pid: number
  /** How other nodes reach its kernel; a node of version 1 does not have it. */
  readonly reach?: Reach
  /** Its share of keys, relative to other nodes; 1 if it is not set. */
  readonly weight?: number
  readonly labels?: Readonly<Record<string, string>>
  /** The cluster supervisors that take keys on this node. */
  readonly supervisors?: readonly string[]
}

/** How a kernel is reached. */
export interface Reach {
  /** The name of its node. */
  readonly kernel: string
  /** A number that distinguishes nodes that had this name one after the other. */
  readonly creation: number
  /** The address where it listens, for nodes that use no other directory. */
  readonly host?: string
  readonly port?: number
  /** The secret that a connecting node presents: only members can read it here. */
  readonly secret?: string
}

/** A lease as it was read. */
export interface LeaseRecord {
  readonly id: string
  readonly revision: number
  readonly card: NodeCard
  /** Milliseconds until it ends, approximately; only a hint. */
  readonly remaining: number
}

/** A claim as it was read. */
export interface ClaimRecord {
  readonly key: string
  /** The lease of its owner; undefined if the key was released. */
  readonly lease: string | undefined
  readonly node: string
  readonly token: number
  /** A note of the owners, at most 1,000 characters. */
  readonly note: string | undefined
}

/** A write of a claim. It replaces the claim whose token is `expected`; 0 for a key that never had one. */
export interface ClaimWrite {
  readonly key: string
  readonly expected: number
  /** The lease of the new owner; undefined releases the key, and keeps its token. */
  readonly lease: string | undefined
  readonly node: string
  /** The new note, which replaces the old one. */
  readonly note: string | undefined
}

/** Functions that an engine calls when something may have changed. Calls may be late, repeated or missing. */
export interface Hints {
  /** A claim was written; without a key, any claim may have been. */
  changed(key?: string): void
  /** A node broadcast a value. */
  message(topic: string, text: string): void
}

/**
 * The store of one cluster, for one node. An operation rejects if its outcome is unknown; callers treat every rejection in this way.
 * `'refused'` is an answer: nothing was written.
 */
export interface EngineStore {
  /** The identity of the store at this moment. */
  name(): Promise<StoreName>
  /** Writes a lease under an identifier that was never used. Returns its revision, which the next renewal replaces. */
  createLease(id: string, card: NodeCard): Promise<number>
  /** Replaces the lease that has this revision, and restarts its time; refused for ever once the lease is over or void. */
  renewLease(id: string, revision: number, card: NodeCard): Promise<number | 'refused'>
  /** Reads a lease that is neither over nor void. */
  lease(id: string): Promise<LeaseRecord | undefined>
  leases(): Promise<readonly LeaseRecord[]>
  /** Writes that a lease whose time is over can never be renewed; returns `'alive'` if its time is not over. */
  voidLease(id: string): Promise<'void' | 'alive'>
  /** Ends a lease of this node. */
  endLease(id: string): Promise<void>
  claim(key: string): Promise<ClaimRecord | undefined>
  claims(): Promise<readonly ClaimRecord[]>
  /**
   * Removes claims that were released more than so many milliseconds ago and have no note: no write for them can be on its way any more. A claim that is written at the same moment
   * stays.
   */
  sweep(age: number): Promise<void>
  /** Writes a claim. Returns its token, which is greater than all earlier tokens of the key. */
  writeClaim(write: ClaimWrite): Promise<number | 'refused'>
  /** Starts the watcher of a node. It reconnects without end, and reports a change of any key when it has reconnected. */
  watch(hints: Hints): void
  /** Publishes to the hints of all nodes, including this one; nothing if it cannot. */
  publish(topic: string, text: string): Promise<void>
  /**
   * Receives what is posted to an inbox from now on. An engine that carries no messages between nodes has neither this nor `post`.
   *
   * @param longest the highest number of bytes of one post
   * @throws ENGINE_UNSUITABLE if it does not accept that many
   */
  receive?(inbox: string, longest: number, take: (bytes: Uint8Array) => void): void
  /**
   * Sends to the owner of an inbox, at once. Usually it arrives once; it may be lost silently, or arrive twice.
   *
   * @throws ENGINE_UNREACHABLE: nothing is kept to be sent later
   */
  post?(inbox: string, bytes: Uint8Array): void
  close(): Promise<void>
}
