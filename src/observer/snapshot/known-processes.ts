/** What the others are found from: applications, supervisors and registries, without looking at everybody each time. */
import { seenApplication } from '../../application/index.js'
import { behaviourOf, type Kernel, type Pid, processSummary } from '../../kernel/index.js'
import { isRegistry } from '../../registry/index.js'
import { isSupervisor, seenSupervisor } from '../../supervisor/index.js'

export class KnownProcesses {
  readonly #applications = new Set<Pid>()
  readonly #supervisors = new Set<Pid>()
  readonly #registries = new Set<Pid>()
  /** Everybody up to this id has been looked at. */
  #reached = 0

  constructor(private readonly kernel: Kernel) {}

  get applications(): readonly Pid[] {
    return this.#alive(this.#applications)
  }

  get registries(): readonly Pid[] {
    return this.#alive(this.#registries)
  }

  /** Supervisors that are no child of another and no root of an application. */
  get roots(): readonly Pid[] {
    const supervisors = this.#alive(this.#supervisors)
    const placed = new Set(this.applications.map((pid) => seenApplication(pid)?.root))
    return supervisors.filter((pid) => {
      const parent = processSummary(pid)?.parent
      const above = parent === undefined ? undefined : seenSupervisor(parent)
      return !placed.has(pid) && above?.find(pid) === undefined
    })
  }

  #alive(of: Set<Pid>): readonly Pid[] {
    this.#look()
    for (const pid of of) if (!this.kernel.isAlive(pid)) of.delete(pid)
    return [...of]
  }

  #look(): void {
    for (const pid of this.kernel.processes(this.#reached)) this.#sort(pid)
    this.#reached = this.kernel.spawned
  }

  #sort(pid: Pid): void {
    // Most processes are none of these, and there may be very many.
    if (behaviourOf(pid) === undefined) return
    if (isSupervisor(pid)) this.#supervisors.add(pid)
    else if (isRegistry(pid)) this.#registries.add(pid)
    else if (seenApplication(pid) !== undefined) this.#applications.add(pid)
  }
}
