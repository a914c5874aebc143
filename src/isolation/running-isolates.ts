/** The running threads and programs, for layers that observe them. */
import type { ExitReason, Kernel, Pid } from '../kernel/index.js'
import type { IsolateExtensions } from './runtime/isolate-extension.js'
import type { FaultEffect } from './runtime/port.js'

/** The thread or program of a server, as layers above see it. */
export interface IsolateSight {
  /** The name of the class. */
  readonly name: string
  /** The name of its kernel. */
  readonly node: string
  /** The server; `undefined` until it has started. */
  readonly server: Pid | undefined
  readonly extensions: IsolateExtensions
  /** Whether it will send something by itself: it is being started or ended. */
  readonly isUnderWay: boolean
  /** Whether it has calls to answer. */
  readonly isAsked: boolean
  /** Carries out a real fault in it, for tests. */
  suffer(effect: FaultEffect): void
  /** Ends it by force. */
  end(reason: ExitReason): void
}

const OF_KERNEL = new WeakMap<Kernel, Set<IsolateSight>>()

/** Returns the threads and programs of a kernel, with spares, until each has ended. */
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

/** Returns the thread or program of a server; `undefined` for a server in this one. */
export function isolateOf(pid: Pid): IsolateSight | undefined {
  return OF_SERVER.get(pid)
}

export function serverRuns(server: Pid, isolate: IsolateSight): void {
  OF_SERVER.set(server, isolate)
}
