/**
 * The scenario language: what the comparison with a real BEAM is written in. A scenario is data, one JSON object a
 * line, run by two interpreters that know nothing of each other: `erlang/*.erl` on the BEAM's own primitives and
 * `heartwood.ts` on Heartwood's. Both print a trace; the traces must be equal line by line.
 *
 * **Terms.** A string is an atom, an array a tuple, a number an integer. On Heartwood the tuple `['shutdown', x]` is
 * `{ shutdown: x }`. A scenario has no other values.
 *
 * **Kernel scenarios.** Actors are passive: each does exactly the operations it is told to and takes nothing else
 * from its mailbox, so everything that happened to it stays visible. After each operation the driver waits until
 * nothing runs and prints
 *
 *     #3 true                                     the result of operation 3; of a batch, the results
 *     p2 trap links=[p4] mons=[@n1] mbox={…}      every actor that changed, with all that is not as at birth
 *     p1 dead boom
 *
 * where `-` alone is an actor as at birth, or a result that never came because the actor died. An operation whose
 * actor is dead, or that speaks of something that was never made, is `skip`ped: so an operation can be cut out of a
 * scenario and the rest still means something. A mailbox is shown as one queue per sender, since the BEAM promises no
 * order between senders.
 *
 * **Supervision scenarios.** A tree is started under a parent that traps exits; operations then harm it or ask it.
 *
 *     #2 ok w3#1                                  the result
 *       start w1#2                                what happened, in order: starts and attempts, the ends of trapping
 *       term w2#1 shutdown                        workers, supervisor reports, the end of the top
 *       report top#1 child_terminated w1 boom
 *     = top#1(w1#2 sub#1(w4#1) w5:undefined)      the tree, oldest child first
 *
 * `#n` counts the start attempts of an id, so restarts show.
 *
 * **Server and machine scenarios**: see `stage-scenario.ts`. **Circles of calls**: see `circle-scenario.ts`.
 */

import type { CircleScenario } from './circle-scenario.js'
import type { StageScenario } from './stage-scenario.js'

/** A string is an atom, an array a tuple. */
export type Term = string | number | readonly Term[]

/** A process `p1`; a registered name `@n1`; the name on this node `%n1`; an alias `&m1`. */
export type Target = string

export type AliasMode = 'explicit_unalias' | 'demonitor' | 'reply_demonitor'

/** Options of a monitor; `as` names its reference. */
export interface Watch {
  as: string
  alias?: AliasMode
  tag?: string
}

/** One operation; who performs it stands beside it. */
export type Act =
  | { op: 'spawn'; as: string; link?: boolean; monitor?: Watch }
  | { op: 'link' | 'unlink'; to: string }
  | ({ op: 'monitor'; to: Target } & Watch)
  | { op: 'demonitor'; ref: string; flush?: boolean; info?: boolean }
  /** The exit signal of `exit/2`. */
  | { op: 'signal'; to: Target; reason: Term }
  | { op: 'exit' | 'error' | 'throw'; reason: Term }
  | { op: 'return' }
  | { op: 'trap'; on: boolean }
  | { op: 'register'; name: string; who: string }
  | { op: 'unregister' | 'whereis'; name: string }
  | { op: 'send'; to: Target; tag: string }
  | { op: 'alive'; who: string }
  | { op: 'alias'; as: string; reply?: boolean }
  | { op: 'unalias'; ref: string }
  /** A selective receive with `after 0`; always about one sender. `any`: message, EXIT and DOWN from it, oldest first. */
  | { op: 'recv'; what: 'msg'; from: string; tag?: string }
  | { op: 'recv'; what: 'exit' | 'any'; from: string }
  | { op: 'recv'; what: 'down'; ref: string }

/** `batch`: several operations in one go, with nothing settled in between. */
export type KernelOp = { by: string } & (Act | { op: 'batch'; ops: Act[] })

export interface KernelScenario {
  id: string
  kind: 'kernel'
  /** The actors that exist from the start. */
  procs: string[]
  ops: KernelOp[]
}

export type Restart = 'permanent' | 'transient' | 'temporary'

/** What becomes of a start attempt that does not succeed. */
export type Failure = 'error' | 'ignore' | 'crash' | 'throw'

interface Node {
  id: string
  /** Default `permanent`. */
  restart?: Restart
  significant?: boolean
}

export interface WorkerNode extends Node {
  /** Milliseconds or `brutal_kill`; default 5000. */
  shutdown?: number | 'brutal_kill'
  trap?: boolean
  /** What a trapping worker does when told to stop: end with that reason (default), not end, or end with another one. */
  onExit?: string
  /** The outcome of the nth start attempt, counted from 1, where it is not a success. */
  plan?: Record<string, Failure>
}

export interface SupervisorNode extends Node {
  sup: 'one_for_one' | 'one_for_all' | 'rest_for_one'
  intensity: number
  /** Seconds. */
  period: number
  autoShutdown?: 'never' | 'any_significant' | 'all_significant'
  children: TreeNode[]
}

/** Elixir's DynamicSupervisor. */
export interface DynamicNode extends Node {
  dyn: true
  intensity: number
  period: number
  maxChildren?: number
}

export type TreeNode = WorkerNode | SupervisorNode | DynamicNode

export type SupOp =
  /** A worker ends by itself: `error` as an uncaught error, else with the bare reason. */
  | { op: 'crash'; id: string; reason: Term; error?: boolean }
  | { op: 'kill'; id: string }
  /** Children of one supervisor crash while it does not run. */
  | { op: 'suspended'; sup: string; ops: Extract<SupOp, { op: 'crash' }>[] }
  | { op: 'start_child'; sup: string; child: WorkerNode }
  | { op: 'terminate_child' | 'restart_child' | 'delete_child'; sup: string; id: string }
  | { op: 'count' | 'stray_msg'; sup: string }
  /** An exit signal from somebody who is not the parent. */
  | { op: 'stray_exit'; sup: string; reason: Term }
  /** An exit signal from the parent of the whole tree. */
  | { op: 'parent_exit'; reason: Term }
  | { op: 'sleep'; ms: number }

export interface SupScenario {
  id: string
  kind: 'sup'
  tree: SupervisorNode
  ops: SupOp[]
}

export type Scenario = KernelScenario | SupScenario | StageScenario | CircleScenario

/** What an interpreter printed for one scenario. */
export type Trace = string[]

/** A scenario with the trace a real BEAM gave for it: a line of a file in `golden/`. */
export interface Golden {
  scenario: Scenario
  trace: Trace
}

/** Whether the scenario needs Elixir's DynamicSupervisor. */
export function needsElixir(scenario: Scenario): boolean {
  return scenario.kind === 'sup' && nodesOf(scenario.tree).some((node) => 'dyn' in node)
}

/** A node and all below it. */
export function nodesOf(node: TreeNode): TreeNode[] {
  return 'sup' in node ? [node, ...node.children.flatMap(nodesOf)] : [node]
}
