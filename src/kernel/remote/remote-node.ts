import type { Process } from '../process/process.js'
import { RemotePid, routeOf } from '../terms/pid.js'
import { RemoteReference } from '../terms/reference.js'
import type { Connection } from './connection.js'
import type { Nodes } from './nodes.js'
import { RemoteProcess } from './remote-process.js'
import type { ReferenceId } from './signal.js'
import { WeakTable } from './weak-table.js'

/** In place of the creation of a node that is known by its name alone. */
export const ANY = 0

/** One incarnation of another kernel: what is known here of its processes, and the way to it while there is one. */
export class RemoteNode {
  connection: Connection | undefined = undefined
  /** Those that have a name in this kernel. */
  readonly named = new Set<RemoteProcess>()
  /** Others reach it through this kernel alone: it is where an isolated server runs. */
  isBehind = false
  /** What others know of it, while it is there: they may be the only ones. */
  readonly fronted = new Set<RemotePid | RemoteReference>()
  readonly #pids = new WeakTable<number, RemotePid>()
  readonly #references = new WeakTable<ReferenceId, RemoteReference>()
  readonly #names = new WeakTable<string, RemoteProcess>()

  constructor(
    readonly nodes: Nodes,
    readonly name: string,
    readonly creation: number,
  ) {}

  /** It is whoever has the name. */
  get isAny(): boolean {
    return this.creation === ANY
  }

  /** The way to it; one that is begun where there is none, and somebody knows how to find it. */
  way(): Connection | undefined {
    return this.connection ?? this.nodes.dial(this)
  }

  /** What links, monitors and calls end with when there is no way to it: it is out of reach, or was followed by another. */
  get unreachable(): 'noconnection' | 'noproc' {
    const current = this.nodes.current(this.name)
    return !this.isAny && current !== undefined && current !== this ? 'noproc' : 'noconnection'
  }

  pid(id: number): RemotePid {
    const known = this.#pids.get(id)
    if (known !== undefined) return known
    const { pid } = new RemoteProcess(this, id)
    this.#pids.set(id, pid)
    return pid
  }

  /** What stands for the process of that id; undefined when it is known to be over. */
  process(id: number): RemoteProcess | undefined {
    return routeOf<Process>(this.pid(id)) as RemoteProcess | undefined
  }

  /** What stands for whoever has that name there. */
  holder(name: string): RemoteProcess {
    const known = this.#names.get(name)
    if (known !== undefined) return known
    const made = new RemoteProcess(this, name)
    this.#names.set(name, made)
    return made
  }

  reference(id: ReferenceId): RemoteReference {
    const known = this.#references.get(id)
    if (known !== undefined) return known
    const made = new RemoteReference(this.name, this.creation, id, new RemoteProcess(this, { ref: id }))
    this.#references.set(id, made)
    return made
  }
}
