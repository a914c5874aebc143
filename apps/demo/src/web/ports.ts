import type { HealthReport } from 'heartwood'
import type { Alert } from '../alerts/alert.js'
import type { CheckResult } from '../checks/check.js'
import type { Incident, Incidents } from '../incidents.js'
import type { MetricSummary, Point } from '../metrics.js'
import type { Change, TargetState } from '../verdict.js'
import type { Uptime } from './uptime.js'

export type { Change, TargetState }

/** How a target stands for whoever looks: in a maintenance window it is neither well nor ill. */
export type ShownState = TargetState | 'maintenance'

/** All that the page and the API tell about one target. */
export interface TargetView {
  readonly name: string
  /** Without anything in it that may be a secret. */
  readonly url: string
  /** Whether the address is the operator's business alone. */
  readonly hidden: boolean
  readonly state: ShownState
  /** Since when it is in this state, in epoch milliseconds. */
  readonly since?: number
  /** Why it is down, or slow. */
  readonly reason?: string
  /** It changes all the time. */
  readonly flapping?: boolean
  /** A maintenance window is open: what it is for. */
  readonly maintenance?: string
  /** When its TLS certificate ends, in epoch milliseconds. */
  readonly certificate?: number
  readonly metrics: MetricSummary
  /** The Pulse that checks it, where several share the targets; undefined while it moves. */
  readonly instance?: string | undefined
  /** The group that it is shown in. */
  readonly group?: string | undefined
  /** Undefined while it is not known. */
  readonly uptime?: Uptime | undefined
  /** The latest checks, oldest first. */
  readonly recent: readonly Point[]
  /** The latest of them whole. */
  readonly latest?: CheckResult
}

/** What the page of one target shows. */
export interface TargetDetail {
  readonly target: TargetView
  /** Oldest first; undefined while the database is away. */
  readonly history: readonly CheckResult[] | undefined
}

export interface WorkerView {
  readonly name: string
  /** Absent while the worker is between two lives. */
  readonly pid?: string
}

/** One of several Pulses that share the targets. */
export interface InstanceView {
  /** The name of its node. */
  readonly node: string
  /** How many it checks. */
  readonly targets: number
}

/** How many targets are in which state. */
export type StateCounts = Readonly<Record<ShownState, number>>

export interface Snapshot {
  /** All of them, or as many as were asked for: those that need somebody's eye first. */
  readonly targets: readonly TargetView[]
  /** Of all targets. */
  readonly counts: StateCounts
  /** Why Pulse itself cannot check. */
  readonly trouble?: string | undefined
  /** The latest changes, newest first. */
  readonly changes: readonly Change[]
  readonly workers: readonly WorkerView[]
  /** What operators tell the readers, newest first. */
  readonly incidents: readonly Incident[]
  /** The latest alerts, newest first. */
  readonly alerts: readonly Alert[]
  /** The Pulses that share the targets, the one that tells first; none where it is alone. */
  readonly instances: readonly InstanceView[]
}

/** The ways in which a worker can be crashed. */
export const CRASHES = ['call', 'cast', 'timer', 'init', 'rejection'] as const
export type Crash = (typeof CRASHES)[number]

/** What the web pages need of the rest of Pulse. A rejection with an {@link Unavailable} is answered with 503. */
export interface WebPorts {
  /**
   * @param limit the most targets that it shall hold; default all
   * @param query only those whose name, group or address has this text
   */
  snapshot(limit?: number, query?: string): Promise<Snapshot>
  /** One target with its uptime and so many of its stored checks; undefined where there is none of this name. */
  target(name: string, checks: number): Promise<TargetDetail | undefined>
  /** The names of all targets. */
  targetNames(): readonly string[]
  /** A target tells how it is. Returns whether the token is one of a target. */
  beat(token: string, up: boolean, message: string | undefined): boolean
  readonly incidents: Incidents
  /** The stored checks of a target, oldest first. */
  history(target: string, limit: number): Promise<readonly CheckResult[]>
  workers(): readonly WorkerView[]
  crash(worker: string, how: Crash): void
  /** Whether Pulse is alive and ready, with the reasons why not. */
  health(): Promise<HealthReport>
  /** Epoch milliseconds. */
  wallTime(): number
  /** Monotonic milliseconds. */
  now(): number
  /** Resolves after so many milliseconds. */
  pause(milliseconds: number): Promise<void>
  /** A line in the log. */
  warn(message: string): void
}

/** A part of Pulse is just being restarted: to ask again in a moment is the thing to do. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'
  readonly statusCode = 503
}
