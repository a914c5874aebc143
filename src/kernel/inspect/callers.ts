import type { Pid } from '../terms/pid.js'
import { get, put, self } from './process-info.js'

/** The key of a task's callers in the process dictionary. It is Elixir's key. */
const CALLERS = '$callers'

/**
 * The processes on whose behalf the current process works, nearest first. For a task they are the process that asked for it and the
 * callers of that process. They are not its ancestors, which for a supervised task are supervisors. Elixir's `$callers`.
 *
 * @returns an empty list if no task is involved
 * @example
 * ```ts
 * const me = self()
 * await Task.async(() => callers()[0] === me).await() // true
 * ```
 */
export function callers(): readonly Pid[] {
  return Callers.listed(get(CALLERS))
}

/** The callers of a task, as a linked list. Each list ends in the list of its caller, so that nested tasks cost the same at each depth. */
export class Callers {
  private constructor(
    readonly nearest: Pid,
    /** The callers of the nearest caller, as its process dictionary has them. */
    readonly further: unknown,
  ) {}

  /** Makes them those of the current process. */
  keep(): void {
    put(CALLERS, this)
  }

  /** The callers of a task that the current process starts. */
  static here(): Callers {
    return new Callers(self(), get(CALLERS))
  }

  /** @param kept the callers as found in a process dictionary. As in Elixir, a program may have put its own list there */
  static listed(kept: unknown): readonly Pid[] {
    const all: Pid[] = []
    let at = kept
    for (; at instanceof Callers; at = at.further) all.push(at.nearest)
    return Array.isArray(at) ? all.concat(at as readonly Pid[]) : all
  }
}
