/**
 * Random supervision scenarios: trees of up to three levels, and operations that harm or ask them. One cause at a
 * time, except for the crashes of siblings while their supervisor is suspended.
 */
import type { Random } from './random.js'
import {
  type DynamicNode,
  type Failure,
  nodesOf,
  type Restart,
  type SupervisorNode,
  type SupOp,
  type SupScenario,
  type Term,
  type TreeNode,
  type WorkerNode,
} from './scenario.js'

const REASONS: readonly Term[] = [
  'boom',
  'bang',
  'normal',
  'shutdown',
  ['shutdown', 'late'],
  ['shutdown', 'a', 'b'],
  'killed',
]
const STRATEGIES = ['one_for_one', 'one_for_all', 'rest_for_one'] as const
/** Long enough that no crash is forgotten: real time must not matter. */
const PERIOD = 3600
/** How long the BEAM waits for a worker that will not stop, in milliseconds of real time. */
const PATIENCE = 40

export function generateSup(random: Random, id: string, options: { dynamic: boolean }): SupScenario {
  return new SupGenerator(random, options.dynamic).scenario(id)
}

class SupGenerator {
  #workers = 0
  #supervisors = 0
  #dynamics = 0
  #dynamicChildren = 0
  #statics: SupervisorNode[] = []
  #pools: DynamicNode[] = []
  #all: TreeNode[] = []
  readonly #poolChildren: string[] = []

  constructor(
    private readonly random: Random,
    private readonly dynamic: boolean,
  ) {}

  scenario(id: string): SupScenario {
    const { random } = this
    // Once the top has given up there is nothing left to see.
    const tree = { ...this.#supervisor(1), intensity: random.pick([0, 2, 4, 6, 9]) }
    this.#all = nodesOf(tree)
    this.#statics = this.#all.filter((node) => 'sup' in node)
    this.#pools = this.#all.filter((node) => 'dyn' in node)
    const ops = Array.from({ length: random.between(3, 12) }, () => this.#op())
    if (random.chance(15)) ops.push({ op: 'parent_exit', reason: random.pick(REASONS) })
    return { id, kind: 'sup', tree, ops }
  }

  // ---- trees

  #supervisor(depth: number): SupervisorNode {
    const { random } = this
    const autoShutdown = random.weighted({ never: 75, any_significant: 13, all_significant: 12 })
    const children = Array.from({ length: random.between(depth === 1 ? 1 : 0, 4) }, () =>
      this.#child(depth, autoShutdown !== 'never'),
    )
    const id = depth === 1 ? 'top' : `s${++this.#supervisors}`
    return {
      id,
      sup: random.pick(STRATEGIES),
      intensity: random.pick([0, 1, 1, 2, 2, 3, 3, 3, 6, 6]),
      period: PERIOD,
      ...(autoShutdown !== 'never' && { autoShutdown }),
      children,
    }
  }

  #child(depth: number, mayMatter: boolean): TreeNode {
    const { random } = this
    const kind = random.weighted({ worker: 75, sup: depth < 3 ? 20 : 0, dyn: this.dynamic ? 12 : 0 })
    const node =
      kind === 'sup'
        ? this.#supervisor(depth + 1)
        : kind === 'dyn'
          ? this.#pool()
          : this.#worker(`w${++this.#workers}`)
    return this.#withRestart(node, mayMatter)
  }

  #withRestart<N extends TreeNode>(node: N, mayMatter: boolean): N {
    const { random } = this
    const restart: Restart = random.weighted({ permanent: 50, transient: 30, temporary: 20 })
    return {
      ...node,
      ...(restart !== 'permanent' && { restart }),
      ...(mayMatter && restart !== 'permanent' && random.chance(60) && { significant: true }),
    }
  }

  #pool(): DynamicNode {
    const { random } = this
    return {
      id: `y${++this.#dynamics}`,
      dyn: true,
      intensity: random.between(0, 4),
      period: PERIOD,
      ...(random.chance(30) && { maxChildren: random.between(1, 3) }),
    }
  }

  #worker(id: string): WorkerNode {
    const { random } = this
    const node: WorkerNode = { id }
    if (random.chance(60)) {
      node.trap = true
      if (random.chance(6)) {
        node.onExit = 'hang'
        node.shutdown = PATIENCE
      } else if (random.chance(12)) node.onExit = random.pick(['normal', 'bang', 'shutdown'])
    }
    if (random.chance(10)) node.shutdown = 'brutal_kill'
    const plan = this.#plan()
    if (plan !== undefined) node.plan = plan
    return node
  }

  #plan(): Record<string, Failure> | undefined {
    const { random } = this
    const plan: Record<string, Failure> = {}
    if (random.chance(4)) plan['1'] = random.pick(['error', 'crash', 'ignore', 'ignore'])
    for (const attempt of ['2', '3', '4']) {
      if (random.chance(9)) plan[attempt] = random.pick(['error', 'crash', 'ignore'])
    }
    return Object.keys(plan).length > 0 ? plan : undefined
  }

  // ---- operations

  #op(): SupOp {
    const { random } = this
    const kind = random.weighted({
      crash: 34,
      kill: 9,
      suspended: 9,
      pool: this.#pools.length > 0 ? 25 : 0,
      start: 8,
      terminate: 9,
      restart: 8,
      remove: 5,
      count: 4,
      stray: 4,
    })
    switch (kind) {
      case 'crash':
        return this.#crash(this.#anyWorker())
      case 'kill':
        return { op: 'kill', id: random.chance(70) ? this.#anyWorker() : random.pick(this.#all).id }
      case 'suspended':
        return this.#suspended()
      case 'pool':
        return this.#poolOp(random.pick(this.#pools).id)
      case 'start':
        return this.#start(random.pick(this.#statics))
      case 'terminate':
        return this.#childOp('terminate_child')
      case 'restart':
        return this.#childOp('restart_child')
      case 'remove':
        return this.#childOp('delete_child')
      case 'count':
        return { op: 'count', sup: this.#anySupervisor() }
      case 'stray':
        return random.chance(50)
          ? { op: 'stray_msg', sup: this.#anySupervisor() }
          : { op: 'stray_exit', sup: this.#anySupervisor(), reason: random.pick(REASONS) }
    }
  }

  #crash(id: string): Extract<SupOp, { op: 'crash' }> {
    const { random } = this
    const reason = random.chance(50) ? 'boom' : random.pick(REASONS)
    // An uncaught error(shutdown) is {shutdown, Stack}, which OTP takes for an orderly end. No Error of JavaScript is.
    const error = reason !== 'shutdown' && random.chance(15)
    return { op: 'crash', id, reason, ...(error && { error }) }
  }

  #suspended(): SupOp {
    const { random } = this
    const sup = random.pick(this.#statics)
    const workers = sup.children.filter((child) => !('sup' in child || 'dyn' in child))
    const chosen = random.some(workers, random.between(1, 3))
    return { op: 'suspended', sup: sup.id, ops: chosen.map((worker) => this.#crash(worker.id)) }
  }

  #poolOp(sup: string): SupOp {
    const { random } = this
    const kind = random.weighted({ start: 60, terminate: this.#poolChildren.length > 0 ? 15 : 0, count: 10 })
    if (kind === 'count') return { op: 'count', sup }
    if (kind === 'terminate') return { op: 'terminate_child', sup, id: random.pick(this.#poolChildren) }
    const id = `d${++this.#dynamicChildren}`
    this.#poolChildren.push(id)
    return { op: 'start_child', sup, child: this.#withRestart(this.#worker(id), false) }
  }

  /** Mostly a new child; now and then one that is there already. */
  #start(sup: SupervisorNode): SupOp {
    const { random } = this
    const known = sup.children.filter((child): child is WorkerNode => !('sup' in child || 'dyn' in child))
    if (known.length > 0 && random.chance(30)) {
      return { op: 'start_child', sup: sup.id, child: this.#worker(random.pick(known).id) }
    }
    const matters = (sup.autoShutdown ?? 'never') !== 'never'
    const child = this.#withRestart(this.#worker(`w${++this.#workers}`), matters)
    // Later operations may aim at it as at a child that was there from the start; the tree itself is not changed.
    this.#statics = this.#statics.map((each) =>
      each === sup ? { ...sup, children: [...sup.children, child] } : each,
    )
    this.#all = [...this.#all, child]
    return { op: 'start_child', sup: sup.id, child }
  }

  #childOp(op: 'terminate_child' | 'restart_child' | 'delete_child'): SupOp {
    const { random } = this
    const sup = random.pick(this.#statics)
    const ids = sup.children.map((child) => child.id)
    return { op, sup: sup.id, id: ids.length > 0 && random.chance(93) ? random.pick(ids) : 'w99' }
  }

  #anyWorker(): string {
    const ids = this.#all.filter((node) => !('sup' in node || 'dyn' in node)).map((node) => node.id)
    const all = [...ids, ...this.#poolChildren]
    return all.length > 0 ? this.random.pick(all) : 'w99'
  }

  #anySupervisor(): string {
    return this.random.pick([...this.#statics, ...this.#pools]).id
  }
}
