import type { Process } from '../process/process.js'
import { RemotePid, routeOf } from '../terms/pid.js'
import { RemoteReference } from '../terms/reference.js'
import type { Connection } from './connection.js'
import type { Nodes } from './nodes.js'
import { RemoteProcess } from './remote-process.js'
import type { ReferenceId } from './signal.js'
import { WeakTable } from './weak-table.js'

/** The creation of a node that is known by its name alone. */
export const ANY = 0

/** One incarnation of another kernel: the known processes of it, and the connection to it while there is one. */
export class RemoteNode {
  connection: Connection | undefined = undefined
  /** Its processes that have a name in this kernel. */
  readonly named = new Set<RemoteProcess>()
  /** Whether other kernels reach it only through this one: it is the kernel of an isolated server. */
  isBehind = false
  /** Its terms that other kernels know. They are kept while it exists, since no other code may keep them. */
  readonly fronted = new Set<RemotePid | RemoteReference>()
  readonly #pids = new WeakTable<number, RemotePid>()
  readonly #references = new WeakTable<ReferenceId, RemoteReference>()
  readonly #names = new WeakTable<string, RemoteProcess>()

  constructor(
    readonly nodes: Nodes,
    readonly name: string,
    readonly creation: number,
  ) {}

  /** Whether it stands for any incarnation with the name. */
  get isAny(): boolean {
    return this.creation === ANY
  }

  /** Returns the connection to it; starts one if there is none and the program can find nodes. */
  way(): Connection | undefined {
    return this.connection ?? this.nodes.dial(this)
  }

  /**
   * The reason with which links, monitors and calls end if there is no connection to it: it cannot be reached, or another incarnation has
   * followed it.
   */
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

  /** Returns what represents the process with an id; `undefined` if the process is known to have ended. */
  process(id: number): RemoteProcess | undefined {
    return routeOf<Process>(this.pid(id)) as RemoteProcess | undefined
  }

  /** Returns what represents the process that has a name there. */
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
