import { kernelError } from './errors.js'
import type { Pid } from './pid.js'
import type { Process } from './process.js'

/** A name that something other than the kernel keeps, such as a registry: Elixir's `{:via, …}`. */
export interface NameKeeper {
  /** Who has the name now. */
  whereis(): Pid | undefined
  /** Gives the name to the current process, which has not run yet; the keeper frees it when that process dies. */
  register(): void
}

/** The registered names of a kernel: one process a name, one name a process. */
export class Names {
  readonly #owners = new Map<string, Process>()

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
  }

  /** Frees the name of a process, if it has one. */
  release(process: Process): void {
    if (process.name !== undefined) this.#owners.delete(process.name)
    process.name = undefined
  }
}
