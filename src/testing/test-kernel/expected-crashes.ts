/** The crashes of a test, and which of them it expects. */
import { type HeartwoodError, isError, type Pid, type Report, stackLines } from '../../kernel/index.js'
import { testingError } from '../errors.js'
import { type Recorder, reasonText, timelineOf } from '../trace/index.js'

/** The number of lines of the timeline that are shown with a crash. */
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

/** The data that are shown with a crash. */
interface Surroundings {
  readonly trace: Recorder
  tree(): string
}

export class Crashes {
  /** The last `limit` crashes. The first unexpected crash is kept, too. */
  readonly all: Crash[] = []
  /** The number of unexpected crashes that are not kept. */
  #dropped = 0
  readonly #kernel: Surroundings
  readonly #allowed: Rule[] = []
  readonly #claimed = new Set<Crash>()

  /** @param isOrdered whether a fault of the test makes a process crash with this reason */
  constructor(
    kernel: Surroundings,
    private readonly isOrdered: (reason: unknown) => boolean,
    private readonly limit: number,
  ) {
    this.#kernel = kernel
  }

  /** Notes a report, if it reports a crash. */
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
    // Expected crashes are never shown, and may be many.
    if (!crash.expected) {
      crash.tree = this.#kernel.tree()
      crash.timeline = timelineOf(trace.events.slice(-4 * LINES), trace.nameOf, { last: LINES })
    }
    this.all.push(crash)
    if (this.all.length > this.limit * 1.1) this.#drop(this.all.length - this.limit)
    return crash
  }

  /** Drops the oldest crashes, each of which may hold a state. */
  #drop(count: number): void {
    const first = this.all.find(({ expected }) => !expected)
    const gone = this.all.splice(0, count)
    for (const crash of gone) {
      this.#claimed.delete(crash)
      if (!crash.expected && crash !== first) this.#dropped++
    }
    // Mostly the other crashes followed from it.
    if (first !== undefined && gone.includes(first)) this.all.unshift(first)
  }

  /** Expects such crashes, later and earlier ones. */
  allow(rule: Rule): void {
    this.#allowed.push(rule)
    for (const crash of this.all) crash.expected ||= rule(crash)
  }

  /** Returns a crash that no other expectation has claimed, if there is one. */
  claim(rule: Rule): Crash | undefined {
    const found = this.all.find((crash) => !this.#claimed.has(crash) && rule(crash))
    if (found === undefined) return undefined
    this.#claimed.add(found)
    found.expected = true
    return found
  }
  /** Returns the failure of a test with unexpected crashes. */
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

/** Returns the part of a stack that belongs to user code. */
function stackOf(reason: unknown): string {
  if (!isError(reason)) return ''
  const frames = stackLines(reason).filter((line) => line.trimStart().startsWith('at '))
  const own = frames.filter((line) => !line.includes('node:'))
  return own.length === 0 ? '' : `${own.slice(0, 5).join('\n')}\n\n`
}
