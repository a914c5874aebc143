import {
  Call,
  type ContinueWith,
  child,
  continueWith,
  countChildren,
  GenServer,
  inject,
  ref,
  startChild,
} from 'heartwood'
import { SETTINGS, type Settings } from '../settings.js'
import type { Target } from '../target.js'
import { Checker } from './checker.js'
import { Faults } from './faults.js'
import { CHECKERS, TARGET_LOADER } from './names.js'
import { SampleServices } from './sample-services.js'
import { Worker } from './worker.js'

/** So many first checks may be made at the same time. */
const AT_ONCE = 50

/** Knows what is to be watched, and starts a checker for each target. */
@GenServer({ name: TARGET_LOADER })
export class TargetLoader extends Worker {
  #targets: readonly Target[] = []

  constructor(
    @inject(SETTINGS) private readonly settings: Settings,
    @inject(Faults) faults: Faults,
  ) {
    super(faults)
  }

  async init(): Promise<ContinueWith> {
    this.begin(TARGET_LOADER)
    this.#targets = this.settings.targets ?? (await ref(SampleServices).call.targets())
    return continueWith('start checkers')
  }

  async handleContinue(): Promise<void> {
    // Checkers are permanent and are started in order: as many as there are, so many targets have theirs already,
    // even when an earlier incarnation of this loader died half way.
    const { specs } = await countChildren(CHECKERS)
    for (const [place, target] of [...this.#targets.entries()].slice(specs)) {
      await startChild(CHECKERS, child(Checker, { target, after: this.#offset(target, place) }))
    }
  }

  /**
   * Few are checked at once. Of many, each has its place in the interval, and keeps it: so do its later checks, and those
   * of a checker that was restarted.
   */
  #offset({ interval }: Target, place: number): number {
    const count = this.#targets.length
    if (count <= AT_ONCE) return 0
    return Math.floor((interval * place) / count)
  }

  @Call()
  targets(): readonly Target[] {
    return this.#targets
  }
}
