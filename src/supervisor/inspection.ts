/**
 * Looking at supervisors from outside without asking them: one that waits for a child that starts slowly shows its
 * children like any other.
 */
import { seenServer } from '../genserver/index.js'
import type { Kernel, Pid } from '../kernel/index.js'
import type { CheckedSpec, ChildState, ChildType, Restart, Shutdown } from './child-spec.js'
import { DynamicEngine } from './engine/dynamic-engine.js'
import type { Strategy } from './engine/restart-strategy.js'
import type { SupervisedChild } from './engine/supervised-child.js'
import { behaviour, type Engine } from './engine/supervisor-server.js'

/** A supervisor, as it can be seen at any moment. */
export interface SupervisorSight {
  readonly kind: 'supervisor' | 'dynamic supervisor'
  /** What it calls itself: its name, else the id it has as a child. */
  readonly title: unknown
  readonly strategy: Strategy
  readonly intensity: number
  readonly period: number
  /** Restarts that still count against `intensity`. */
  readonly recentRestarts: number
  /** How many children there are, running or not. */
  readonly size: number
  /** The ids of the children that its options list; others were added while it ran. A dynamic supervisor lists none. */
  readonly listed: readonly string[]
  /** Some of the children, in the order of their start; what is before `offset` is passed over one by one. */
  list(offset: number, limit: number): ChildSight[]
  /** The child that runs as `pid`. */
  find(pid: Pid): ChildSight | undefined
}

/** A child, as it can be seen at any moment. */
export interface ChildSight {
  /** The same object for as long as the supervisor keeps the child, over all its restarts. */
  readonly key: object
  /** Under a dynamic supervisor what its spec says, which need not tell it from others. */
  readonly id: string
  readonly pid: ChildState
  readonly spec: CheckedSpec
  readonly type: ChildType
  readonly restart: Restart
  readonly shutdown: Shutdown
  readonly significant: boolean
  /** How often it was started again. */
  readonly restarts: number
  /** Milliseconds to its restart, while it waits for one (`backoff`), on the clock of its kernel. */
  readonly retryIn: number | undefined
}

/** Whether a process is a supervisor, also one that is still in its init. */
export function isSupervisor(pid: Pid): boolean {
  return seenServer(pid)?.callbacks === behaviour
}

/** A look at a supervisor; undefined for a process that is none, is dead, or is still in its init. */
export function seenSupervisor(pid: Pid): SupervisorSight | undefined {
  const server = seenServer(pid)
  if (server?.callbacks !== behaviour || server.state === undefined) return undefined
  return new EngineSight(server.state as Engine)
}

class EngineSight implements SupervisorSight {
  constructor(private readonly engine: Engine) {}

  get kind(): SupervisorSight['kind'] {
    return this.engine instanceof DynamicEngine ? 'dynamic supervisor' : 'supervisor'
  }

  get title(): unknown {
    return this.engine.name ?? this.engine.label
  }

  get strategy(): Strategy {
    return this.engine.seen.strategy
  }

  get intensity(): number {
    return this.engine.seen.intensity
  }

  get period(): number {
    return this.engine.seen.period
  }

  get recentRestarts(): number {
    return this.engine.recentRestarts
  }

  get size(): number {
    return this.engine.children.size
  }

  get listed(): readonly string[] {
    return this.engine.listed
  }

  list(offset: number, limit: number): ChildSight[] {
    const sights: ChildSight[] = []
    let at = 0
    for (const child of this.engine.children.values()) {
      if (sights.length >= limit) break
      if (at++ >= offset) sights.push(sightOf(child, this.engine.kernel))
    }
    return sights
  }

  find(pid: Pid): ChildSight | undefined {
    const child = this.engine.childOf(pid)
    return child === undefined ? undefined : sightOf(child, this.engine.kernel)
  }
}

function sightOf(child: SupervisedChild, kernel: Kernel): ChildSight {
  const retryAt = child.wait?.retryAt
  const { id, type, restart, shutdown, significant } = child.spec
  return {
    key: child,
    id,
    pid: child.pid,
    spec: child.spec,
    type,
    restart,
    shutdown,
    significant,
    restarts: Math.max(0, child.starts - 1),
    retryIn: retryAt === undefined ? undefined : Math.max(0, retryAt - kernel.now()),
  }
}
