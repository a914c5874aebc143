import { setMaxListeners } from 'node:events'
import { quietFence } from '../context/dead-process-error.js'
import { isThenable, promiseOf } from '../context/thenable.js'
import { unclosedReport } from '../report/report.js'
import { type Expirable, Timer } from '../schedule/timer-wheel.js'
import { classOf, printed, read } from '../show/index.js'
import { beginsToOwn, ceasesToOwn, type OwningProcess } from './closing-descendants.js'
import { type Closer, closerOf } from './resource-closer.js'

/** The time in which the resources of a dying process must close, in milliseconds. */
const CLOSING_TIME = 5_000

/** The part of this time after which a resource that is still closing is closed by force. */
const PATIENCE = 3_000

/** The process whose resources are closed, in its context. */
interface ClosingProcess extends OwningProcess {
  within<T>(fn: () => T): T
}

/** The resources of one process: the signal that fires at its death, and things that are closed then, the last first. */
export class Owned {
  readonly #closers = new Map<unknown, Closer>()
  #abort: AbortController | undefined

  constructor(private readonly process: ClosingProcess) {}

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController()
      // A server adds a listener for each concurrent request. From 11 on, Node 20 would warn of a leak.
      setMaxListeners(0, this.#abort.signal)
    }
    return this.#abort.signal
  }

  get size(): number {
    return this.#closers.size
  }

  /** Returns the names of its first resources. */
  names(limit: number): string[] {
    const names: string[] = []
    for (const resource of this.#closers.keys()) {
      if (names.length >= limit) break
      names.push(nameOf(resource))
    }
    return names
  }

  add(resource: unknown, closer: Closer = closerOf(resource)): void {
    if (this.#closers.has(resource)) return
    this.#closers.set(resource, closer)
    beginsToOwn(this.process)
    closer.onEnd?.(() => this.delete(resource))
  }

  /** Does the same as `add` for a resource that may be made too late: if the process is dead by then, it is closed at once. */
  addOrClose(resource: object, closer: Closer): void {
    const { process } = this
    if (process.alive) {
      this.add(resource, closer)
      return
    }
    const closing = new Closing([[resource, closer]], process)
    // It is closed later, after the code that has just made it.
    queueMicrotask(() => void process.within(() => closing.begin()))
  }

  delete(resource: unknown): boolean {
    const closer = this.#closers.get(resource)
    if (closer === undefined) return false
    this.#closers.delete(resource)
    closer.detach?.()
    if (this.#closers.size === 0) ceasesToOwn(this.process)
    return true
  }

  /**
   * Aborts what is in flight and closes everything, one resource after the other; a failure does not stop it. It runs as the process, which
   * is fenced by now.
   *
   * @returns undefined if nothing had to be waited for; the promise never rejects
   */
  release(): Promise<void> | undefined {
    const { process } = this
    return process.within(() => {
      this.#abort?.abort(quietFence(process))
      if (this.#closers.size === 0) return undefined
      const closing = new Closing([...this.#closers].reverse(), process)
      this.#closers.clear()
      return closing.begin()
    })
  }
}

type Entry = readonly [resource: unknown, closer: Closer]

/**
 * The closing of the resources of a process. It is orderly, one resource after the other, until the time is up. Then all remaining
 * resources are closed at once, without waiting.
 */
class Closing implements Expirable {
  readonly #timer = new Timer(this)
  #at = 0
  #forced = false
  #done: (() => void) | undefined
  #late = false

  constructor(
    private readonly entries: readonly Entry[],
    private readonly process: ClosingProcess,
  ) {}

  begin(): Promise<void> | undefined {
    const pending = this.#closeOn()
    if (pending === undefined) {
      this.#over()
      return undefined
    }
    return new Promise((resolve) => {
      this.#done = resolve
      this.process.kernel.timers.set(this.#timer, PATIENCE)
      this.#follow(pending)
    })
  }

  expired(): void {
    const [resource, closer] = this.entries[this.#at - 1] as Entry
    if (!this.#forced) {
      this.#forced = true
      closer.force?.()
      this.process.kernel.timers.set(this.#timer, CLOSING_TIME - PATIENCE)
      return
    }
    this.#late = true
    this.#report(resource, `not within ${CLOSING_TIME} ms`)
    closer.giveUp?.()
    this.process.within(() => {
      for (let pending = this.#closeOn(); pending !== undefined; pending = this.#closeOn()) {
        const [late, closer] = this.entries[this.#at - 1] as Entry
        closer.force?.()
        closer.giveUp?.()
        pending.then(undefined, (error: unknown) => this.#report(late, error))
      }
    })
    this.#over()
  }

  /** Closes resources until one has to be waited for, and returns its promise. */
  #closeOn(): PromiseLike<unknown> | undefined {
    while (this.#at < this.entries.length) {
      const [resource, closer] = this.entries[this.#at++] as Entry
      try {
        const closing = closer.close()
        if (isThenable(closing)) return promiseOf(closing)
      } catch (error) {
        this.#report(resource, error)
      }
    }
    return undefined
  }

  #follow(pending: PromiseLike<unknown>): void {
    const [resource] = this.entries[this.#at - 1] as Entry
    pending.then(
      () => this.#next(),
      (error: unknown) => {
        this.#report(resource, error)
        this.#next()
      },
    )
  }

  #next(): void {
    if (this.#late) return
    const pending = this.#closeOn()
    if (pending !== undefined) {
      this.#follow(pending)
      return
    }
    this.process.kernel.timers.cancel(this.#timer)
    this.#over()
  }

  #over(): void {
    for (const [, closer] of this.entries) closer.detach?.()
    this.#done?.()
  }

  #report(resource: unknown, error: unknown): void {
    // It was closed before, which is the wanted result.
    if (isClosedAlready(error)) return
    this.process.kernel.report(unclosedReport(this.process, nameOf(resource), error))
  }
}

function isClosedAlready(error: unknown): boolean {
  const code = read(error, 'code')
  return (
    code === 'ERR_DIR_CLOSED' || code === 'ERR_SERVER_NOT_RUNNING' || code === 'ERR_SOCKET_DGRAM_NOT_RUNNING'
  )
}

const LONGEST_NAME = 100

/** The key of a resource's name in messages, if the name of its class says too little. */
export const RESOURCE_NAME: unique symbol = Symbol('heartwood.resourceName')

/** Returns the name of a resource. A stream or a pool would fill a page if it was printed. */
function nameOf(resource: unknown): string {
  const said = read(resource, RESOURCE_NAME)
  if (typeof said === 'string') return said
  const name = classOf(resource)
  return name === undefined || name === 'Object' ? printed(resource, LONGEST_NAME) : name
}
