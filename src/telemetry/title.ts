import { seenServer } from '../genserver/index.js'
import { glance, Pid } from '../kernel/index.js'

/** Behaviours that many unlike processes share. */
const GENERAL: ReadonlySet<string> = new Set(['GenServer', 'StateMachine'])

/** What measurements and spans call processes; looked up once for each. */
export class Titles {
  readonly #known = new WeakMap<Pid, string>()

  /**
   * The class of a process, which a thousand like it share; else its registered name, its label, or what kind of process
   * it is. A server that is not there goes by the name that somebody tried.
   */
  of(process: Pid | string): string {
    if (!(process instanceof Pid)) return process
    const known = this.#known.get(process)
    if (known !== undefined) return known
    const title = titleOf(process)
    this.#known.set(process, title)
    return title
  }
}

function titleOf(pid: Pid): string {
  const behaviour = seenServer(pid)?.behaviour
  if (behaviour !== undefined && !GENERAL.has(behaviour)) return behaviour
  const { name, label } = glance(pid) ?? {}
  return name ?? (typeof label === 'string' ? label : (behaviour ?? 'process'))
}
