import { oneLine } from '../../kernel/index.js'
import type { Plan, PlannedChild } from './plan.js'

/** The text of a planned tree, with one line per process. */
export function drawing({ applications }: Plan): string {
  const lines: string[] = []
  for (const { name, dependencies, root } of applications) {
    const after = dependencies.length === 0 ? '' : ` (after ${dependencies.map(oneLine).join(', ')})`
    lines.push(`${oneLine(name)}${after}`)
    if (root === undefined) continue
    lines.push(
      ...branches(
        [root],
        (child) => `${oneLine(child.id)}${remarks(child)}`,
        (child) => child.children,
      ),
    )
  }
  return `${lines.join('\n')}\n`
}

/** The lines of a forest, drawn with branches. */
export function branches<T>(
  nodes: readonly T[],
  line: (node: T) => string,
  below: (node: T) => readonly T[] | undefined,
): string[] {
  const lines: string[] = []
  // No recursion, since a tree may be deeper than the stack.
  const open = lastFirst(nodes, '')
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, last, indent } = next
    lines.push(`${indent}${last ? '└─ ' : '├─ '}${line(node)}`)
    for (const each of lastFirst(below(node) ?? [], `${indent}${last ? '   ' : '│  '}`)) open.push(each)
  }
  return lines
}

function lastFirst<T>(nodes: readonly T[], indent: string): { node: T; last: boolean; indent: string }[] {
  return nodes.map((node, at) => ({ node, last: at === nodes.length - 1, indent })).reverse()
}

function remarks({ kind, strategy, restart, children, isolate }: PlannedChild): string {
  const remarks = [
    kind === 'worker' ? undefined : kind,
    strategy,
    restart === 'permanent' ? undefined : restart,
    isolate === undefined ? undefined : `in a ${isolate === 'thread' ? 'thread' : 'program'} of its own`,
    kind === 'supervisor' && children === undefined ? 'children known at run time' : undefined,
  ].filter((remark) => remark !== undefined)
  return remarks.length === 0 ? '' : ` (${remarks.join(', ')})`
}
