/** What the program that plays the rounds and the nodes say to each other. */
import type { Late } from './lateness.js'

/** How a node is started. */
export interface NodeOrders {
  readonly node: string
  readonly engine: 'postgres' | 'nats'
  /** The port of the engine's server, or of the way to it. */
  readonly port: number
  readonly lease: number
  readonly keys: readonly string[]
  /** The port at which its kernel listens, and the one at which others come to it. */
  readonly listens: number
  readonly door: number
}

/** An answer to a call: how far its worker has counted, and since which start. */
export interface Counted {
  readonly key: string
  readonly count: number
  /** The token under which the worker began at nothing. */
  readonly born: number
}

export type FromNode =
  | { readonly what: 'up' }
  /** A write under a token: it is answered. */
  | { readonly what: 'write'; readonly id: number; readonly key: string; readonly token: number }
  | { readonly what: 'answered'; readonly answer: Counted }
  | { readonly what: 'failed'; readonly code: string }
  /** Where it was asked: what it owns, and how late its timers were since it was asked last. */
  | { readonly what: 'owns'; readonly id: number; readonly keys: readonly string[]; readonly late: Late }
  /** A worker begins: with what the one before it handed over, or at nothing. */
  | { readonly what: 'begun'; readonly key: string; readonly token: number; readonly isAnew: boolean }
  | { readonly what: 'told'; readonly text: string }

export type ToNode =
  | { readonly what: 'written'; readonly id: number; readonly accepted: boolean }
  | { readonly what: 'load'; readonly on: boolean }
  | { readonly what: 'own'; readonly id: number }
