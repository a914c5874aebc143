import type { ExitReason } from '../../kernel/index.js'

/** A fault in a thread or program: its code does not yield, its heap becomes full, or its server throws. */
export type FaultEffect =
  | { readonly block: number }
  | { readonly exhaustHeap: true }
  | { readonly crash: unknown }

/** The messages of a port: batches of signals, and what the two sides of it tell each other. */
export type PortMessage =
  | readonly ['signals', size: number, batch: readonly unknown[]]
  /** So many bytes have been taken. */
  | readonly ['taken', bytes: number]
  /** A thread has a program begun, which speaks with it through a port, see `beginProgram`. */
  | readonly ['program', port: unknown, order: unknown]
  | readonly ['report', report: unknown]
  /** Of what is around the server, see `Surroundings`; to it with the levels of reports that somebody has a use for. */
  | readonly ['news', news: unknown, levels?: readonly string[]]
  | readonly ['ready', identity: { readonly node: string; readonly creation: number }]
  | readonly ['beat']
  /** What a test has it suffer. */
  | readonly ['effect', effect: FaultEffect]
  /** It has suffered that. */
  | readonly ['struck']
  /** An extension begins while the server runs. */
  | readonly ['station', at: number, order: unknown]
  /** Of an extension, told by its place among them. */
  | readonly ['extension', at: number, news: unknown]
  /** A module is asked for, or it is the answer. */
  | readonly ['module', id: number, request: unknown]
  /** The server has ended, and what it had to tell is told. */
  | readonly ['over']
  /** It ends by itself: what listens to that may keep it from its end. */
  | readonly ['leaves', exitCode: unknown]
  /** Something failed that is none of a process's. */
  | readonly ['failed', error: unknown]
  | readonly ['unfound', names: readonly string[]]
  | readonly ['unloaded', error: unknown]

const KINDS: ReadonlySet<unknown> = new Set<PortMessage[0]>([
  'signals',
  'taken',
  'program',
  'report',
  'news',
  'ready',
  'beat',
  'effect',
  'struck',
  'station',
  'extension',
  'module',
  'over',
  'leaves',
  'failed',
  'unfound',
  'unloaded',
])

/** Whether a message is one of ours: libraries may also send messages on the channel of a program. */
export function isPortMessage(message: unknown): message is PortMessage {
  return Array.isArray(message) && KINDS.has(message[0])
}

/** One end of a port between this thread or program and another. */
export interface Port {
  post(message: PortMessage, moves?: readonly object[]): void
}

/** Another thread or program, as its host has it. */
export interface Runtime extends Port {
  /** Ends it by force. `RuntimeOwner.ended` is called when it has ended. */
  kill(): void
  /** Sets whether it keeps the program running. */
  hold(holds: boolean): void
}

/** The owner of a runtime, which gets what it sends. */
export interface RuntimeOwner {
  /** Called for each message from there, also for messages of code that knows nothing of Heartwood. */
  took(message: unknown): void
  /** Called when a message from there cannot be read. */
  garbled(error: unknown): void
  /** Called when it has ended, and its last messages are on their way. */
  ending(): void
  /** It is no more, and all that it said was heard. @param reason what it ended with, as far as it was not told to */
  ended(reason: ExitReason): void
}

/** To a thread, or from it: an empty list of what is moved would cost as much as a small message. */
export function postTo(
  port: { postMessage(message: unknown, moves?: readonly ArrayBuffer[]): void },
  message: PortMessage,
  moves: readonly object[],
): void {
  if (moves.length === 0) port.postMessage(message)
  else port.postMessage(message, moves as readonly ArrayBuffer[])
}
