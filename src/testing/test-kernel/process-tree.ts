import { type Kernel, type Pid } from '../../kernel/index.js'
import { processItem } from '../process-item.js'
import type { NameOf } from '../trace/index.js'

/**
 * The living processes of a kernel as text, each below the process that started it.
 *
 * @example
 * ```ts
 * console.log(treeOf(kernel, kernel.trace.nameOf))
 * // top <0.3>
 * // └─ counter <0.4>
 * ```
 */
export function treeOf(kernel: Kernel, nameOf: NameOf): string {
  const alive = new Set(kernel.processes())
  const below = new Map<Pid | undefined, Pid[]>()
  for (const pid of alive) {
    const parent = processItem(pid, 'parent')
    const above = parent !== undefined && alive.has(parent) ? parent : undefined
    below.set(above, [...(below.get(above) ?? []), pid])
  }
  const lines: string[] = []
  const draw = (pid: Pid, indent: string, branch: string, further: string): void => {
    lines.push(`${indent}${branch}${lineOf(pid, nameOf)}`)
    const children = below.get(pid) ?? []
    children.forEach((child, at) => {
      const last = at === children.length - 1
      draw(child, `${indent}${further}`, last ? '└─ ' : '├─ ', last ? '   ' : '│  ')
    })
  }
  for (const top of below.get(undefined) ?? []) draw(top, '', '', '')
  return lines.length === 0 ? '(no process is alive)' : lines.join('\n')
}

function lineOf(pid: Pid, nameOf: NameOf): string {
  const name = nameOf(pid)
  const waiting = processItem(pid, 'messageQueueLength') ?? 0
  const queue = waiting === 0 ? '' : ` (${waiting} waiting)`
  return `${name}${name.includes(String(pid)) ? '' : ` ${pid}`}${queue}`
}
