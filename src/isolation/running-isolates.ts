/** The threads and programs that there are, for those who look on. */
import type { ExitReason, Kernel, Pid } from '../kernel/index.js'
import type { IsolateExtensions } from './runtime/isolate-extension.js'
import type { FaultEffect } from './runtime/port.js'

/** The thread or program of a server, as layers above have it. */
export interface IsolateSight {
  /** That of the class. */
  readonly name: string
  /** The name of its kernel. */
  readonly node: string
  /** Undefined until it is up. */
  readonly server: Pid | undefined
  readonly extensions: IsolateExtensions
  /** Whether something of it is about to be heard, and comes by itself: it is being started or ended. */
  readonly isUnderWay: boolean
  /** Whether it has calls to answer. */
  readonly isAsked: boolean
  /** For tests: has it really suffer something. */
  suffer(effect: FaultEffect): void
  /** Ends it, whatever it does. */
  end(reason: ExitReason): void
}

const OF_KERNEL = new WeakMap<Kernel, Set<IsolateSight>>()

/** The threads and programs of a kernel, spares too, until each is no more. */
export function isolatesOf(kernel: Kernel): readonly IsolateSight[] {
  return [...(OF_KERNEL.get(kernel) ?? [])]
}

export function isolateBegins(kernel: Kernel, isolate: IsolateSight): void {
  const all = OF_KERNEL.get(kernel) ?? new Set()
  OF_KERNEL.set(kernel, all.add(isolate))
}

export function isolateEnds(kernel: Kernel, isolate: IsolateSight): void {
  OF_KERNEL.get(kernel)?.delete(isolate)
}

const OF_SERVER = new WeakMap<Pid, IsolateSight>()

/** The thread or program of a server; undefined for one that runs in this. */
export function isolateOf(pid: Pid): IsolateSight | undefined {
  return OF_SERVER.get(pid)
}

export function serverRuns(server: Pid, isolate: IsolateSight): void {
  OF_SERVER.set(server, isolate)
}
