import { kernelError } from '../errors/errors.js'
import type { Process } from '../process/process.js'
import { type Pid, routeOf } from '../terms/pid.js'

/** A name that something other than the kernel keeps, such as a registry: Elixir's `{:via, …}`. */
export interface NameKeeper {
  /** Who has the name now. */
  whereis(): Pid | undefined
  /** Gives the name to the current process, which has not run yet; the keeper frees it when that process dies. */
  register(): void
  /** Whether another stands for the same name; without it, no two do. */
  isSame?(other: NameKeeper): boolean
  /** The name of the process that keeps it, which must run before; undefined for none. */
  readonly keptBy?: string | undefined
}

/** Gives a new process the name that a registry keeps. */
export function registerVia(name: NameKeeper, process: Process): void {
  process.within(() => name.register())
  process.via = name
}

/** The registered names of a kernel: one process a name, one name a process. */
export class NameTable {
  readonly #owners = new Map<string, Process>()
  /** Who wants to know when a process, or one of a name, is up. */
  readonly #expected = new Map<string | Pid, Set<() => void>>()

  get(name: string): Process | undefined {
    return this.#owners.get(name)
  }

  all(): string[] {
    return [...this.#owners.keys()]
  }

  /** @throws NAME_INVALID, NAME_TAKEN */
  check(name: string): void {
    if (typeof name !== 'string' || name === '' || name === 'undefined') {
      throw kernelError('NAME_INVALID', { name })
    }
    const owner = this.#owners.get(name)
    if (owner !== undefined) throw kernelError('NAME_TAKEN', { name, owner: owner.pid })
  }

  /** @throws NAME_INVALID, NAME_TAKEN, ALREADY_NAMED */
  register(name: string, process: Process): void {
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
   * Has `tell` called once when that process, or one of that name, is up: it is done with its init if somebody waits for
   * that. At once when it is; of a process also when it died. Other names are those of others: see `tell`.
   *
   * @returns what takes it back
   */
  expect(who: string | Pid, tell: () => void): () => void {
    const owner = typeof who === 'string' ? this.#owners.get(who) : routeOf(who)
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

  /** Whether anybody waits to be told. */
  get expecting(): boolean {
    return this.#expected.size > 0
  }

  /** A process is ready for messages. */
  up({ pid, name }: Process): void {
    if (!this.expecting) return
    this.tell(pid)
    if (name !== undefined) this.tell(name)
  }

  /** Who has come, or has gone: also under a name that something other than the kernel keeps. */
  tell(who: string | Pid): void {
    const waiting = this.#expected.get(who)
    if (waiting === undefined) return
    this.#expected.delete(who)
    for (const tell of waiting) tell()
  }

  /** Frees the name of a process, if it has one. Of a dead one it stays known, for what is said of its left-over code. */
  release(process: Process): void {
    if (process.name !== undefined) this.#owners.delete(process.name)
    if (this.expecting) this.tell(process.pid)
  }
}
