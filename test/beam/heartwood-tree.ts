/** The trees of supervision scenarios on Heartwood; the twin of `erlang/beam_tree.erl`. */
import {
  type Behaviour,
  currentKernel,
  ExitMessage,
  exit,
  type Pid,
  parentPid,
  self,
  trapExit,
} from '../../src/kernel/index.js'
import {
  type ChildSpec,
  type StartReturn,
  type SupervisorOptions,
  startDynamicSupervisor,
  startSupervisor,
  supervisorBehaviour,
} from '../../src/supervisor/index.js'
import { ErlangError, spelled, valueFor } from './canon.js'
import type { DynamicNode, Failure, SupervisorNode, Term, TreeNode, WorkerNode } from './scenario.js'
import type { TreeLog } from './tree-log.js'

/** Tells a worker to end by itself. */
export class Crash {
  constructor(
    readonly reason: Term,
    readonly error: boolean,
  ) {}
}

/** The spec of a node of the tree as a child. */
export function childOf(node: TreeNode, log: TreeLog): ChildSpec {
  const { id, restart, significant } = node
  return {
    id,
    start: () => startNode(node, log),
    type: 'sup' in node || 'dyn' in node ? 'supervisor' : 'worker',
    ...(restart !== undefined && { restart }),
    ...(significant !== undefined && { significant }),
    ...('shutdown' in node && { shutdown: node.shutdown }),
  }
}

/** Starts a node, linked to the current process. */
export async function startNode(node: TreeNode, log: TreeLog): Promise<StartReturn> {
  if ('sup' in node) return isAway(node, log) ?? startStatic(node, log)
  return 'dyn' in node ? startDynamic(node, log) : startWorker(node, log)
}

/** The start of what is to be in the other thread. */
function isAway(node: TreeNode, { elsewhere }: TreeLog, instance?: string): Promise<StartReturn> | undefined {
  return elsewhere?.starts(node) === true ? elsewhere.start(node, instance) : undefined
}

/** What a node is, for a thread that is asked to start it. @param instance of a worker */
export function behaviourOfNode(node: TreeNode, instance: string | undefined, log: TreeLog): Behaviour {
  if ('sup' in node) return supervisorBehaviour(() => optionsOf(node, log), { label: node.id })
  return new Worker(node as WorkerNode, instance as string, log)
}

function startStatic(node: SupervisorNode, log: TreeLog): Promise<Pid> {
  return startSupervisor(() => optionsOf(node, log))
}

function optionsOf(node: SupervisorNode, log: TreeLog): SupervisorOptions {
  const { id, sup, intensity, period, autoShutdown, children } = node
  announce(id, log)
  return {
    strategy: sup,
    intensity,
    period: period * 1000,
    ...(autoShutdown !== undefined && { autoShutdown }),
    children: children.map((child) => childOf(child, log)),
  }
}

function startDynamic({ id, intensity, period, maxChildren }: DynamicNode, log: TreeLog): Promise<Pid> {
  return startDynamicSupervisor(() => {
    announce(id, log)
    return { intensity, period: period * 1000, maxChildren }
  })
}

/** Called by a supervisor that starts. */
function announce(id: string, log: TreeLog): void {
  const { instance } = log.attempt(id)
  log.named(instance, self())
  log.log('start', instance)
}

async function startWorker(node: WorkerNode, log: TreeLog): Promise<StartReturn> {
  const { n, instance } = log.attempt(node.id)
  const failure = node.plan?.[n]
  if (failure !== undefined) {
    log.log('fail', instance, failure)
    return failed(failure)
  }
  log.log('start', instance)
  const away = isAway(node, log, instance)
  if (away !== undefined) return away
  const started = await currentKernel().startBehaviour(new Worker(node, instance, log), { link: true })
  return started === 'ignore' ? 'ignore' : started.pid
}

function failed(failure: Failure): 'ignore' {
  if (failure === 'ignore') return 'ignore'
  throw failure === 'crash' ? new ErlangError('planned') : 'planned'
}

/** Does as the scenario says. */
class Worker implements Behaviour {
  constructor(
    private readonly node: WorkerNode,
    private readonly instance: string,
    private readonly log: TreeLog,
  ) {}

  start(): undefined {
    trapExit(this.node.trap === true)
    this.log.named(this.instance, self())
  }

  handle(message: unknown): void {
    if (message instanceof Crash) {
      const reason = valueFor(message.reason)
      if (message.error) throw new ErlangError(reason)
      exit(reason)
    }
    if (message instanceof ExitMessage && message.from === parentPid()) this.#stop(message.reason)
  }

  #stop(reason: unknown): void {
    this.log.log('term', this.instance, spelled(reason))
    const { onExit = 'obey' } = this.node
    if (onExit !== 'hang') exit(onExit === 'obey' ? reason : onExit)
  }
}
