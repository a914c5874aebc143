/**
 * Views of supervisors for the observer, read from outside without a message. A supervisor that is busy with a slow start
 * of a child shows its children too.
 */
import { seenServer } from '../genserver/index.js'
import type { Kernel, Pid } from '../kernel/index.js'
import type { CheckedSpec, ChildState, ChildType, Restart, Shutdown } from './child-spec.js'
import { DynamicEngine } from './engine/dynamic-engine.js'
import type { Strategy } from './engine/restart-strategy.js'
import type { SupervisedChild } from './engine/supervised-child.js'
import { behaviour, type Engine } from './engine/supervisor-server.js'

/** A view of a supervisor. Each property is read when it is used. */
export interface SupervisorSight {
  readonly kind: 'supervisor' | 'dynamic supervisor'
  /** The name of the supervisor; without one, the id that it has as a child. */
  readonly title: unknown
  readonly strategy: Strategy
  readonly intensity: number
  readonly period: number
  /** The number of restarts that still count against `intensity`. */
  readonly recentRestarts: number
  /** The number of children, running or not. */
  readonly size: number
  /** The ids of the children in the options of the supervisor, without those added at run time. Empty for a dynamic supervisor. */
  readonly listed: readonly string[]
  /** Up to `limit` children from number `offset` on, in the order of their start. The time grows with `offset`. */
  list(offset: number, limit: number): ChildSight[]
  /** The child whose process is `pid`. */
  find(pid: Pid): ChildSight | undefined
}

/** A view of a child, as it was when the view was made. */
export interface ChildSight {
  /** Identifies the child: it stays the same object over all restarts. */
  readonly key: object
  /** The id in the spec. Under a dynamic supervisor several children can have the same one. */
  readonly id: string
  readonly pid: ChildState
  readonly spec: CheckedSpec
  readonly type: ChildType
  readonly restart: Restart
  readonly shutdown: Shutdown
  readonly significant: boolean
  /** How often the child was restarted. */
  readonly restarts: number
  /** Milliseconds until the restart, while the child waits for one (`backoff`); by the clock of the kernel. */
  readonly retryIn: number | undefined
}

/** Whether a process is a supervisor. True already while it is in its init. */
export function isSupervisor(pid: Pid): boolean {
  return seenServer(pid)?.callbacks === behaviour
}

/** A view of a supervisor; `undefined` for a process that is no supervisor, is dead, or is still in its init. */
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
