import { kernelError } from '../errors/errors.js'
import { type Pid, routeOf } from '../terms/pid.js'

/** A name that is not kept by the kernel but, for example, by a registry. Elixir's `{:via, …}`. */
export interface NameKeeper {
  /** The process that has the name now. */
  whereis(): Pid | undefined
  /** Registers the current process, which has not run yet. The keeper removes the name when that process dies. */
  register(): void
  /** Whether another object is the same name. Without this method, no two objects are. */
  isSame?(other: NameKeeper): boolean
  /** The name of the process that keeps the name and must run before; `undefined` if there is none. */
  readonly keptBy?: string | undefined
}

/** A process as the table of names knows it. */
interface Named {
  readonly pid: Pid
  /** Written by the table alone. */
  name: string | undefined
  /** The start that waits for its init. */
  readonly starter: object | undefined
}

/** A process that can have a name which others keep. */
interface NamedByKeeper {
  via: NameKeeper | undefined
  within<T>(fn: () => T): T
}

/** Registers a new process under a name that a registry keeps. */
export function registerVia(name: NameKeeper, process: NamedByKeeper): void {
  process.within(() => name.register())
  process.via = name
}

/** The registered names of a kernel: each name has one process, each process at most one name. */
export class NameTable<P extends Named> {
  readonly #owners = new Map<string, P>()
  /** The functions to call when a process, or one with a certain name, is ready. */
  readonly #expected = new Map<string | Pid, Set<() => void>>()

  get(name: string): P | undefined {
    return this.#owners.get(name)
  }

  all(): string[] {
    return [...this.#owners.keys()]
  }

  /** Checks that a name is valid and free. @throws NAME_INVALID, NAME_TAKEN */
  check(name: string): void {
    if (typeof name !== 'string' || name === '' || name === 'undefined') {
      throw kernelError('NAME_INVALID', { name })
    }
    const owner = this.#owners.get(name)
    if (owner !== undefined) throw kernelError('NAME_TAKEN', { name, owner: owner.pid })
  }

  /** @throws NAME_INVALID, NAME_TAKEN, ALREADY_NAMED */
  register(name: string, process: P): void {
    this.check(name)
    if (process.name !== undefined) {
      throw kernelError('ALREADY_NAMED', { pid: process.pid, name: process.name })
    }
    process.name = name
    this.#owners.set(name, process)
  }

  /** @throws NAME_UNKNOWN */
  unregister(name: string): void {
    const process = this.#owners.get(name)
    if (process === undefined) throw kernelError('NAME_UNKNOWN', { name })
    this.release(process)
    process.name = undefined
  }

  /**
   * Calls `tell` once when a process, or one with a certain name, is ready: when its init is done, if the init is awaited. It is called at
   * once if that is so already; for a pid also when the process has died. `who` may also be a word of other code: see `tell`.
   *
   * @returns a function that removes `tell`
   */
  expect(who: string | Pid, tell: () => void): () => void {
    const owner = typeof who === 'string' ? this.#owners.get(who) : routeOf<P>(who)
    const waits = owner === undefined ? typeof who === 'string' : owner.starter !== undefined
    if (!waits) {
      tell()
      return () => {}
    }
    const waiting = this.#expected.get(who) ?? new Set()
    this.#expected.set(who, waiting.add(tell))
    return () => {
      waiting.delete(tell)
      if (waiting.size === 0 && this.#expected.get(who) === waiting) this.#expected.delete(who)
    }
  }

  /** Whether any function waits to be called. */
  get expecting(): boolean {
    return this.#expected.size > 0
  }

  /** Called when a process is ready for messages. */
  up({ pid, name }: P): void {
    if (!this.expecting) return
    this.tell(pid)
    if (name !== undefined) this.tell(name)
  }

  /** Calls the functions that wait for a process, a name, or a word of other code such as a registry. */
  tell(who: string | Pid): void {
    const waiting = this.#expected.get(who)
    if (waiting === undefined) return
    this.#expected.delete(who)
    for (const tell of waiting) tell()
  }

  /** Frees the name of a process. A dead process keeps its field `name`, for reports about its left-over code. */
  release(process: P): void {
    if (process.name !== undefined) this.#owners.delete(process.name)
    if (this.expecting) this.tell(process.pid)
  }
}
