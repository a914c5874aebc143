import type { Kernel } from '../kernel.js'
import type { Pid } from '../terms/pid.js'
import type { Reference } from '../terms/reference.js'
import type { Connection } from './connection.js'
import type { ReferenceId, Signal } from './signal.js'

/** Which kernel it is: its name, and which of those that had that name one after the other. */
export interface NodeIdentity {
  readonly node: string
  readonly creation: number
}

/** A pid outside its kernel. */
export interface PidAddress extends NodeIdentity {
  readonly id: number
}

/** A pid or a reference outside its kernel. */
export interface TermAddress extends NodeIdentity {
  readonly id: ReferenceId
}

/** How a carrier names the pids and references in what it carries: the kernel alone knows whose they are. */
export interface Terms {
  /** The kernel knows it again when it comes back, as what it is. */
  addressOf(term: Pid): PidAddress
  addressOf(term: Pid | Reference): TermAddress
  /** The same address gives the same pid for as long as anybody has it. */
  pidAt(address: PidAddress): Pid
  referenceAt(address: TermAddress): Reference
}

/** What a carrier has moved, for those who look on. */
export interface Traffic {
  readonly bytesIn: number
  readonly bytesOut: number
  readonly messagesIn: number
  readonly messagesOut: number
  /** Bytes that wait to be sent. */
  readonly waiting: number
}

/**
 * What joins two kernels: it moves signals, in order, and nothing else. Links, monitors, aliases, names and calls are the kernels'.
 * A carrier that is up is handed to `Kernel.connect`; what comes from the other side it hands to the `Connection` that it gets,
 * and it says there when it breaks.
 */
export interface Carrier {
  /**
   * What a process has sent as it will be in a signal; it is not changed by what happens to the value afterwards.
   *
   * @param lenient what cannot cross is to be replaced by a text: for reasons, which must arrive
   * @throws NOT_CLONEABLE with the path of what cannot cross, unless `lenient`
   */
  encode(value: unknown, terms: Terms, lenient: boolean): unknown
  /** The reverse, in the kernel that receives. */
  decode(encoded: unknown, terms: Terms): unknown
  /** Takes signals along, behind all that came before. It must not wait, nor call back before it returns. */
  send(signals: readonly Signal[]): void
  /**
   * Whether the other side is further behind than the carrier's limit. It takes what is sent all the same; those who ask are told
   * (`sendNosuspend`, an awaited cast). It calls `Connection.ready` when that is over.
   */
  readonly busy: boolean
  /** Of one that counts. */
  readonly traffic?: Traffic
  /**
   * Asked before something goes to whoever has a name there. What it throws is the failure of whoever sends it.
   *
   * @throws where there is no such name on the other side
   */
  checkName?(name: string): void
  /**
   * A process there is to be killed. For a carrier that can end it by force; false, or without this method, the other kernel is told.
   */
  kill?(to: number): boolean
  /** Whether it takes along what goes with a message (`Signal.brought`); default false: that stays here. */
  readonly brings?: boolean
  /**
   * Whether signals go on from there to other kernels, as from an isolated server, which is in reach of them by the program that started
   * it: `'here'`, this kernel hands them on; `'there'`, the other does.
   */
  readonly routes?: 'here' | 'there'
  /** The kernel wants no more of it. */
  close(): void
}

/** The members of a cluster, for a carrier that connects their kernels. */
export interface ClusterMembers {
  /** The secret that a node must present to connect to this node. Only the members know it. */
  readonly secret: string
  /** Returns the address of a member and its secret; undefined for a node that is not a member. */
  resolve(node: string): Promise<{ host: string; port: number; cookie: string | undefined } | undefined>
}

/** The carrier that makes a kernel a node: `erlang()` of `heartwood/erlang`. */
export interface NodeCarrier {
  /**
   * Called before anything runs in the kernel, whose name is that of the node.
   *
   * @param about.development whether the program runs in development
   * @param about.listens false for a node that only inspects another and must not be found; default true
   * @param about.members for a node of a cluster, see `cluster` in the configuration
   * @returns how to stop it, and where it listens
   */
  start(
    kernel: Kernel,
    about: {
      readonly development: boolean
      readonly listens?: boolean
      readonly members?: ClusterMembers
    },
  ): Promise<{ close(): void; readonly address?: { readonly host: string; readonly port: number } }>
}

/** What finds other nodes, and joins the kernel with them when somebody there is to be reached. */
export interface NodeTransport {
  /**
   * A carrier to a node, at once: what is sent waits in it. When the way is there, `Kernel.connect` is called with it and with who
   * that is; when there is none, `Connection.down` of the connection that `joined` is told.
   */
  dial(node: string, joined: (carrier: Carrier) => Connection): void
  /** Resolves when the kernel is joined with that node; rejects with why it is not. */
  connect(node: string): Promise<void>
}
