/** Which actors of a kernel scenario live in the other thread. */
import type { Act, KernelScenario } from './scenario.js'

/**
 * Names are of one kernel, and so is the question whether a process lives: whoever speaks of them, or is spoken of, stays here, with whoever
 * it was spawned by. Of the others every second goes.
 */
export function elsewhereOf({ procs, ops }: KernelScenario): ReadonlySet<string> {
  const staying = new Set<string>()
  const parents = new Map<string, string>()
  for (const op of ops) {
    for (const act of op.op === 'batch' ? op.ops : [op]) {
      if (act.op === 'spawn') parents.set(act.as, op.by)
      if (!speaksOfNames(act)) continue
      staying.add(op.by)
      if ('who' in act) staying.add(act.who)
    }
  }
  for (const name of [...staying]) {
    for (let above = parents.get(name); above !== undefined; above = parents.get(above)) staying.add(above)
  }
  return new Set(procs.filter((name) => !staying.has(name)).filter((_, at) => at % 2 === 0))
}

/**
 * Whether somebody watches somebody twice: two BEAMs tell that in another order than one does, `[a, c, b]` for the monitors a, b and c, so
 * that there is nothing to be compared.
 */
export function watchesTwice({ ops }: KernelScenario): boolean {
  const watches = ops.flatMap(({ by, ...op }) =>
    (op.op === 'batch' ? op.ops : [op]).flatMap((act) => {
      if (act.op === 'monitor') return [`${by} ${act.to}`]
      return act.op === 'spawn' && act.monitor !== undefined ? [`${by} ${act.as}`] : []
    }),
  )
  return new Set(watches).size < watches.length
}

function speaksOfNames(act: Act): boolean {
  if (['register', 'unregister', 'whereis', 'alive'].includes(act.op)) return true
  return 'to' in act && (act.to.startsWith('@') || (act.op === 'monitor' && act.to.startsWith('%')))
}
