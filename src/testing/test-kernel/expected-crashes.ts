/** The crashes of a test, and those it expects. */
import { type HeartwoodError, isError, type Pid, type Report, stackLines } from '../../kernel/index.js'
import { testingError } from '../errors.js'
import { type Recorder, reasonText, timelineOf } from '../trace/index.js'

/** Lines of the timeline that are shown with a crash. */
const LINES = 30

/** A crash, with the state of the kernel at that time. */
export interface Crash {
  readonly report: Report
  readonly pid: Pid
  readonly reason: unknown
  /** The tree at that time, and the events before; empty if the crash was already expected. */
  tree: string
  timeline: string
  /** Whether the test expected it. */
  expected: boolean
}

type Rule = (crash: Crash) => boolean

/** What a crash is told with. */
interface Surroundings {
  readonly trace: Recorder
  tree(): string
}

export class Crashes {
  /** The last `limit` of them; of those that nobody expected the first stays, too. */
  readonly all: Crash[] = []
  /** How many are not kept that nobody expected. */
  #dropped = 0
  readonly #kernel: Surroundings
  readonly #allowed: Rule[] = []
  readonly #claimed = new Set<Crash>()

  /** @param isOrdered whether the test has a process crash with this reason */
  constructor(
    kernel: Surroundings,
    private readonly isOrdered: (reason: unknown) => boolean,
    private readonly limit: number,
  ) {
    this.#kernel = kernel
  }

  /** Takes note of a report, if it is one of a crash. */
  note(report: Report): Crash | undefined {
    if (report.kind !== 'crash' || report.pid === undefined) return undefined
    const { pid, reason } = report
    const { trace } = this.#kernel
    const crash: Crash = {
      report,
      pid,
      reason,
      tree: '',
      timeline: '',
      expected: this.isOrdered(reason),
    }
    crash.expected ||= this.#allowed.some((rule) => rule(crash))
    // Those that are expected are never shown, and may be many.
    if (!crash.expected) {
      crash.tree = this.#kernel.tree()
      crash.timeline = timelineOf(trace.events.slice(-4 * LINES), trace.nameOf, { last: LINES })
    }
    this.all.push(crash)
    if (this.all.length > this.limit * 1.1) this.#drop(this.all.length - this.limit)
    return crash
  }

  /** Lets go of the oldest, each of which may hold a state. */
  #drop(count: number): void {
    const first = this.all.find(({ expected }) => !expected)
    const gone = this.all.splice(0, count)
    for (const crash of gone) {
      this.#claimed.delete(crash)
      if (!crash.expected && crash !== first) this.#dropped++
    }
    // What led to the others came of it, mostly.
    if (first !== undefined && gone.includes(first)) this.all.unshift(first)
  }

  /** From now on, and from before, such crashes are expected. */
  allow(rule: Rule): void {
    this.#allowed.push(rule)
    for (const crash of this.all) crash.expected ||= rule(crash)
  }

  /** One crash that no other expectation has claimed, if there is one. */
  claim(rule: Rule): Crash | undefined {
    const found = this.all.find((crash) => !this.#claimed.has(crash) && rule(crash))
    if (found === undefined) return undefined
    this.#claimed.add(found)
    found.expected = true
    return found
  }
  /** The failure of a test with crashes that it did not expect. */
  failure(): HeartwoodError | undefined {
    const unexpected = this.all.filter(({ expected }) => !expected)
    const [first] = unexpected
    if (first === undefined) return undefined
    const all = unexpected.length + this.#dropped
    const count = all === 1 ? 'a crash' : `${all} crashes`
    const list = unexpected.map((crash) => `\n  ${this.#line(crash)}`).join('')
    const details = `${stackOf(first.reason)}the tree at that moment:\n${first.tree}\n\nwhat led to it:\n${first.timeline}`
    return testingError(
      'TEST_CRASHED',
      { count, list, details, crashes: unexpected },
      { cause: first.reason },
    )
  }

  #line({ pid, reason }: Crash): string {
    const name = this.#kernel.trace.nameOf(pid)
    return `${name}${name.includes(String(pid)) ? '' : ` ${pid}`}: ${reasonText(reason)}`
  }
}

/** Where our own code was, without what lies below it. */
function stackOf(reason: unknown): string {
  if (!isError(reason)) return ''
  const frames = stackLines(reason).filter((line) => line.trimStart().startsWith('at '))
  const own = frames.filter((line) => !line.includes('node:'))
  return own.length === 0 ? '' : `${own.slice(0, 5).join('\n')}\n\n`
}
