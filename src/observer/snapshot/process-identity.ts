/** Processes as the observer names them. */
import { type Kernel, Pid, type ProcessSummary, processSummary, type RemoteName } from '../../kernel/index.js'
import { lineOf } from './one-line-value.js'

/** A process by its names. */
export interface Who {
  readonly pid: string
  readonly name?: string
  readonly label?: string
}

/** A process as the API writes it, with its names while it lives. */
export function whoIs(pid: Pid): Who {
  return { pid: String(pid), ...namesOf(processSummary(pid)) }
}

/** The names of a process, as far as it has any. */
export function namesOf(seen: Pick<ProcessSummary, 'name' | 'label'> | undefined): Omit<Who, 'pid'> {
  if (seen === undefined) return {}
  const { name, label } = seen
  return {
    ...(name === undefined ? undefined : { name: lineOf(name) }),
    ...(label === undefined || label === name ? undefined : { label: lineOf(label) }),
  }
}

/** An ancestor or the object of a monitor: a process, or a name. */
export function whoever(kernel: Kernel, who: Pid | string | RemoteName): Who | { readonly name: string } {
  if (who instanceof Pid) return whoIs(who)
  const name = typeof who === 'string' ? who : who.name
  const pid = kernel.whereis(name)
  return pid === undefined ? { name: lineOf(name) } : whoIs(pid)
}

/** As a pid of another kernel is shown. */
const ELSEWHERE = /^<(?<node>(?!0\.)[^<>\s]+)\.(?<id>\d{1,15})>$/
const PID = /^<?(?:0\.)?(\d{1,15})>?$/

/** A process of another kernel, as it is shown. */
export interface ShownElsewhere {
  readonly node: string
  readonly id: string
}

/** Where a process is that `text` names as one of another kernel; undefined for any other text. */
export function elsewhereIn(text: string): ShownElsewhere | undefined {
  return ELSEWHERE.exec(text)?.groups as ShownElsewhere | undefined
}

/** The live process that `text` names: `<0.12>`, `0.12`, `12`, `<node.12>` where that is known here, or a registered name. */
export function processAt(kernel: Kernel, text: string): Pid | undefined {
  const there = elsewhereIn(text)
  if (there !== undefined) return kernel.nodes?.known(there.node, Number(there.id))
  const id = PID.exec(text)?.[1]
  return (id === undefined ? undefined : kernel.find(Number(id))) ?? kernel.whereis(text)
}
