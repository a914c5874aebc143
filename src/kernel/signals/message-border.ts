import { type Pid, routeOf } from '../terms/pid.js'

/** How messages get to a part of a kernel, and away from it. */
export interface BorderCrossing {
  /** The copy that arrives. @throws NOT_CLONEABLE */
  copy<T>(message: T): T
  /** Whether a request, and its answer, pass as they are. */
  passes(request: unknown): boolean
}

/** A process, as far as it matters here. */
interface Enclosed {
  readonly pid: Pid
  readonly parent: Pid | undefined
}

/**
 * Between parts of one kernel that stand for kernels of their own: isolated servers that run in the kernel of a test, each with all that it
 * starts. A message from one part to another is copied, and refused, as between kernels.
 */
export class MessageBorder {
  readonly #crossings = new WeakMap<Pid, BorderCrossing>()
  /** The first process of the part that a process is in; null for the rest of the kernel. */
  readonly #parts = new WeakMap<Pid, Pid | null>()

  /** A process begins a part, with all that it starts. */
  enclose(pid: Pid, crossing: BorderCrossing): void {
    this.#crossings.set(pid, crossing)
  }

  /**
   * How a message goes from one part to another; undefined within one. Code outside every process is the rest of the kernel.
   *
   * @param request what it is about: the message itself, or the request that it answers
   */
  between(
    from: Enclosed | undefined,
    to: Enclosed | undefined,
    request: unknown,
  ): BorderCrossing | undefined {
    const source = this.#partOf(from)
    const target = this.#partOf(to)
    if (source === target) return undefined
    const crossing = this.#crossings.get((target ?? source) as Pid)
    return crossing?.passes(request) === true ? undefined : crossing
  }

  #partOf(process: Enclosed | undefined): Pid | null {
    if (process === undefined) return null
    const { pid, parent } = process
    if (this.#crossings.has(pid)) return pid
    const known = this.#parts.get(pid)
    if (known !== undefined) return known
    const isChild = parent !== undefined && this.#crossings.has(parent)
    const part = isChild ? parent : this.#partOf(parent && routeOf<Enclosed>(parent))
    this.#parts.set(pid, part)
    return part
  }
}

/** A kernel, as far as it matters here. */
interface Bordered {
  readonly border: MessageBorder | undefined
  isolate<T>(message: T): T
}

/** A message as its receiver gets it. @param request what an answer answers */
export function handed<T>(
  kernel: Bordered,
  message: T,
  from: Enclosed | undefined,
  to: Enclosed | undefined,
  request: unknown = message,
): T {
  const crossing = kernel.border?.between(from, to, request)
  return crossing === undefined ? kernel.isolate(message) : crossing.copy(message)
}
