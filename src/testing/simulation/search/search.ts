import type { NextStep, SteppedKernel } from '../../../kernel/index.js'
import type { Draws } from './schedule.js'

/** A step in which something goes wrong. */
export interface FaultyStep extends NextStep {
  /** As which of the run it was installed, from 1. */
  readonly fault: { readonly number: number }
}

/** Decides, in one run, which of the possible steps comes next. */
export interface Chooser {
  /**
   * @param steps what could come next, at least one, the default first
   * @param at the number of the step that is to be made
   * @returns a place in `steps`; undefined to leave the run, which could show nothing new
   */
  choose(steps: readonly NextStep[], at: number): number | undefined
  /**
   * As `choose`, of the steps that could come before the code of the last one goes on from an `await` of what is settled already.
   * Without it none does.
   *
   * @param between how often that was asked since the last step, from 1
   * @returns undefined to let the code go on
   */
  interrupt?(steps: readonly NextStep[], at: number, between: number): number | undefined
  /**
   * Asked ahead of `choose` where faults may strike. Without it they are among the steps that `choose` gets, behind all others.
   *
   * @returns a place in `faults`; undefined to have nothing go wrong
   */
  strike?(faults: readonly FaultyStep[], at: number): number | undefined
  /** Told when the code has gone on after the last `interrupt`. */
  wentOn?(): void
  /** Told when a step was made and all it led to at once has happened; `chosen` is undefined for the kernel's own. */
  made?(kernel: SteppedKernel, chosen: NextStep | undefined): void
  /** Draws that are not to be those of the seed. */
  readonly draws?: Draws | undefined
  /** Lists of which a run showed the order, for all runs of a search: see `SteppedKernel.ordered`. */
  readonly ordered?: Set<string>
  /** Goes on when the program is at its end, until nobody can: what others would have done may have mattered. */
  readonly toTheEnd?: boolean
}

/** A way through the schedules of a program, one run after the other. */
export interface Search {
  /** The chooser of the next run, and the seed of what is random in it; undefined when all schedules were seen. */
  next(): { readonly chooser: Chooser; readonly seed: number } | undefined
  /** It left schedules out in which a step is passed over again and again: see `patience.ts`. */
  readonly unfair?: boolean
}
