/** Which process came after which: the incarnations of a name, and of a child of a supervisor. */
import { type Pid, processInfo, type Report } from '../kernel/index.js'

/** What is kept of one place in a tree: the last incarnations, oldest first. */
const KEPT = 64

export class Incarnations {
  readonly #named = new Map<string, Pid[]>()
  readonly #placed = new Map<string, Pid[]>()
  readonly #places = new WeakMap<Pid, Pid[]>()
  readonly #up = new WeakSet<Pid>()
  readonly #met = new WeakSet<Pid>()
  readonly #supervisors = new WeakSet<Pid>()

  /** A process begins, under a name or none. */
  began(pid: Pid): void {
    const name = processInfo(pid, 'registeredName')
    if (name === undefined) return
    const all = this.#named.get(name) ?? []
    this.#named.set(name, all)
    append(all, pid)
  }

  /** A supervisor tells of a child that is up. */
  progress({ kind, pid: supervisor, started }: Report): void {
    if (kind !== 'progress') return
    const { pid, id, type } = started as { readonly pid: Pid; readonly id: unknown; readonly type: unknown }
    this.#up.add(pid)
    if (type === 'supervisor') this.#supervisors.add(pid)
    const key = `${supervisor} ${String(id)}`
    const known = this.#placed.get(key)
    const last = known?.at(-1)
    // Children of a dynamic supervisor may share an id: as long as one lives, the next is no successor of it.
    const all = known === undefined || (last !== undefined && isUp(last)) ? [] : known
    this.#placed.set(key, all)
    append(all, pid)
    this.#places.set(pid, all)
  }

  /** All of a name, oldest first. */
  ofName(name: string): readonly Pid[] {
    return this.#named.get(name) ?? []
  }

  /** All in the place of this process, itself among them. */
  ofPlace(pid: Pid): readonly Pid[] {
    const place = this.#places.get(pid)
    if (place !== undefined) return place
    for (const all of this.#named.values()) if (all.includes(pid)) return all
    return [pid]
  }

  /** Whether a supervisor told of it. */
  isUp(pid: Pid): boolean {
    return this.#up.has(pid)
  }

  isSupervisor(pid: Pid): boolean {
    return this.#supervisors.has(pid)
  }

  /** The test has to do with this incarnation. */
  met(pid: Pid): void {
    this.#met.add(pid)
  }

  /** The incarnation that the test last had to do with; the first, if it never had. */
  lastMet(all: readonly Pid[]): Pid | undefined {
    return all.findLast((pid) => this.#met.has(pid)) ?? all[0]
  }
}

function isUp(pid: Pid): boolean {
  return processInfo(pid, 'status') !== undefined
}

function append(all: Pid[], pid: Pid): void {
  all.push(pid)
  if (all.length > KEPT) all.shift()
}
