import type { RemoteName } from '../terms/signal-messages.js'

/** Where in a kernel a signal goes: a process by its id, or by its registered name. */
export type LocalAddress = number | string

/** The identity of a kernel: its name, and a number that distinguishes kernels that had this name one after the other. */
export interface NodeIdentity {
  readonly node: string
  readonly creation: number
}

/** A pid in its form outside its kernel. */
export interface PidAddress extends NodeIdentity {
  readonly id: number
}

/** A pid or a reference in its form outside its kernel. */
export interface TermAddress extends NodeIdentity {
  readonly id: ReferenceId
}

/** The receiver of a signal. Over a carrier that `routes`, also a process of a third kernel, by its whole address or by its name there. */
export type ProcessAddress = LocalAddress | PidAddress | RemoteName

/** The sender of a signal. Over a carrier that `routes`, also a process of a third kernel. */
export type SenderAddress = number | PidAddress

/** A reference in the kernel that made it: a number in Heartwood's kernels; in others the form of their carrier, such as the words of Erlang's. */
export type ReferenceId = number | string

/**
 * Why a call was not answered. `'ended'`: the server ended, with the given reason. `'refused'`: the request or the answer cannot be sent; the
 * reason says why.
 */
export type CallFailure = 'noproc' | 'ended' | 'overload' | 'cycle' | 'refused'

/**
 * A signal between two kernels. It is plain data: `from` and `to` are ids of processes, `from` in the kernel that sends and `to` in the one
 * that receives. Values of user code (messages, reasons) are in the form of `Carrier.encode`.
 *
 * | signal | meaning |
 * | --- | --- |
 * | `send`, `alias_send` | a message, to a process or through an alias; `brought` are attachments, for `Carrier.brings` |
 * | `link`, `unlink`, `unlink_ack` | both ends know of a link; the `id` of an unlink distinguishes signals of the link before it from those
 * of a link made after it |
 * | `link_exit`, `exit` | a linked process ended; `exit(pid, reason)` |
 * | `monitor`, `demonitor`, `down` | `ref` belongs to the kernel that monitors |
 * | `call`, `reply`, `call_failed`, `abandon` | `id` belongs to the caller's kernel; `abandon`: nobody waits for the answer any more |
 * | `start`, `started`, `start_failed` | a process is to be started, see `Nodes.startServer`; `pid` is undefined if its init returned
 * `'ignore'` |
 */
export type Signal =
  | {
      readonly op: 'send'
      readonly to: ProcessAddress
      readonly message: unknown
      readonly brought?: unknown
    }
  | {
      readonly op: 'alias_send'
      readonly ref: ReferenceId | TermAddress
      readonly message: unknown
      readonly brought?: unknown
    }
  | { readonly op: 'link'; readonly from: SenderAddress; readonly to: SenderAddress }
  | {
      readonly op: 'unlink'
      readonly id: number | bigint
      readonly from: SenderAddress
      readonly to: SenderAddress
    }
  | {
      readonly op: 'unlink_ack'
      readonly id: number | bigint
      readonly from: SenderAddress
      readonly to: SenderAddress
    }
  | {
      readonly op: 'link_exit'
      readonly from: SenderAddress
      readonly to: SenderAddress
      readonly reason: unknown
    }
  | {
      readonly op: 'exit'
      readonly from: SenderAddress
      readonly to: SenderAddress
      readonly reason: unknown
    }
  | {
      readonly op: 'monitor'
      readonly ref: ReferenceId
      readonly from: SenderAddress
      readonly to: ProcessAddress
    }
  | { readonly op: 'demonitor'; readonly ref: ReferenceId }
  | { readonly op: 'down'; readonly ref: ReferenceId; readonly reason: unknown }
  | {
      readonly op: 'call'
      readonly id: number
      readonly from: SenderAddress | undefined
      readonly to: ProcessAddress
      readonly payload: unknown
      readonly brought?: unknown
    }
  | { readonly op: 'reply'; readonly id: number; readonly value: unknown }
  | { readonly op: 'call_failed'; readonly id: number; readonly why: CallFailure; readonly reason: unknown }
  | { readonly op: 'abandon'; readonly id: number }
  | {
      readonly op: 'start'
      readonly id: number
      readonly from: number
      readonly request: unknown
      readonly link: boolean
    }
  | { readonly op: 'started'; readonly id: number; readonly pid: number | undefined }
  | { readonly op: 'start_failed'; readonly id: number; readonly error: unknown }
