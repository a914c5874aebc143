import type { CheckResult } from '../check.js'
import type { MetricSummary } from '../metrics.js'

export type TargetState = 'up' | 'down' | 'pending'

/** All that the page and the API tell about one target. */
export interface TargetView {
  readonly name: string
  readonly url: string
  readonly state: TargetState
  /** Since when it is in this state, in epoch milliseconds. */
  readonly since?: number
  /** Why it is down. */
  readonly reason?: string
  readonly metrics: MetricSummary
  /** The latest checks, oldest first. */
  readonly recent: readonly CheckResult[]
}

/** A target went from one state to another. */
export interface Change {
  readonly target: string
  readonly from: TargetState
  readonly to: TargetState
  readonly at: number
  readonly reason?: string
}

export interface WorkerView {
  readonly name: string
  /** Absent while the worker is between two lives. */
  readonly pid?: string
}

export interface Snapshot {
  readonly targets: readonly TargetView[]
  /** The latest changes, newest first. */
  readonly changes: readonly Change[]
  readonly workers: readonly WorkerView[]
}

/** The ways in which a worker can be crashed. */
export const CRASHES = ['call', 'cast', 'timer', 'init', 'rejection'] as const
export type Crash = (typeof CRASHES)[number]

/** What the web pages need of the rest of Pulse. A rejection with an {@link Unavailable} is answered with 503. */
export interface WebPorts {
  snapshot(): Promise<Snapshot>
  /** The stored checks of a target, oldest first. */
  history(target: string, limit: number): Promise<readonly CheckResult[]>
  workers(): readonly WorkerView[]
  crash(worker: string, how: Crash): void
  /** Epoch milliseconds. */
  wallTime(): number
}

/** A part of Pulse is just being restarted: to ask again in a moment is the thing to do. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'
  readonly statusCode = 503
}
