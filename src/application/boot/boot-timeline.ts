/** What a start was made of, and how long each part of it took: measured as it happens, printed when asked for. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type ExitReason, guardedChannel, type Kernel, type Pid, processInfo } from '../../kernel/index.js'
import { reasonLine } from '../../logging/index.js'
import { type ChildStart, SUPERVISOR_STARTS } from '../../supervisor/index.js'
import { branches } from '../plan/tree-drawing.js'

/** One part of a start. */
export interface BootStep {
  readonly name: string
  readonly kind: 'boot' | 'application' | 'supervisor' | 'worker' | 'phase'
  /** Milliseconds from the begin of the boot to that of this step. */
  readonly start: number
  /** Milliseconds that it took; undefined while it is not through. */
  readonly ms: number | undefined
  /** Why it failed, if it did. */
  readonly failure?: string
  /** What it was made of, in order. */
  readonly steps: readonly BootStep[]
}

/** The name of the channel on which every boot is published once it is through, or has failed. */
export const BOOTS = 'heartwood.boot'

const boots = guardedChannel(BOOTS)

/** What is published there. */
export interface BootEvent {
  readonly kernel: Kernel
  readonly tree: BootStep
  /** When it began, in milliseconds since 1970. */
  readonly begun: number
}

/** Told of each step as it happens, until the boot is through. */
export interface BootWatcher {
  /** @param depth 1 for an application, 2 for its root supervisor, and so on */
  began(step: BootStep, depth: number): void
  ended(step: BootStep, depth: number): void
}

/** A step while it is measured. */
export interface Measured extends BootStep {
  /** 0 for the boot itself. */
  readonly depth: number
  ms: number | undefined
  failure?: string
  readonly steps: Measured[]
  /** The process that came of it. */
  pid?: Pid
}

/** Measures the boot of one kernel's applications until disposed of. */
export class BootTimeline implements Disposable {
  readonly boot: Measured
  /** When it began, on the kernel's clock. */
  readonly begun: number
  /** The step during which a process starts others. */
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

  /** Tells whoever listens what it was made of. */
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

  /** What `starter` starts from now on are parts of this step. */
  adopt(starter: Pid, step: Measured): void {
    this.#starters.set(starter, step)
  }

  /** The steps that are not through, from the boot down to the one that everything waits for. */
  open(): readonly Measured[] {
    const open: Measured[] = []
    for (let at: Measured | undefined = this.boot; at !== undefined; at = openPart(at)) open.push(at)
    return open
  }

  /** Who performs a step: the process in which its start function or its hook runs. */
  starterOf(step: Measured): Pid | undefined {
    for (const [pid, at] of this.#starters) if (at.steps.includes(step)) return pid
    return undefined
  }

  /** Milliseconds since a step began. */
  age({ start }: BootStep): number {
    return this.kernel.now() - this.begun - start
  }

  /** The processes that came of the steps beside this one. */
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
      // A dynamic supervisor starts its children when it has long been up.
      this.adopt(outcome.pid, step)
    }
    this.end(step, outcome !== 'ignore' && 'failed' in outcome ? { reason: outcome.failed } : undefined)
  }

  /** A supervisor that is heard of first starts its children: it is what someone above it is starting. */
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

/** A copy for whoever asks, without what is only for measuring. */
export function bootStep(boot: BootStep): BootStep {
  const copy = withoutParts(boot)
  // A list of its own here and below, since a tree may be deeper than the stack.
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

/** The widest text that the column of milliseconds stands right of; a very deep tree is mostly indentation. */
const WIDEST = 200

/**
 * A boot tree as text: a line for each step, with its milliseconds in a column.
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

/** Without a spread: so many arguments as a wide tree has steps do not fit on the stack. */
function longest(texts: readonly string[]): number {
  return texts.reduce((most, { length }) => Math.max(most, length), 0)
}

function remark({ ms, failure }: BootStep): string {
  if (failure !== undefined) return `  failed: ${failure}`
  return ms === undefined ? '  not through' : ''
}
