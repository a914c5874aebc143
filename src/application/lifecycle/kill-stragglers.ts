/** The killing of processes of an application that does not stop in time. */
import { exit, type Pid, printed, processes, processInfo } from '../../kernel/index.js'

/**
 * Kills all processes below `top`, the youngest first, then `top`.
 *
 * @returns the names of the processes without children, for which the others have waited
 */
export function killTree(top: Pid): readonly string[] {
  const tree = descendantsOf(top)
  const parents = new Set(tree.map((pid) => processInfo(pid, 'parent')))
  const names = tree.filter((pid) => !parents.has(pid)).map(nameOf)
  for (const pid of [...tree].reverse()) exit(pid, 'kill')
  exit(top, 'kill')
  return names
}

/** All live processes below `top`, oldest first. */
export function descendantsOf(top: Pid): readonly Pid[] {
  const below = new Set<Pid>([top])
  for (const pid of processes()) {
    const parent = processInfo(pid, 'parent')
    if (parent !== undefined && below.has(parent)) below.add(pid)
  }
  below.delete(top)
  return [...below]
}

/** All live processes that `parent` started. */
export function childrenOf(parent: Pid): readonly Pid[] {
  return processes().filter((pid) => processInfo(pid, 'parent') === parent)
}

function nameOf(pid: Pid): string {
  const name = processInfo(pid, 'registeredName') ?? processInfo(pid, 'label')
  return name === undefined ? String(pid) : `${printed(name)} ${pid}`
}

/** The most names in a line. */
const NAMED = 20

/** A text with the first names, for a line of a log. */
export function oneLineOf(names: readonly string[]): string {
  const told = names.slice(0, NAMED).join(', ')
  const more = names.length - NAMED
  return more > 0 ? `${told} and ${more.toLocaleString('en')} more` : told
}
