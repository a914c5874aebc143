/**
 * What registries, pub/sub and process groups have in common: a table that is kept by a process of their name.
 *
 * The process answers no questions: whoever asks reads and writes the table directly, in the same thread, so that no
 * operation has to wait for another process. It is there to be started, supervised, linked to and found by its name, and
 * the table goes when it goes. The handle itself holds no data: the same constant serves every kernel of a program and
 * every incarnation after a restart.
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

/** How a supervisor starts a directory. What the supervisor layer calls a child spec. */
export interface DirectorySpec {
  readonly id: string
  readonly start: () => Promise<Pid>
  /** The name its process will have, for checks of a tree that does not run. */
  readonly [REGISTERS]: string
}

/** What a process can be registered as. @throws NAME_INVALID, before there is one */
export function checkName(name: unknown): void {
  if (typeof name !== 'string' || name === '' || name === 'undefined')
    throw kernelError('NAME_INVALID', { name })
}

export class Directory<R extends Incarnation> {
  readonly #running = new WeakMap<Kernel, R>()

  constructor(
    /** What errors and logs call it: a registry, a process group scope. */
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
    const started = await startServer(keeping, this as unknown as Directory<Incarnation>, {
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

/** As much of a `Running` as its process needs. */
export interface Incarnation {
  readonly kernel: Kernel
  readonly pid: Pid
  readonly table: { readonly size: number } & Iterable<{
    readonly key: unknown
    readonly pid: Pid
    readonly value: unknown
  }>
  close(): void
  /** Its process runs. */
  begin?(): void
  /** A message that is for it; false for any other. */
  heard?(message: unknown): boolean
}

export interface Keeping {
  readonly kind: string
  readonly name: string
  readonly running: Incarnation
  readonly locks: Locks
}

/** The directory's process. */
export const keeping: Callbacks<Keeping, Directory<Incarnation>> = {
  init(directory) {
    // A registered process that crashes must not take the others with it.
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
    // A linked process that died has left the table already, in the moment of its death.
    const expected = message instanceof ExitMessage || state.locks.lost(message)
    if (!expected && state.running.heard?.(message) !== true) reportUnexpected(state, message)
    return { state }
  },

  formatStatus: (status) => {
    const { name, running } = status.state as Keeping
    return { ...status, state: { name, entries: running.table.size } }
  },
}

/** A stray message must not end the process that everyone here is linked to. */
function reportUnexpected({ name, running }: Keeping, message: unknown): void {
  running.kernel.report({
    level: 'warn',
    kind: 'server',
    message: `"${name}" got a message that it has no use for: ${printed(message)}. Its methods are called on the object, not by message.`,
    pid: running.pid,
    name,
  })
}
