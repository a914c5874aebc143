import type { Pid } from '../kernel/index.js'
import { testKernel } from './current-test-kernel.js'
import type { TestKernel } from './test-kernel/test-kernel.js'
import { Aim, type Target } from './test-target.js'
import { StableNames, sequenceOf, type TimelineOptions, type TraceEvent, timelineOf } from './trace/index.js'

/** The events of a tree, as data, as text and as a drawing. */
export class Story {
  readonly #kernel: TestKernel
  readonly #concerns: (event: TraceEvent) => boolean

  constructor(kernel: TestKernel, concerns: (event: TraceEvent) => boolean) {
    this.#kernel = kernel
    this.#concerns = concerns
  }

  get events(): readonly TraceEvent[] {
    return this.#kernel.trace.events.filter(this.#concerns)
  }

  /**
   * Returns one line for each event. The text is the same in every run, for snapshots: a process without a name is shown by
   * its label and its number among processes with that label, as `Ticker#2`. With `{ pids: true }` it has pids.
   */
  toString(options: TimelineOptions = {}): string {
    const { events } = this
    const { nameOf } = this.#kernel.trace
    if (options.pids === true) return timelineOf(events, nameOf, options)
    const names = new StableNames(events, nameOf)
    return names.renamed(timelineOf(events, names.nameOf, { ...options, pids: false }))
  }

  /** A Mermaid `sequenceDiagram`, with the same names. */
  toMermaid(): string {
    const { events } = this
    const names = new StableNames(events, this.#kernel.trace.nameOf)
    return names.renamed(sequenceOf(events, names.nameOf, false))
  }
}

/**
 * Returns the events so far of a process and of all processes started below it, living and dead; without a target, those of the
 * whole kernel.
 *
 * @throws TEST_KERNEL_MISSING, TEST_TARGET_UNKNOWN
 * @example
 * ```ts
 * expect(String(traceOf('bank'))).toMatchInlineSnapshot()
 * ```
 */
export function traceOf(tree?: Target): Story {
  const kernel = testKernel('traceOf')
  if (tree === undefined) return new Story(kernel, () => true)
  const aim = new Aim(kernel, tree, 'traceOf')
  const tops = new Set(aim.incarnations.length > 0 ? aim.incarnations : [aim.pid])
  const isInside = (pid: unknown): boolean => {
    for (let at = pid as Pid | undefined; at !== undefined; at = kernel.trace.parentOf(at)) {
      if (tops.has(at)) return true
    }
    return false
  }
  return new Story(kernel, ({ from, to }) => isInside(to) || (from !== 'timer' && isInside(from)))
}
