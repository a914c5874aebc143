/** Isolated servers in the kernel of a test: what they send and get is copied, and refused, as if they ran elsewhere. */
import { StructuredCodec } from '../carrier/index.js'
import { SystemRequest } from '../genserver/index.js'
import { type Kernel, MessageBorder, type Pid } from '../kernel/index.js'
import type { IsolationOptions } from './runtime/isolate-options.js'

/** How those are isolated that run in the kernel of a test. */
const LOCAL = new WeakMap<Pid, IsolationOptions>()

/** How a server is isolated that runs in the kernel of a test; undefined for any other. */
export function isolationOf(pid: Pid): IsolationOptions | undefined {
  return LOCAL.get(pid)
}

/** A process of this kernel stands for a thread or program, with all that it starts. */
export function isolateHere(kernel: Kernel, pid: Pid, isolation: IsolationOptions): void {
  LOCAL.set(pid, isolation)
  kernel.isolates = true
  kernel.border ??= new MessageBorder()
  kernel.border.enclose(pid, {
    copy: (message) => copyAsSent(message, kernel, isolation),
    // What the engine itself is asked, such as the state: tests look at it.
    passes: (request) => SystemRequest.is(request),
  })
}

/** A copy, as the other side would have it. @throws NOT_CLONEABLE */
export function copyAsSent<T>(value: T, kernel: Kernel, { isolate }: IsolationOptions): T {
  const codec = new StructuredCodec({ memory: isolate === 'thread' })
  const terms = kernel.withNodes()
  return codec.decode(codec.encode(value, terms, false), terms) as T
}
