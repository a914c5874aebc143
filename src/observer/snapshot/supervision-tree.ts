/** The supervision tree as it is now, cut to what somebody can look at. */
import { seenApplication } from '../../application/index.js'
import { isElsewhere, type Kernel, Pid, processSummary } from '../../kernel/index.js'
import {
  type ChildSight,
  isSupervisor,
  type SupervisorSight,
  seenSupervisor,
} from '../../supervisor/index.js'
import type { KnownProcesses } from './known-processes.js'
import { lineOf } from './one-line-value.js'
import { namesOf } from './process-identity.js'
import { behaviourName } from './process-type.js'

/** A process in the tree, or a child that does not run. */
export interface TreeNode {
  /** What its supervisor calls it; under a dynamic one its name, label or the id of its spec. */
  readonly id: string
  /** The same over all restarts. */
  readonly key: string
  readonly kind: 'supervisor' | 'dynamic supervisor' | 'worker'
  readonly restart?: string
  readonly strategy?: string
  readonly pid: string | null
  readonly name?: string
  readonly label?: string
  readonly behaviour: string
  /** Of a process in a thread or program of its own, or of another machine: the kernel that it is one of. */
  readonly node?: string
  readonly state: 'up' | 'restarting' | 'stopped'
  readonly busy?: true
  readonly queue: number
  readonly restarts: number
  /** Milliseconds until it is restarted, while it waits for that. */
  readonly retryIn?: number
  /** Of a supervisor: how many children it has, of which `children` may be only some. */
  readonly childCount?: number
  readonly children?: TreeNode[]
}

export interface TreeSnapshot {
  readonly at: number
  readonly applications: readonly { readonly name: string; readonly root: TreeNode | null }[]
  /** Supervisors that belong to no application. */
  readonly roots: readonly TreeNode[]
  /** Somewhere children were left out. */
  readonly truncated: boolean
}

/** How much of a tree is wanted. */
export interface TreeQuery {
  /** Where to begin; undefined for all of it. */
  readonly root: Pid | undefined
  readonly depth: number
  /** Children of one supervisor. */
  readonly limit: number
  /** Children of `root` to pass over. */
  readonly offset: number
}

/** Nodes in one answer. */
const MOST_NODES = 5_000

/** Numbers for children, which stay the same while their supervisor keeps them. */
export class ChildKeys {
  readonly #numbers = new WeakMap<object, number>()
  #last = 0

  of(child: object): string {
    let number = this.#numbers.get(child)
    if (number === undefined) {
      number = ++this.#last
      this.#numbers.set(child, number)
    }
    return `c${number}`
  }
}

export function treeOf(
  kernel: Kernel,
  landmarks: KnownProcesses,
  keys: ChildKeys,
  query: TreeQuery,
): TreeSnapshot {
  const grower = new Grower(kernel, keys, query)
  const at = kernel.clock.wallTime()
  if (query.root !== undefined) {
    const roots = [grower.plant(query.root, query.offset)]
    grower.grow()
    return { at, applications: [], roots, truncated: grower.truncated }
  }
  const applications = landmarks.applications.map((pid) => {
    const { name = '', root, rootId } = seenApplication(pid) ?? {}
    return { name: lineOf(name), root: root === undefined ? null : grower.plant(root, 0, rootId) }
  })
  const roots = landmarks.roots.slice(0, query.limit).map((pid) => grower.plant(pid, 0))
  grower.grow()
  return { at, applications, roots, truncated: grower.truncated }
}

interface Growing extends TreeNode {
  children?: TreeNode[]
}

/** Level by level, so that what is cut off for size is what is deepest. */
class Grower {
  truncated = false
  #nodes = 0
  #level: { node: Growing; sight: SupervisorSight; offset: number; busy: boolean }[] = []

  constructor(
    private readonly kernel: Kernel,
    private readonly keys: ChildKeys,
    private readonly query: TreeQuery,
  ) {}

  plant(pid: Pid, offset: number, id?: string): TreeNode {
    const supervisor = supervisorAbove(pid)
    const child = supervisor?.find(pid)
    if (child !== undefined && supervisor !== undefined) return this.#node(child, supervisor, false, offset)
    return this.#process(pid, `p${pid.id}`, id, {}, offset)
  }

  grow(): void {
    for (let depth = 1; depth <= this.query.depth && this.#level.length > 0; depth++) {
      const level = this.#level
      this.#level = []
      for (const { node, sight, offset, busy } of level) {
        const room = Math.max(0, Math.min(this.query.limit, MOST_NODES - this.#nodes))
        node.children = sight.list(offset, room).map((child) => this.#node(child, sight, busy, 0))
        if (offset > 0 || node.children.length < sight.size) this.truncated = true
      }
    }
    if (this.#level.some(({ sight }) => sight.size > 0)) this.truncated = true
    for (const { node } of this.#level) node.children = []
  }

  #node(child: ChildSight, above: SupervisorSight, busyAbove: boolean, offset: number): TreeNode {
    const { restart, restarts, retryIn } = child
    const key = this.keys.of(child.key)
    const id = above.kind === 'supervisor' ? child.id : undefined
    const more = {
      restart,
      restarts,
      ...(retryIn === undefined ? undefined : { retryIn: Math.round(retryIn) }),
    }
    if (child.pid instanceof Pid && this.kernel.isAlive(child.pid))
      return this.#process(child.pid, key, id, { specId: child.id, ...more }, offset)
    this.#nodes++
    // While its supervisor is at work the child that ended is on its way back, as far as can be seen.
    const back = child.pid !== undefined || (busyAbove && restart !== 'temporary')
    return {
      id: lineOf(child.id),
      key,
      kind: child.type,
      pid: null,
      behaviour: '',
      state: back ? 'restarting' : 'stopped',
      queue: 0,
      ...more,
    }
  }

  #process(
    pid: Pid,
    key: string,
    id: string | undefined,
    { specId, restarts = 0, ...more }: { specId?: string; restarts?: number; restart?: string },
    offset: number,
  ): TreeNode {
    this.#nodes++
    const seen = processSummary(pid)
    const sight = seenSupervisor(pid)
    const names = namesOf(seen)
    const title = id ?? names.name ?? names.label ?? specId ?? String(pid)
    const busy = seen?.status === 'busy'
    const node: Growing = {
      id: lineOf(title),
      key,
      kind: sight?.kind ?? (isSupervisor(pid) ? 'supervisor' : 'worker'),
      ...(sight === undefined ? undefined : { strategy: sight.strategy }),
      pid: String(pid),
      ...names,
      behaviour: behaviourName(pid),
      ...(isElsewhere(pid) ? { node: pid.node } : undefined),
      state: 'up',
      ...(busy ? { busy } : undefined),
      queue: seen?.queueLength ?? 0,
      restarts,
      ...more,
      ...(sight === undefined ? undefined : { childCount: sight.size }),
    }
    if (sight !== undefined) this.#level.push({ node, sight, offset, busy })
    return node
  }
}

/** The supervisor that a process is a child of, as far as it can be told from who started it. */
export function supervisorAbove(pid: Pid): SupervisorSight | undefined {
  const parent = processSummary(pid)?.parent
  const sight = parent === undefined ? undefined : seenSupervisor(parent)
  return sight?.find(pid) === undefined ? undefined : sight
}
