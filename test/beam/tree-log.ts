/** What happened in a supervision tree, in order, and who is who; the twin of `erlang/beam_log.erl`. */
import { isAlive, type Pid } from '../../src/kernel/index.js'
import type { StartReturn } from '../../src/supervisor/index.js'
import type { TreeNode } from './scenario.js'

/** Where and when a scenario is played. */
export interface World {
  /** Resolves when nothing runs. */
  settled(): Promise<void>
  advance(ms: number): Promise<void>
}

/** Another thread, which some nodes of a tree are started in. */
export interface Elsewhere {
  starts(node: TreeNode): boolean
  /** @param instance of a worker */
  start(node: TreeNode, instance: string | undefined): Promise<StartReturn>
}

/** The nth start attempt of an id makes the instance `id#n`. */
export interface Attempt {
  n: number
  instance: string
}

export class TreeLog {
  elsewhere: Elsewhere | undefined
  readonly #entries: (string | Pid)[][] = []
  readonly #attempts = new Map<string, number>()
  readonly #instances = new Map<Pid, string>()
  readonly #pids = new Map<string, Pid>()

  attempt(id: string): Attempt {
    const n = (this.#attempts.get(id) ?? 0) + 1
    this.#attempts.set(id, n)
    return { n, instance: `${id}#${n}` }
  }

  named(instance: string, pid: Pid): void {
    const [id = '', n] = instance.split('#')
    this.#attempts.set(id, Math.max(this.#attempts.get(id) ?? 0, Number(n)))
    this.#instances.set(pid, instance)
    this.#pids.set(instance, pid)
  }

  /** An entry may hold pids, which are shown as what they turn out to be. */
  log(...entry: (string | Pid)[]): void {
    this.#entries.push(entry)
  }

  /** What was logged since this was last asked. */
  taken(): string[] {
    const entries = this.#entries.splice(0)
    return entries.map((entry) =>
      entry.map((part) => (typeof part === 'string' ? part : this.instance(part))).join(' '),
    )
  }

  instance(pid: Pid): string {
    return this.#instances.get(pid) ?? 'unknown'
  }

  /** The youngest process started for an id. */
  latest(id: string): Pid | undefined {
    for (let n = this.#attempts.get(id) ?? 0; n > 0; n--) {
      const pid = this.#pids.get(`${id}#${n}`)
      if (pid !== undefined) return pid
    }
    return undefined
  }

  alive(id: string): Pid | undefined {
    const pid = this.latest(id)
    return pid !== undefined && isAlive(pid) ? pid : undefined
  }
}

/** Ids tell: w and d are workers. */
export function supervises(instance: string): boolean {
  return !/^[wd]/.test(instance)
}
