import type { Settings } from '../settings.js'
import type { Target } from '../target.js'

/** What is watched: known from the settings, or as soon as the samples run. It outlives the workers that need it. */
export class WatchedTargets {
  list: readonly Target[]

  constructor({ targets }: Pick<Settings, 'targets'>) {
    this.list = targets ?? []
  }
}
