import { RemotePid, routeOf } from '../terms/pid.js'
import { RemoteReference } from '../terms/reference.js'
import type { Connection } from './connection.js'
import type { Nodes } from './nodes.js'
import { RemoteProcess } from './remote-process.js'
import { WeakTable } from './weak-table.js'

/** One incarnation of another kernel: what is known here of its processes, and the way to it while there is one. */
export class RemoteNode {
  connection: Connection | undefined = undefined
  /** Those that have a name in this kernel. */
  readonly named = new Set<RemoteProcess>()
  readonly #pids = new WeakTable<number, RemotePid>()
  readonly #references = new WeakTable<number, RemoteReference>()
  readonly #names = new WeakTable<string, RemoteProcess>()

  constructor(
    readonly nodes: Nodes,
    readonly name: string,
    readonly creation: number,
  ) {}

  /** What links, monitors and calls end with when there is no way to it: it is out of reach, or was followed by another. */
  get unreachable(): 'noconnection' | 'noproc' {
    const current = this.nodes.current(this.name)
    return this.creation !== 0 && current !== undefined && current !== this ? 'noproc' : 'noconnection'
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
    return routeOf(this.pid(id)) as RemoteProcess | undefined
  }

  /** What stands for whoever has that name there. */
  holder(name: string): RemoteProcess {
    const known = this.#names.get(name)
    if (known !== undefined) return known
    const made = new RemoteProcess(this, name)
    this.#names.set(name, made)
    return made
  }

  reference(id: number): RemoteReference {
    const known = this.#references.get(id)
    if (known !== undefined) return known
    const made = new RemoteReference(this.name, this.creation, id, new RemoteProcess(this, { ref: id }))
    this.#references.set(id, made)
    return made
  }
}
