import type { Kernel } from '../kernel.js'
import type { Pid } from '../terms/pid.js'
import type { Reference } from '../terms/reference.js'
import type { Connection } from './connection.js'
import type { PidAddress, Signal, TermAddress } from './signal.js'

/** Converts pids and references for a carrier: only the kernel knows to which kernel they belong. */
export interface Terms {
  /** Returns the address of a value. The kernel recognizes the value when it comes back. */
  addressOf(term: Pid): PidAddress
  addressOf(term: Pid | Reference): TermAddress
  /** Returns the pid at an address: the same pid each time, as long as it is in use. */
  pidAt(address: PidAddress): Pid
  referenceAt(address: TermAddress): Reference
}

/** The traffic of a carrier, for inspection. */
export interface Traffic {
  readonly bytesIn: number
  readonly bytesOut: number
  readonly messagesIn: number
  readonly messagesOut: number
  /** Bytes that wait to be sent. */
  readonly waiting: number
}

/**
 * Connects two kernels: it moves signals, in order, and does nothing else. The kernels handle links, monitors, aliases, names and calls.
 * Pass a carrier that is ready to `Kernel.connect`. It passes signals from the other side to the `Connection` that it gets,
 * and tells the connection when it breaks.
 */
export interface Carrier {
  /**
   * Converts a value that a process sends into its form in a signal; later changes of the value have no effect on it.
   *
   * @param lenient whether a value that cannot be sent is replaced by a text: for reasons, which must arrive
   * @throws NOT_CLONEABLE with the path of the value that cannot be sent, unless `lenient`
   */
  encode(value: unknown, terms: Terms, lenient: boolean): unknown
  /** Converts back, in the receiving kernel. */
  decode(encoded: unknown, terms: Terms): unknown
  /** Sends signals, after all earlier ones. It must not wait, and must call nothing back before it returns. */
  send(signals: readonly Signal[]): void
  /**
   * Whether more than the carrier's limit waits for the other side. It still accepts signals; senders that ask are told
   * (`sendNosuspend`, an awaited cast). It calls `Connection.ready` when this is over.
   */
  readonly busy: boolean
  /** The traffic, if the carrier counts it. */
  readonly traffic?: Traffic
  /**
   * Called before a signal goes to a name on the other side. An error that it throws is the failure of the sender.
   *
   * @throws if such a name is not possible on the other side
   */
  checkName?(name: string): void
  /** Kills a process there, for a carrier that can end it by force. If it returns false, or without this method, the other kernel gets the signal. */
  kill?(to: number): boolean
  /** Whether it also carries data beside a message (`Signal.brought`). Default false: such data stay here. */
  readonly brings?: boolean
  /**
   * Whether signals go on to other kernels. An isolated server reaches them through the program that started
   * it: `'here'`, this kernel forwards them; `'there'`, the other kernel does.
   */
  readonly routes?: 'here' | 'there'
  /** Called when the kernel does not need the carrier any more. */
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

/** Finds other nodes, and connects the kernel with them when a process there is to be reached. */
export interface NodeTransport {
  /**
   * Returns a carrier to a node at once; signals wait in it. When the connection is ready, it calls `Kernel.connect` with the carrier and the identity
   * of the node. If there is none, it calls `Connection.down` of the connection that `joined` gets.
   */
  dial(node: string, joined: (carrier: Carrier) => Connection): void
  /** Resolves when the kernel is connected with that node; rejects with the reason if it is not possible. */
  connect(node: string): Promise<void>
}
