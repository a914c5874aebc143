import type { Plan, PlannedChild } from './plan.js'

/** A planned tree as text, one process a line. */
export function drawing({ applications }: Plan): string {
  const lines: string[] = []
  for (const { name, dependencies, root } of applications) {
    lines.push(dependencies.length === 0 ? name : `${name} (after ${dependencies.join(', ')})`)
    if (root !== undefined) draw(root, '', true, lines)
  }
  return `${lines.join('\n')}\n`
}

function draw(child: PlannedChild, indent: string, last: boolean, lines: string[]): void {
  lines.push(`${indent}${last ? '└─ ' : '├─ '}${child.id}${remarks(child)}`)
  const below = `${indent}${last ? '   ' : '│  '}`
  const { children = [] } = child
  children.forEach((each, at) => {
    draw(each, below, at === children.length - 1, lines)
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
