/** Makes a scenario that diverges as small as it gets: whatever can go while the two sides still differ, goes. */
import type { Beam } from './beam.js'
import type { CircleCall, CircleScenario } from './circle-scenario.js'
import { compare, type Divergence } from './comparison.js'
import type { Placement } from './heartwood.js'
import type { KernelOp, KernelScenario, Scenario, SupScenario, TreeNode } from './scenario.js'
import type { StageScenario } from './stage-scenario.js'

export async function shrink(beam: Beam, divergence: Divergence, placement?: Placement): Promise<Divergence> {
  let smallest = divergence
  for (;;) {
    // All candidates of a round run in one VM; the first that still differs is the next one to make smaller.
    const candidates = smallerThan(smallest.scenario).map((candidate, index) => ({
      ...candidate,
      id: `candidate-${index}`,
    }))
    const [next] = candidates.length === 0 ? [] : await compare(beam, candidates, placement)
    if (next === undefined)
      return { ...smallest, scenario: { ...smallest.scenario, id: divergence.scenario.id } }
    smallest = next
  }
}

function smallerThan(scenario: Scenario): Scenario[] {
  if (scenario.kind === 'kernel') return smallerKernel(scenario)
  if (scenario.kind === 'circle') return smallerCircle(scenario)
  return scenario.kind === 'sup' ? smallerSup(scenario) : smallerStage(scenario)
}

function smallerKernel(scenario: KernelScenario): Scenario[] {
  const { ops, procs } = scenario
  const idle = procs.filter((name) => !JSON.stringify(ops).includes(`"${name}"`))
  return [
    ...idle.map((name) => ({ ...scenario, procs: procs.filter((each) => each !== name) })),
    ...halves(ops).map((some) => ({ ...scenario, ops: some })),
    ...withoutOne(ops).map((some) => ({ ...scenario, ops: some })),
    ...ops.flatMap((op, index) =>
      smallerBatches(op).map((some) => ({ ...scenario, ops: ops.with(index, some) })),
    ),
  ]
}

function smallerCircle(scenario: CircleScenario): Scenario[] {
  return smallerCalls(scenario.ops).map((ops) => ({ ...scenario, ops }))
}

/** With one call less, anywhere. */
function smallerCalls(calls: readonly CircleCall[]): CircleCall[][] {
  return [
    ...withoutOne(calls),
    ...calls.flatMap((call, index) =>
      smallerCalls(call.acts).map((acts) => calls.with(index, { ...call, acts })),
    ),
  ]
}

function smallerStage(scenario: StageScenario): Scenario[] {
  const { ops, table } = scenario
  const fewer = [...halves(ops), ...withoutOne(ops)].map((some) => ({ ...scenario, ops: some }) as Scenario)
  const shorter = [...halves(table as unknown[]), ...withoutOne(table as unknown[])].map(
    (some) => ({ ...scenario, table: some }) as Scenario,
  )
  return [...fewer, ...shorter, ...simpler(scenario)]
}

/** With one thing less in an entry of the table. */
function simpler(scenario: StageScenario): Scenario[] {
  return scenario.table.flatMap((entry, index) => {
    const list = 'acts' in entry ? entry.acts : 'actions' in entry ? entry.actions : []
    const key = 'acts' in entry ? 'acts' : 'actions'
    return withoutOne(list as unknown[]).map(
      (some) =>
        ({
          ...scenario,
          table: (scenario.table as unknown[]).with(index, { ...entry, [key]: some }),
        }) as Scenario,
    )
  })
}

function smallerBatches(op: KernelOp): KernelOp[] {
  if (op.op !== 'batch' || op.ops.length < 2) return []
  return withoutOne(op.ops).map((ops) => ({ ...op, ops }))
}

function smallerSup(scenario: SupScenario): Scenario[] {
  const { ops, tree } = scenario
  return [
    ...halves(ops).map((some) => ({ ...scenario, ops: some })),
    ...withoutOne(ops).map((some) => ({ ...scenario, ops: some })),
    ...smallerTrees(tree).map((smaller) => ({ ...scenario, tree: { ...tree, ...smaller } })),
  ]
}

/** The tree with one node less, anywhere in it. */
function smallerTrees(node: TreeNode): TreeNode[] {
  if (!('sup' in node)) return []
  const { children } = node
  return [
    ...withoutOne(children).map((some) => ({ ...node, children: some })),
    ...children.flatMap((child, index) =>
      smallerTrees(child).map((smaller) => ({ ...node, children: children.with(index, smaller) })),
    ),
  ]
}

function halves<T>(items: readonly T[]): T[][] {
  if (items.length < 4) return []
  const middle = items.length >> 1
  return [items.slice(0, middle), items.slice(middle)]
}

function withoutOne<T>(items: readonly T[]): T[][] {
  return items.map((_, index) => items.toSpliced(index, 1))
}
