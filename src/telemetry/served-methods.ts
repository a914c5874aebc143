import type { SeenMessage } from '../genserver/index.js'
import type { Pid } from '../kernel/index.js'
import { ACTIVE, CALLS, HANDLERS, type Recorder, type Sink, WAITS } from './metric.js'
import type { Subjects } from './process-titles.js'

/** The most methods of one server that have their own series, since callers can send any name. */
const MOST_METHODS = 200

const FEW_TITLES = 1_000

/** The series of the calls of one method, by outcome. */
export class CallSeries {
  readonly active: Recorder
  readonly #outcomes = new Map<string, Recorder>()

  constructor(
    private readonly sink: Sink,
    private readonly server: string,
    private readonly method: string,
  ) {
    this.active = sink.series(ACTIVE, { server })
    // A call to an unknown server never succeeds.
    if (server !== 'unknown') this.of('ok')
  }

  of(outcome: string): Recorder {
    let recorder = this.#outcomes.get(outcome)
    if (recorder === undefined) {
      recorder = this.sink.series(CALLS, { server: this.server, method: this.method, outcome })
      this.#outcomes.set(outcome, recorder)
    }
    return recorder
  }
}

/** The series of all processes with one title. */
class Title {
  readonly waits: Recorder
  readonly calls = new Map<string, CallSeries>()
  readonly handlers = new Map<string, Recorder>()

  constructor(
    readonly sink: Sink,
    readonly title: string,
  ) {
    this.waits = sink.series(WAITS, { server: title })
  }

  call(method: string): CallSeries {
    const known = this.calls.get(method)
    if (known !== undefined) return known
    if (this.calls.size >= MOST_METHODS && method !== 'other') return this.call('other')
    const made = new CallSeries(this.sink, this.title, method)
    this.calls.set(method, made)
    return made
  }

  handler(kind: string, outcome: 'ok' | 'error'): Recorder {
    const key = outcome === 'ok' ? kind : `${kind} failed`
    let recorder = this.handlers.get(key)
    if (recorder === undefined) {
      recorder = this.sink.series(HANDLERS, { server: this.title, kind, outcome })
      this.handlers.set(key, recorder)
    }
    return recorder
  }
}

/** The series of calls and messages, found by the process. To build their labels each time would take longer. */
export class Served {
  readonly #sink: Sink
  readonly #subjects: Subjects
  readonly #known = new WeakMap<Pid, Title>()
  /** The last lookup: one call needs the same process four times. */
  #last: { readonly pid: Pid; readonly title: Title } | undefined
  readonly #titles = new Map<string, WeakRef<Title>>()
  /** The number of titles at which unused ones are removed. */
  #sweepAt = FEW_TITLES

  constructor(sink: Sink, subjects: Subjects) {
    this.#sink = sink
    this.#subjects = subjects
  }

  call(to: Pid | undefined, method = '', meant?: string): CallSeries {
    // The method of a call without a server may be any text, so it is left out.
    if (to === undefined) return this.#titled(meant ?? 'unknown').call(meant === undefined ? '' : method)
    return this.#of(to).call(method)
  }

  waits(pid: Pid): Recorder {
    return this.#of(pid).waits
  }

  handler(pid: Pid, kind: SeenMessage['kind'], outcome: 'ok' | 'error'): Recorder {
    return this.#of(pid).handler(kind, outcome)
  }

  #of(pid: Pid): Title {
    if (this.#last?.pid === pid) return this.#last.title
    let title = this.#known.get(pid)
    if (title === undefined) {
      title = this.#titled(this.#subjects.of(pid).title)
      this.#known.set(pid, title)
    }
    this.#last = { pid, title }
    return title
  }

  #titled(title: string): Title {
    const known = this.#titles.get(title)?.deref()
    if (known !== undefined) return known
    const made = new Title(this.#sink, title)
    this.#titles.set(title, new WeakRef(made))
    if (this.#titles.size >= this.#sweepAt) this.#sweep()
    return made
  }

  #sweep(): void {
    for (const [title, made] of this.#titles) if (made.deref() === undefined) this.#titles.delete(title)
    this.#sweepAt = Math.max(FEW_TITLES, 2 * this.#titles.size)
  }
}
