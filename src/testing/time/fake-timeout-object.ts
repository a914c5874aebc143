import { AsyncResource } from 'node:async_hooks'
import { currentKernel, noteSource } from '../../kernel/index.js'
import type { TimerQueue } from './virtual-timer-queue.js'

/** What fake timers are set on, and those of them that somebody asked for their number. */
export interface Timetable {
  readonly timers: TimerQueue
  readonly numbered: Map<number, FakeTimeout>
}

/** What `setTimeout` and `setInterval` give while timers are fake: Node's `Timeout`. */
export class FakeTimeout {
  readonly #table: Timetable
  /** Whoever set it, whose process what it throws is the end of. */
  readonly #scope = new AsyncResource('FakeTimeout', { requireManualDestroy: true })
  readonly #run: (timeout: FakeTimeout) => void
  readonly #ms: number
  readonly #repeats: boolean
  #cancel: (() => void) | undefined
  /** Takes back what went off last, to no effect; in a simulation it tells that somebody wanted to. */
  #cancelLast: (() => void) | undefined
  #state: 'set' | 'over' | 'cleared' = 'set'
  #held = true

  constructor(table: Timetable, run: (timeout: FakeTimeout) => void, ms: number, repeats: boolean) {
    this.#table = table
    this.#run = run
    this.#ms = ms
    this.#repeats = repeats
    noteSource(() => this.#state === 'set')
    this.refresh()
  }

  /** Starts its time anew, also when it has gone off; one that was cleared stays so. */
  refresh(): this {
    if (this.#state === 'cleared') return this
    this.#state = 'set'
    this.#cancel?.()
    this.#cancel = this.#table.timers.set(this.#ms, () => this.#goesOff())
    return this
  }

  close(): this {
    const cancel = this.#cancel ?? this.#cancelLast
    cancel?.()
    this.#end('cleared')
    return this
  }

  /** Virtual time keeps no program alive, but whoever asks is told. */
  ref(): this {
    this.#held = true
    return this
  }

  unref(): this {
    this.#held = false
    return this
  }

  hasRef(): boolean {
    return this.#held
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /** Its number, by which it can be cleared, too. Node gives asynchronous resources theirs from the same row. */
  [Symbol.toPrimitive](): number {
    const id = this.#scope.asyncId()
    if (this.#state === 'set') this.#table.numbered.set(id, this)
    return id
  }

  #goesOff(): void {
    this.#cancelLast = this.#cancel
    this.#cancel = undefined
    this.#scope.runInAsyncScope(this.#run, undefined, this)
    // What the callback has set for the same moment comes before the next time of an interval.
    if (this.#repeats && this.#cancel === undefined) this.refresh()
    if (this.#cancel === undefined && this.#state === 'set') this.#end('over')
  }

  #end(state: 'over' | 'cleared'): void {
    this.#cancel = undefined
    this.#state = state
    this.#table.numbered.delete(this.#scope.asyncId())
  }
}

/** What it throws is the end of the current process; of none, it is the program's. */
export function callContained(run: () => void): void {
  try {
    run()
  } catch (error) {
    if (currentKernel().contain(error)) return
    queueMicrotask(() => {
      throw error
    })
  }
}
