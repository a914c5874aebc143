import { seenServer } from '../genserver/index.js'
import { glance, Pid, type ProcessSummary, seenElsewhere } from '../kernel/index.js'
import { isSupervisor, seenSupervisor } from '../supervisor/index.js'

/** Behaviours that many unlike processes share. */
const GENERAL: ReadonlySet<string> = new Set(['GenServer', 'StateMachine'])

/** What a process is, for measurements and spans. */
export interface Subject {
  /**
   * Its class, which a thousand like it share; else its registered name; else what kind of process it is. Never an id of a
   * dynamic child, a pid, or a name that nobody has.
   */
  readonly title: string
  /** What it is called beside others of its class. */
  readonly name: string | undefined
}

/** What nobody is: whoever has tried to reach it may have had any name in mind. */
const UNKNOWN: Subject = { title: 'unknown', name: undefined }

/** What processes are, looked up once for each. */
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

  /** What a child of a supervisor is called: by its id, which is written down, or by what it is, where anybody may start more. */
  child(supervisor: Pid, id: string, pid: Pid | undefined): string {
    if (!isDynamic(supervisor)) return id
    return pid === undefined ? 'unknown' : this.of(pid).title
  }
}

function subjectOf(pid: Pid): Subject {
  const sight = glance(pid)
  if (sight === undefined) return UNKNOWN
  const { name } = sight
  if (isSupervisor(pid)) return { title: name ?? idOf(sight) ?? 'supervisor', name }
  const behaviour = seenServer(pid)?.behaviour ?? seenElsewhere(pid)?.runs
  const isGeneral = behaviour === undefined || GENERAL.has(behaviour)
  return { title: isGeneral ? (name ?? behaviour ?? 'process') : behaviour, name }
}

/** The id of a supervisor that is a child of one whose children are written down. */
function idOf({ label, parent }: ProcessSummary): string | undefined {
  if (typeof label !== 'string' || (parent !== undefined && isDynamic(parent))) return undefined
  return label
}

function isDynamic(supervisor: Pid): boolean {
  return seenSupervisor(supervisor)?.kind === 'dynamic supervisor'
}
