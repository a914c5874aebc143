import type { Pid } from '../kernel/index.js'
import { testKernel } from './current-test-kernel.js'
import type { TestKernel } from './test-kernel/test-kernel.js'
import { Aim, type Target } from './test-target.js'
import { StableNames, sequenceOf, type TimelineOptions, type TraceEvent, timelineOf } from './trace/index.js'

/** What happened in a tree, as data, as text and as a picture. */
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
   * One line an event: who did what when. It is the same in every run, for snapshots: a process that has no name is told by
   * its label and its place among those of that label, as `Ticker#2`. With `{ pids: true }` pids are told.
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
 * What happened so far to a process and to all that were started below it, living and dead; without a target, in the
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
