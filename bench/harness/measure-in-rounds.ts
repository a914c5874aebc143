/**
 * Measures ratios in rounds, in which the arms take turns, until the confidence interval of each is narrow enough: so a
 * machine that is busy takes longer, and does not give another figure.
 */
import { loadavg } from 'node:os'
import { ArmFailure, type Ground, isHere, sampleOf } from './arm.js'
import { type Interval, intervalOf, widthOf } from './confidence-interval.js'
import type { By } from './ratio.js'
import type { Machine, Versions } from './results.js'
import type { Sample } from './sample.js'
import { type ArmName, amounts, type Scenario, type SizeName } from './scenario.js'

export interface IntervalPlan {
  readonly size: SizeName
  /** How wide an interval may be, as a part of its median. */
  readonly width: number
  /** After so many rounds it is given up. */
  readonly most: number
  /** Of which ratio the interval is to be narrow. Both are kept. */
  readonly by: By
  /** Default those of the scenario, without its floors. */
  readonly arms?: readonly ArmName[]
}

/** How many times an arm's figure is Heartwood's: above 1, Heartwood is faster or lighter. */
export interface RatioInterval {
  readonly arm: ArmName
  readonly rounds: number
  /** On the clock; of memory, the bytes. Undefined where there were too few rounds. */
  readonly clock?: Interval
  /** In processor time, of all threads of either program. */
  readonly cpu?: Interval
  /** Whether it became narrow enough. */
  readonly narrow: boolean
  /** What its program said when it failed. */
  readonly failed?: string
}

export interface ScenarioIntervals {
  readonly scenario: string
  readonly size: number
  readonly day: string
  /** The load of the machine: before, and after. */
  readonly load: readonly [number, number]
  readonly pinned: string
  readonly width: number
  readonly by: By
  readonly ratios: readonly RatioInterval[]
}

export interface IntervalResults {
  readonly machine: Machine
  readonly versions: Versions
  readonly intervals: readonly ScenarioIntervals[]
}

export type Sampled = (arm: ArmName) => Promise<Sample>

/** Told of each sample as it comes. */
type Progress = (arm: ArmName, round: number) => void

export async function intervalsOf(
  scenario: Scenario,
  plan: IntervalPlan,
  ground: Ground,
  progress: Progress = () => {},
): Promise<ScenarioIntervals> {
  const amount = amounts(scenario, plan.size)
  const before = load()
  const arms = (plan.arms ?? scenario.arms).filter(
    (arm) => arm !== 'heartwood' && isHere(scenario, arm, ground),
  )
  const ratios = await inRounds(arms, plan, (arm) => sampleOf(scenario, arm, amount, ground), progress)
  return {
    scenario: scenario.name,
    size: amount.size,
    day: new Date().toISOString().slice(0, 10),
    load: [before, load()],
    pinned: scenario.cores === 'all' ? 'on all cores' : (ground.pin?.said ?? 'not pinned'),
    width: plan.width,
    by: plan.by,
    ratios,
  }
}

/**
 * The rounds: whoever comes first does so in every other round only, and an arm whose interval is narrow is left out from then on.
 *
 * @throws ArmFailure when Heartwood's own arm fails
 */
export async function inRounds(
  arms: readonly ArmName[],
  { width, most, by }: Pick<IntervalPlan, 'width' | 'most' | 'by'>,
  sampled: Sampled,
  progress: Progress = () => {},
): Promise<RatioInterval[]> {
  const pairs = new Map(arms.map((arm) => [arm, new Pairs(arm)]))
  const open = (): Pairs[] => [...pairs.values()].filter((each) => each.isOpen(width, by))
  for (let round = 0; round < most && open().length > 0; round++) {
    const taking: ArmName[] = ['heartwood', ...open().map(({ arm }) => arm)]
    const samples = new Map<ArmName, Sample>()
    for (const arm of round % 2 === 0 ? taking : taking.reverse()) {
      progress(arm, round)
      try {
        samples.set(arm, await sampled(arm))
      } catch (error) {
        if (arm === 'heartwood' || !(error instanceof ArmFailure)) throw error
        pairs.get(arm)?.fail(error.message)
      }
    }
    const own = samples.get('heartwood') as Sample
    for (const [arm, theirs] of samples) pairs.get(arm)?.add(own, theirs)
  }
  return [...pairs.values()].map((each) => each.result(width, by))
}

/** The ratios of the rounds so far. */
class Pairs {
  readonly #clock: number[] = []
  readonly #cpu: number[] = []
  #failed: string | undefined

  constructor(readonly arm: ArmName) {}

  add(own: Sample, theirs: Sample): void {
    this.#clock.push(theirs.value / own.value)
    if (theirs.cpu != null && own.cpu != null) this.#cpu.push(theirs.cpu / own.cpu)
  }

  fail(why: string): void {
    this.#failed = why
  }

  isOpen(width: number, by: By): boolean {
    return this.#failed === undefined && !this.#isNarrow(width, by)
  }

  result(width: number, by: By): RatioInterval {
    const [clock, cpu] = [intervalOf(this.#clock), intervalOf(this.#cpu)]
    return {
      arm: this.arm,
      rounds: this.#clock.length,
      ...(clock === undefined ? undefined : { clock }),
      ...(cpu === undefined ? undefined : { cpu }),
      narrow: this.#isNarrow(width, by),
      ...(this.#failed === undefined ? undefined : { failed: this.#failed }),
    }
  }

  /** What takes no time, such as memory, has no processor time either. */
  #isNarrow(width: number, by: By): boolean {
    const interval = intervalOf(by === 'cpu' && this.#cpu.length > 0 ? this.#cpu : this.#clock)
    return interval !== undefined && widthOf(interval) < width
  }
}

const load = (): number => Math.round((loadavg()[0] ?? 0) * 10) / 10
