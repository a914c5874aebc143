import { type Maintenance, maintenanceOf } from '../maintenance.js'
import type { Settings } from '../settings.js'
import type { Target } from '../target.js'

/** What is watched: known from the settings, or as soon as the samples run. It outlives the workers that need it. */
export class WatchedTargets {
  list: readonly Target[]
  windows: readonly Maintenance[]
  /** Those that are being checked, by name: as they were when that began. Who starts and ends checks keeps it. */
  readonly checked = new Map<string, Target>()
  /** The one whose checks are just being started or ended. */
  underway: Target | undefined

  /** Since when this Pulse has waited for the word of each target that tells by itself, in epoch milliseconds. */
  readonly waitedFor = new Map<string, number>()

  constructor({ targets, maintenance }: Pick<Settings, 'targets' | 'maintenance'>) {
    this.list = targets ?? []
    this.windows = maintenance
  }

  /** What the maintenance window is for that the target is in, if any. */
  maintenance(target: string, at: number): string | undefined {
    return maintenanceOf(this.windows, target, at)?.reason
  }

  /** A result with word of the window that it was found in. */
  marked<Found extends { readonly target: string; readonly at: number }>(result: Found): Found {
    return this.maintenance(result.target, result.at) === undefined
      ? result
      : { ...result, maintenance: true }
  }
}
