/** Keeps what is measured on one core, where the system can: a program that is moved takes its caches along slowly. */
import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** A command and its arguments. */
export type Command = readonly [program: string, args: readonly string[]]

export class Pin {
  private constructor(
    /** The core; undefined where programs cannot be kept on one. */
    readonly core: number | undefined,
    /** Said with the figures. */
    readonly said: string,
  ) {}

  /** The last core: the first has most of the system's own work. */
  static find(): Pin {
    const core = availableParallelism() - 1
    try {
      execFileSync('taskset', ['-c', String(core), process.execPath, '--version'], { stdio: 'ignore' })
      return new Pin(core, `pinned to core ${core}`)
    } catch (error) {
      const { code } = error as { code?: string }
      return new Pin(
        undefined,
        `not pinned: ${code === 'ENOENT' ? 'there is no taskset here' : 'taskset is refused'}`,
      )
    }
  }

  /** The command on that core. */
  on([program, args]: Command): Command {
    return this.core === undefined
      ? [program, args]
      : ['taskset', ['-c', String(this.core), program, ...args]]
  }
}
