/** The timeline of a boot: a tree of its steps, with the time that each step took. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type ExitReason, guardedChannel, type Kernel, type Pid, processInfo } from '../../kernel/index.js'
import { reasonLine } from '../../logging/index.js'
import { type ChildStart, SUPERVISOR_STARTS } from '../../supervisor/index.js'
import { branches } from '../plan/tree-drawing.js'

/** A step of a boot. */
export interface BootStep {
  readonly name: string
  readonly kind: 'boot' | 'application' | 'supervisor' | 'worker' | 'phase'
  /** Milliseconds from the beginning of the boot to the beginning of this step. */
  readonly start: number
  /** The time that the step took, in milliseconds; `undefined` while it has not ended. */
  readonly ms: number | undefined
  /** The reason of its failure, if it failed. */
  readonly failure?: string
  /** The steps inside this step, in order. */
  readonly steps: readonly BootStep[]
}

/** The name of the channel of boots. Each boot is published at its end, also if it failed. */
export const BOOTS = 'heartwood.boot'

const boots = guardedChannel(BOOTS)

/** The event of a boot. */
export interface BootEvent {
  readonly kernel: Kernel
  readonly tree: BootStep
  /** The time of its beginning, in milliseconds since 1970. */
  readonly begun: number
}

/** A listener that gets each step of a boot as it happens, until the boot has finished. */
export interface BootWatcher {
  /** @param depth 1 for an application, 2 for its root supervisor, and so on */
  began(step: BootStep, depth: number): void
  ended(step: BootStep, depth: number): void
}

/** A step that is being measured. */
export interface Measured extends BootStep {
  /** The depth of the step: 0 for the boot itself. */
  readonly depth: number
  ms: number | undefined
  failure?: string
  readonly steps: Measured[]
  /** The process that the step started. */
  pid?: Pid
}

/** Measures the boot of the applications of a kernel until it is disposed of. */
export class BootTimeline implements Disposable {
  readonly boot: Measured
  /** The time of the beginning, by the clock of the kernel. */
  readonly begun: number
  /** The step of each process that starts others. */
  readonly #starters = new Map<Pid, Measured>()
  readonly #hear = (message: unknown): void => this.#child(message as ChildStart)

  constructor(
    private readonly kernel: Kernel,
    private readonly watcher?: BootWatcher,
  ) {
    this.begun = kernel.now()
    this.boot = { name: 'boot', kind: 'boot', depth: 0, start: 0, ms: undefined, steps: [] }
    subscribe(SUPERVISOR_STARTS, this.#hear)
  }

  [Symbol.dispose](): void {
    unsubscribe(SUPERVISOR_STARTS, this.#hear)
    this.#starters.clear()
  }

  /** Publishes the boot on its channel. */
  publish(tree: BootStep): void {
    if (!boots.hasSubscribers) return
    const begun = this.kernel.clock.wallTime() - (this.kernel.now() - this.begun)
    boots.publish({ kernel: this.kernel, tree, begun } satisfies BootEvent)
  }

  begin(parent: Measured, kind: BootStep['kind'], name: string): Measured {
    const depth = parent.depth + 1
    const start = this.kernel.now() - this.begun
    const step: Measured = { name, kind, depth, start, ms: undefined, steps: [] }
    parent.steps.push(step)
    this.watcher?.began(step, depth)
    return step
  }

  end(step: Measured, failure?: { readonly reason: ExitReason }): void {
    step.ms = this.kernel.now() - this.begun - step.start
    if (failure !== undefined) step.failure = reasonLine(failure.reason)
    this.watcher?.ended(step, step.depth)
  }

  /** Makes all starts by `starter` from now on parts of a step. */
  adopt(starter: Pid, step: Measured): void {
    this.#starters.set(starter, step)
  }

  /** The steps that have not ended, from the boot down to the step that all others wait for. */
  open(): readonly Measured[] {
    const open: Measured[] = []
    for (let at: Measured | undefined = this.boot; at !== undefined; at = openPart(at)) open.push(at)
    return open
  }

  /** The process that performs a step, in which its start function or hook runs. */
  starterOf(step: Measured): Pid | undefined {
    for (const [pid, at] of this.#starters) if (at.steps.includes(step)) return pid
    return undefined
  }

  /** Milliseconds since a step began. */
  age({ start }: BootStep): number {
    return this.kernel.now() - this.begun - start
  }

  /** The processes that the neighbouring steps have started. */
  siblingsOf(step: Measured): ReadonlySet<Pid | undefined> {
    const starter = this.starterOf(step)
    const above = starter === undefined ? undefined : this.#starters.get(starter)
    return new Set(above?.steps.map(({ pid }) => pid))
  }

  #child({ kernel, supervisor, spec, outcome }: ChildStart): void {
    const within = kernel === this.kernel ? this.#stepOf(supervisor) : undefined
    if (within === undefined) return
    if (outcome === undefined) {
      this.begin(within, spec.type, spec.id)
      return
    }
    const step = openPart(within)
    if (step === undefined) return
    if (outcome !== 'ignore' && 'pid' in outcome) {
      step.pid = outcome.pid
      // A dynamic supervisor starts its children after its own start has ended.
      this.adopt(outcome.pid, step)
    }
    this.end(step, outcome !== 'ignore' && 'failed' in outcome ? { reason: outcome.failed } : undefined)
  }

  /** The step of a supervisor. A supervisor that is still unknown is just being started: it belongs to the open step of a process above it. */
  #stepOf(supervisor: Pid): Measured | undefined {
    const known = this.#starters.get(supervisor)
    if (known !== undefined) return known
    for (let at = processInfo(supervisor, 'parent'); at !== undefined; at = processInfo(at, 'parent')) {
      const above = this.#starters.get(at)
      if (above === undefined) continue
      const step = openPart(above)
      if (step !== undefined) this.adopt(supervisor, step)
      return step
    }
    return undefined
  }
}

function openPart({ steps }: Measured): Measured | undefined {
  return steps.findLast(({ ms }) => ms === undefined)
}

/** A copy of a boot tree without the fields that are only for measuring. */
export function bootStep(boot: BootStep): BootStep {
  const copy = withoutParts(boot)
  // No recursion, here and below, since a tree may be deeper than the stack.
  const open = [{ step: boot, copy }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const step of next.step.steps) {
      const part = withoutParts(step)
      next.copy.steps.push(part)
      open.push({ step, copy: part })
    }
  }
  return copy
}

function withoutParts({ name, kind, start, ms, failure }: BootStep): BootStep & { steps: BootStep[] } {
  return { name, kind, start, ms, ...(failure === undefined ? undefined : { failure }), steps: [] }
}

/** The widest text for which the column of milliseconds is aligned. A very deep tree is mostly indentation. */
const WIDEST = 200

/**
 * The text of a boot tree: one line for each step, with its milliseconds in a column.
 *
 * @example
 * console.log(bootTreeText(system.bootTree()))
 */
export function bootTreeText(boot: BootStep): string {
  const texts = [boot.name, ...branches(boot.steps, lineOf, ({ steps }) => steps)]
  const steps = [...inOrder(boot)]
  const times = steps.map(({ ms }) => (ms === undefined ? '…' : ms.toFixed(1)))
  const width = Math.min(longest(texts), WIDEST)
  const digits = longest(times)
  const lines = steps.map((step, at) => {
    const [text = '', time = ''] = [texts[at], times[at]]
    return `${text.padEnd(width)}  ${time.padStart(digits)} ms${remark(step)}\n`
  })
  return lines.join('')
}

function lineOf({ kind, name }: BootStep): string {
  return kind === 'phase' ? `phase ${name}` : name
}

function* inOrder(boot: BootStep): Iterable<BootStep> {
  const open = [boot]
  for (let step = open.pop(); step !== undefined; step = open.pop()) {
    yield step
    for (const each of [...step.steps].reverse()) open.push(each)
  }
}

/** The length of the longest text. Without `Math.max(...)`, whose arguments would overflow the stack for a wide tree. */
function longest(texts: readonly string[]): number {
  return texts.reduce((most, { length }) => Math.max(most, length), 0)
}

function remark({ ms, failure }: BootStep): string {
  if (failure !== undefined) return `  failed: ${failure}`
  return ms === undefined ? '  not through' : ''
}
