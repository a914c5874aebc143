/**
 * The base of registries, pub/sub and process groups: a table that belongs to a process with their name.
 *
 * The process answers no requests except those for locks. All other operations read and write the table directly, in the same thread,
 * so that no operation waits for another process. The process exists to be started, supervised, linked and registered, and the table
 * ends with it. The handle (`Directory`) holds no data: the same constant serves every kernel of a program and every incarnation.
 */
import { type Callbacks, startServer } from '../../genserver/index.js'
import {
  currentKernel,
  ExitMessage,
  errorsOf,
  KERNEL_ERRORS,
  type Kernel,
  own,
  type Pid,
  printed,
  REGISTERS,
  self,
  trapExit,
} from '../../kernel/index.js'
import { registryError } from '../errors.js'
import { Locks } from './key-lock.js'

const kernelError = errorsOf(KERNEL_ERRORS)

/** The child spec of a directory. This layer does not import the supervisors, so it has its own type. */
export interface DirectorySpec {
  readonly id: string
  readonly start: () => Promise<Pid>
  /** The name that the process will register, for checks of a tree that does not run. */
  readonly [REGISTERS]: string
}

/** Checks a name that a process is registered under later. @throws NAME_INVALID */
export function checkName(name: unknown): void {
  if (typeof name !== 'string' || name === '' || name === 'undefined')
    throw kernelError('NAME_INVALID', { name })
}

export class Directory<R extends Incarnation> {
  readonly #running = new WeakMap<Kernel, R>()

  constructor(
    /** The kind, for errors and logs: a registry, a process group scope. */
    readonly kind: string,
    readonly name: string,
    /** Makes the table of a new incarnation. */
    readonly furnish: (kernel: Kernel, pid: Pid) => R,
  ) {}

  /** The incarnation that runs in the current kernel. */
  get running(): R {
    const running = this.peek()
    if (running === undefined) {
      throw registryError('REGISTRY_NOT_RUNNING', { kind: this.kind, registry: this.name })
    }
    return running
  }

  peek(): R | undefined {
    const kernel = currentKernel()
    kernel.touches('witnesses')
    return this.#running.get(kernel)
  }

  async start(link: boolean): Promise<Pid> {
    const started = await startServer(directoryCallbacks, this as unknown as Directory<Incarnation>, {
      name: this.name,
      label: `${this.kind} ${this.name}`,
      link,
    })
    return (started as { pid: Pid }).pid
  }

  get childSpec(): DirectorySpec {
    return { id: this.name, start: () => this.start(true), [REGISTERS]: this.name }
  }

  open(): R {
    const kernel = currentKernel()
    const running = this.furnish(kernel, self())
    this.#running.set(kernel, running)
    return running
  }

  close(running: R): void {
    running.close()
    if (this.#running.get(running.kernel) === running) this.#running.delete(running.kernel)
  }
}

/** The part of a `TableIncarnation` that its process uses. */
export interface Incarnation {
  readonly kernel: Kernel
  readonly pid: Pid
  readonly table: { readonly size: number } & Iterable<{
    readonly key: unknown
    readonly pid: Pid
    readonly value: unknown
  }>
  close(): void
  /** Called when the process has started. */
  begin?(): void
  /** Handles a message. Returns false for a message that it does not know. */
  heard?(message: unknown): boolean
}

export interface DirectoryState {
  readonly kind: string
  readonly name: string
  readonly running: Incarnation
  readonly locks: Locks
}

/** The callbacks of the process of a directory. */
export const directoryCallbacks: Callbacks<DirectoryState, Directory<Incarnation>> = {
  init(directory) {
    // A crash of one registered process must not end the others, by way of this process.
    trapExit(true)
    const running = directory.open()
    own({ close: () => directory.close(running) })
    running.begin?.()
    return { state: { kind: directory.kind, name: directory.name, running, locks: new Locks() } }
  },

  handleCall(request, from, state) {
    if (!state.locks.take(request, from)) reportUnexpected(state, request)
    return { state }
  },

  handleCast(request, state) {
    if (!state.locks.giveBack(request) && state.running.heard?.(request) !== true)
      reportUnexpected(state, request)
    return { state }
  },

  handleInfo(message, state) {
    // A linked process that died was removed from the table at the moment of its death.
    const expected = message instanceof ExitMessage || state.locks.lost(message)
    if (!expected && state.running.heard?.(message) !== true) reportUnexpected(state, message)
    return { state }
  },

  formatStatus: (status) => {
    const { name, running } = status.state as DirectoryState
    return { ...status, state: { name, entries: running.table.size } }
  },
}

/** Reports an unknown message. It must not crash the process, to which all registered processes are linked. */
function reportUnexpected({ name, running }: DirectoryState, message: unknown): void {
  running.kernel.report({
    level: 'warn',
    kind: 'server',
    message: `"${name}" got a message that it has no use for: ${printed(message)}. Its methods are called on the object, not by message.`,
    pid: running.pid,
    name,
  })
}
