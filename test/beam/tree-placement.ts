/** Which parts of a tree live in the other thread. */
import type { SupScenario, TreeNode } from './scenario.js'

/**
 * Every second worker of a supervisor that stays, and every second supervisor below one with all that is below it. Where children are started by hand the
 * supervisor stays: a spec has functions, which do not cross.
 */
export function awayOf({ tree, ops }: SupScenario): ReadonlySet<string> {
  const filled = new Set(ops.flatMap((op) => (op.op === 'start_child' ? [op.sup] : [])))
  const away = new Set<string>()
  let [workers, supervisors] = [0, 0]
  const visit = (node: TreeNode): void => {
    if (!('sup' in node)) return
    for (const child of node.children) {
      if ('dyn' in child) continue
      if (!('sup' in child)) {
        if (workers++ % 2 === 0) away.add(child.id)
      } else if (!isFilled(child, filled) && supervisors++ % 2 === 0) away.add(child.id)
      else visit(child)
    }
  }
  visit(tree)
  return away
}

function isFilled(node: TreeNode, filled: ReadonlySet<string>): boolean {
  if (filled.has(node.id) || 'dyn' in node) return true
  return 'sup' in node && node.children.some((child) => isFilled(child, filled))
}
