/**
 * The port to what keeps claims. An engine has no rules of its own: it writes by compare-and-set, ends leases by its own clock, and tells
 * what it has. All that follows from it is above, the same for each engine (decision 37).
 */
import type { Clock } from '../../kernel/index.js'

/** What keeps the claims of a cluster. */
export interface Engine {
  /** As messages name it, such as `'nats'`. */
  readonly name: string
  /** Whether all its nodes are in one program; default false. */
  readonly isInProgram?: boolean
  /**
   * Joins the engine, makes what is missing in it and checks how it is set.
   *
   * @throws ENGINE_UNSUITABLE, ENGINE_UNREACHABLE
   */
  open(opening: Opening): Promise<EngineStore>
}

/** What an engine is told when a node joins. */
export interface Opening {
  /** The name of the cluster: letters, digits and `_`. */
  readonly cluster: string
  /** Milliseconds until a lease ends that is not renewed. */
  readonly lease: number
  /** Milliseconds that one request may take. */
  readonly timeout: number
  /** Whether settings that lose data are taken. */
  readonly development: boolean
  /** The time of the node. */
  readonly clock: Clock
  /** Chance from 0 to 1, for pauses. */
  readonly random: () => number
  /** What the engine has to tell beside answers; it is told once of each kind. */
  readonly onProblem: (problem: unknown) => void
}

/** Which store it is. One that was lost and made anew has another `id`. */
export interface StoreName {
  readonly id: string
  /** Milliseconds since it was made, by the clock of the engine; `Infinity` where no earlier one can have been. */
  readonly age: number
}

/** What a node says of itself in its lease. */
export interface NodeCard {
  readonly node: string
  /** The version of what it says to others. */
  readonly version: number
  /** The machine and the process, for people. */
  readonly host: string
  readonly pid: number
  /** How its kernel is reached by those of other nodes; a node of version 1 does not say it. */
  readonly reach?: Reach
  /** How many keys it takes, against others; 1 where nothing is said. */
  readonly weight?: number
  readonly labels?: Readonly<Record<string, string>>
  /** The cluster supervisors that take keys there. */
  readonly supervisors?: readonly string[]
}

/** A kernel among others. */
export interface Reach {
  /** The name of its node. */
  readonly kernel: string
  /** Which of those that had that name one after the other. */
  readonly creation: number
  /** Where it listens, for those that ask nobody else. */
  readonly host?: string
  readonly port?: number
  /** What those that connect to it show: they have read it here, so they are members. */
  readonly secret?: string
}

/** A lease as it was read. */
export interface LeaseRecord {
  readonly id: string
  readonly revision: number
  readonly card: NodeCard
  /** Milliseconds until it ends, about; a hint. */
  readonly remaining: number
}

/** A claim as it was read. */
export interface ClaimRecord {
  readonly key: string
  /** Whose it is; undefined where it was released. */
  readonly lease: string | undefined
  readonly node: string
  readonly token: number
  /** What the owners keep with it, 1,000 characters at most. */
  readonly note: string | undefined
}

/** A write of a claim, which replaces the one that has `expected` for its token; 0 for a key that never had one. */
export interface ClaimWrite {
  readonly key: string
  readonly expected: number
  /** The new owner; undefined releases the key, and leaves its token behind. */
  readonly lease: string | undefined
  readonly node: string
  /** It replaces the one that was there. */
  readonly note: string | undefined
}

/** What an engine calls when something seems to have changed. All of it may be late, doubled or missing. */
export interface Hints {
  /** A claim was written; without a key any may have been. */
  changed(key?: string): void
  /** What a node broadcast. */
  message(topic: string, text: string): void
}

/**
 * The store of one cluster, as one node has it. Each operation rejects if it is not known what became of it; the callers take any rejection for that.
 * `'refused'` is an answer: nothing was written.
 */
export interface EngineStore {
  /** Which store it is at this moment. */
  name(): Promise<StoreName>
  /** Writes a lease under an identifier that was never used; its revision, which the next renewal replaces. */
  createLease(id: string, card: NodeCard): Promise<number>
  /** Replaces the lease that has this revision, and starts its time anew; refused once it is over or void, for ever. */
  renewLease(id: string, revision: number, card: NodeCard): Promise<number | 'refused'>
  /** Of a lease that is neither over nor void. */
  lease(id: string): Promise<LeaseRecord | undefined>
  leases(): Promise<readonly LeaseRecord[]>
  /** Sees to it that a lease whose time is over can never be renewed, by a write; `'alive'` where its time is not over. */
  voidLease(id: string): Promise<'void' | 'alive'>
  /** Ends a lease of one's own. */
  endLease(id: string): Promise<void>
  claim(key: string): Promise<ClaimRecord | undefined>
  claims(): Promise<readonly ClaimRecord[]>
  /**
   * Forgets claims that were released before so many milliseconds, and have no note: no write for them can be on its way any more. One that is written at the same moment
   * stays.
   */
  sweep(age: number): Promise<void>
  /** The token of what was written: greater than all that the key ever had. */
  writeClaim(write: ClaimWrite): Promise<number | 'refused'>
  /** One watcher for a node; it is joined anew without end, and tells of any change when it is. */
  watch(hints: Hints): void
  /** Tells the hints of all nodes, also one's own; nothing where it cannot. */
  publish(topic: string, text: string): Promise<void>
  /**
   * Takes what is posted to an inbox from now on. An engine that carries no messages between nodes has neither this nor `post`.
   *
   * @param longest bytes that may be posted at once
   * @throws ENGINE_UNSUITABLE where it does not take so many
   */
  receive?(inbox: string, longest: number, take: (bytes: Uint8Array) => void): void
  /**
   * Sends to whoever has that inbox, at once: at most once where all is well; it may be lost without a word, or come twice.
   *
   * @throws ENGINE_UNREACHABLE: nothing is kept to be sent later
   */
  post?(inbox: string, bytes: Uint8Array): void
  close(): Promise<void>
}
