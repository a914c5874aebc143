import { seenServer } from '../genserver/index.js'
import { Pid, type ProcessSummary, processSummary, seenElsewhere } from '../kernel/index.js'
import { isSupervisor, seenSupervisor } from '../supervisor/index.js'

/** The behaviours that different kinds of processes share. */
const GENERAL: ReadonlySet<string> = new Set(['GenServer', 'StateMachine'])

/** The title and name of a process, for metrics and spans. */
export interface Subject {
  /**
   * The class of the process; without one its registered name; without that the kind of process. It is never the id of a dynamic
   * child, a pid, or a name without a process: there must be few titles.
   */
  readonly title: string
  /** The registered name, which distinguishes the process from others of its class. */
  readonly name: string | undefined
}

/** The subject of a call to a name without a process: the name may be any text. */
const UNKNOWN: Subject = { title: 'unknown', name: undefined }

/** The subjects of processes, each looked up once. */
export class Subjects {
  readonly #known = new WeakMap<Pid, Subject>()

  of(process: Pid | string): Subject {
    if (!(process instanceof Pid)) return UNKNOWN
    const known = this.#known.get(process)
    if (known !== undefined) return known
    const subject = subjectOf(process)
    if (subject !== UNKNOWN) this.#known.set(process, subject)
    return subject
  }

  /** The label of a child: its id under a static supervisor, whose ids are in the code; its title under a dynamic one. */
  child(supervisor: Pid, id: string, pid: Pid | undefined): string {
    if (!isDynamic(supervisor)) return id
    return pid === undefined ? 'unknown' : this.of(pid).title
  }
}

function subjectOf(pid: Pid): Subject {
  const sight = processSummary(pid)
  if (sight === undefined) return UNKNOWN
  const { name } = sight
  if (isSupervisor(pid)) return { title: name ?? idOf(sight) ?? 'supervisor', name }
  const behaviour = seenServer(pid)?.behaviour ?? seenElsewhere(pid)?.runs
  const isGeneral = behaviour === undefined || GENERAL.has(behaviour)
  return { title: isGeneral ? (name ?? behaviour ?? 'process') : behaviour, name }
}

/** The id of a supervisor that is the child of a static supervisor. */
function idOf({ label, parent }: ProcessSummary): string | undefined {
  if (typeof label !== 'string' || (parent !== undefined && isDynamic(parent))) return undefined
  return label
}

function isDynamic(supervisor: Pid): boolean {
  return seenSupervisor(supervisor)?.kind === 'dynamic supervisor'
}
