import type { Plan, PlannedChild } from './plan.js'

/** A planned tree as text, one process a line. */
export function drawing({ applications }: Plan): string {
  const lines: string[] = []
  for (const { name, dependencies, root } of applications) {
    lines.push(dependencies.length === 0 ? name : `${name} (after ${dependencies.join(', ')})`)
    if (root === undefined) continue
    lines.push(
      ...branches(
        [root],
        (child) => `${child.id}${remarks(child)}`,
        (child) => child.children,
      ),
    )
  }
  return `${lines.join('\n')}\n`
}

/** A forest as lines that show who is below whom. */
export function branches<T>(
  nodes: readonly T[],
  line: (node: T) => string,
  below: (node: T) => readonly T[] | undefined,
  indent = '',
): string[] {
  return nodes.flatMap((node, at) => {
    const last = at === nodes.length - 1
    const further = branches(below(node) ?? [], line, below, `${indent}${last ? '   ' : '│  '}`)
    return [`${indent}${last ? '└─ ' : '├─ '}${line(node)}`, ...further]
  })
}

function remarks({ kind, strategy, restart, children }: PlannedChild): string {
  const remarks = [
    kind === 'worker' ? undefined : kind,
    strategy,
    restart === 'permanent' ? undefined : restart,
    kind === 'supervisor' && children === undefined ? 'children known at run time' : undefined,
  ].filter((remark) => remark !== undefined)
  return remarks.length === 0 ? '' : ` (${remarks.join(', ')})`
}
