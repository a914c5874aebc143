import {
  type ContinueWith,
  child,
  continueWith,
  countChildren,
  GenServer,
  inject,
  startChild,
} from 'heartwood'
import type { Target } from '../target.js'
import { Checker } from './checker.js'
import { Faults } from './faults.js'
import { HeartbeatWatcher } from './heartbeat-watcher.js'
import { CHECKERS, TARGET_LOADER } from './names.js'
import { WatchedTargets } from './watched-targets.js'
import { Worker } from './worker.js'

/** So many first checks may be made at the same time. */
const AT_ONCE = 50

/** Starts a checker for each target, or who waits for its heartbeats. */
@GenServer({ name: TARGET_LOADER })
export class TargetLoader extends Worker {
  constructor(
    @inject(WatchedTargets) private readonly watched: WatchedTargets,
    @inject(Faults) faults: Faults,
  ) {
    super(faults)
  }

  init(): ContinueWith {
    this.begin(TARGET_LOADER)
    return continueWith('start checkers')
  }

  async handleContinue(): Promise<void> {
    // Checkers are permanent and are started in order: as many as there are, so many targets have theirs already,
    // even when an earlier incarnation of this loader died half way.
    const { specs } = await countChildren(CHECKERS)
    for (const [place, target] of [...this.watched.list.entries()].slice(specs)) {
      await startChild(
        CHECKERS,
        target.kind === 'push'
          ? child(HeartbeatWatcher, target)
          : child(Checker, { target, after: this.#offset(target, place) }),
      )
    }
  }

  /**
   * Few are checked at once. Of many, each has its place in the interval, and keeps it: so do its later checks, and those
   * of a checker that was restarted.
   */
  #offset({ interval }: Target, place: number): number {
    const count = this.watched.list.length
    if (count <= AT_ONCE) return 0
    return Math.floor((interval * place) / count)
  }
}
