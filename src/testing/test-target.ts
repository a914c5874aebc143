/** The targets of a test: processes by pid, by name, by class, or whatever runs in their place after a restart. */
import { type Addressed, definitionOf, isServerClass, type ServerClass } from '../genserver/index.js'
import { isRevoked, Pid } from '../kernel/index.js'
import { childSpec, seenSupervisor, toChildSpec } from '../supervisor/index.js'
import { testingError } from './errors.js'
import { processItem } from './process-item.js'
import type { WatchedKernel } from './watched-kernel.js'

/**
 * A process as tests name it. All forms except a pid also mean its later instances. A class with several instances means
 * the one that the test used last.
 */
export type Target = Pid | string | Addressed | ServerClass

/** A resolved target. */
export class Aim {
  readonly #kernel: WatchedKernel
  readonly #name: string | undefined
  readonly #label: string | undefined
  readonly #pid: Pid | undefined
  /** Whether later instances count, too. */
  readonly #follows: boolean

  /** @throws TEST_TARGET_UNKNOWN */
  constructor(kernel: WatchedKernel, target: Target, action: string) {
    this.#kernel = kernel
    const address = addressOf(target, action)
    // A key of a registry is a name: the process that has it later is the next instance.
    const kept =
      address instanceof Pid && address !== target ? kernel.incarnations.keptName(address) : undefined
    this.#name = typeof address === 'string' ? address : kept
    this.#label = typeof target === 'function' ? target.name : undefined
    this.#pid = address instanceof Pid && kept === undefined ? address : undefined
    this.#follows = !(target instanceof Pid)
  }

  /** Whether the target means a process, alive or being made. */
  hits(pid: Pid): boolean {
    if (this.#pid !== undefined) {
      return pid === this.#pid || (this.#follows && this.#succeeds(pid, this.#pid))
    }
    if (this.#name !== undefined) {
      if (processItem(pid, 'registeredName') === this.#name) return true
      if (this.#kernel.incarnations.ofName(this.#name).includes(pid)) return true
    }
    const label = this.#label ?? this.#name
    return label !== undefined && processItem(pid, 'label') === label
  }

  /** Whether the target means this process and no other. */
  isOnly(pid: Pid): boolean {
    return !this.#follows && pid === this.#pid
  }

  /**
   * Whether a process succeeds a former one. At its beginning a process has no place yet: it is recognized by its name, or else by its
   * parent and its label.
   */
  #succeeds(pid: Pid, former: Pid): boolean {
    const { incarnations, trace } = this.#kernel
    if (incarnations.ofPlace(former).includes(pid)) return true
    const name = processItem(pid, 'registeredName')
    if (name !== undefined) return incarnations.ofName(name).includes(former)
    if (incarnations.isUp(pid) || trace.parentOf(pid) !== trace.parentOf(former)) return false
    // It is another child of the same class, if the target lives.
    const last = incarnations.ofPlace(former).at(-1) as Pid
    if (this.#kernel.isAlive(last) && last !== pid) return false
    return trace.nameOf(pid).replace(/<.*/, '') === trace.nameOf(former).replace(/<.*/, '')
  }

  /** Whether there is, or ever was, such a process. */
  get known(): boolean {
    if (this.#pid !== undefined) return true
    const { incarnations } = this.#kernel
    if (this.#name !== undefined && incarnations.ofName(this.#name).length > 0) return true
    const label = this.#label ?? this.#name
    if (label !== undefined && incarnations.ofLabel(label).length > 0) return true
    return this.#kernel.processes().some((pid) => this.hits(pid))
  }

  /** The process that the target means at this moment, dead or alive. */
  get pid(): Pid | undefined {
    if (this.#pid !== undefined) return this.incarnations.at(-1)
    const named = this.#name === undefined ? undefined : this.#kernel.whereis(this.#name)
    const last = named ?? this.incarnations.at(-1)
    if (last !== undefined && this.#kernel.isAlive(last)) return last
    return this.#kernel.processes().find((pid) => this.hits(pid)) ?? last
  }

  /** The instances of the target, the oldest first. */
  get incarnations(): readonly Pid[] {
    const { incarnations } = this.#kernel
    if (this.#pid !== undefined) return this.#follows ? incarnations.ofPlace(this.#pid) : [this.#pid]
    const named = this.#name === undefined ? [] : incarnations.ofName(this.#name)
    if (named.length > 0) return named
    const labelled = this.#label === undefined ? [] : incarnations.ofLabel(this.#label)
    const met = incarnations.lastMetOf(labelled)
    if (met !== undefined) return incarnations.ofPlace(met)
    const found = this.#kernel.processes().find((pid) => this.hits(pid))
    return found === undefined ? [] : incarnations.ofPlace(found)
  }

  /** Whether a process has finished its init. */
  isUp(pid: Pid): boolean {
    if (!this.#kernel.isAlive(pid)) return false
    if (this.#kernel.incarnations.isUp(pid)) return true
    const name = processItem(pid, 'registeredName')
    // A process that a supervisor starts is up when the supervisor says so.
    if (name === undefined)
      return this.#kernel.incarnations.keptName(pid) === undefined || !this.#isChild(pid)
    let up = false
    this.#kernel.whenUp(name, () => {
      up = true
    })()
    return up
  }

  #isChild(pid: Pid): boolean {
    const parent = this.#kernel.trace.parentOf(pid)
    return parent !== undefined && seenSupervisor(parent) !== undefined
  }

  toString(): string {
    return this.#name ?? this.#label ?? (this.#pid === undefined ? '?' : this.#kernel.trace.nameOf(this.#pid))
  }
}

function addressOf(target: Target, action: string): Pid | string | undefined {
  if (target instanceof Pid || typeof target === 'string') return target
  if (typeof target === 'function') return nameOfClass(target, action)
  if (isRevoked(target)) throw testingError('TEST_TARGET_UNKNOWN', { action, value: target })
  const address: unknown = (target as Addressed | null | undefined)?.target
  // A partition that does not run is known, too.
  const latest: unknown =
    address instanceof Pid ? undefined : (target as Addressed | null | undefined)?.latest
  if (latest instanceof Pid) return latest
  if (address instanceof Pid || typeof address === 'string') return address
  throw testingError('TEST_TARGET_UNKNOWN', { action, value: target })
}

/** Returns the name of a class. A class without a name, or with many, is known by its label; a supervisor by the id of its spec. */
function nameOfClass(target: ServerClass, action: string): string | undefined {
  if (isServerClass(target)) {
    const { name } = definitionOf(target)
    return typeof name === 'string' ? name : undefined
  }
  if (childSpec in target) return toChildSpec(target).id
  const value = (target as ServerClass).name
  throw testingError('TEST_TARGET_UNKNOWN', { action, value })
}
