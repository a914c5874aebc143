import { inspect } from 'node:util'
import { codeAddress } from '../installation.js'
import { read, SHOWN_BY_NAME } from '../show/index.js'

/** Where the route of a pid leads: to its process, of which this room needs no more than that it is one. */
export interface Routed {
  readonly pid: Pid
}

/**
 * The process of a pid; `undefined` when it has ended. A room above says as what it knows the process: only `Process` makes pids, so that this
 * is always `Process`, or an interface that it has. Not exported from the layer.
 */
export let routeOf: <P extends Routed>(pid: Pid) => P | undefined
/** Ends the route of a dead process, so that a kept pid keeps no process in memory. */
export let endRoute: (pid: Pid) => void

/** The key under which pids identify their copy of Heartwood. */
const COPY = Symbol.for('heartwood.pid')

/** The copy of Heartwood that made a pid, if it is another one; `undefined` for any other value. */
export function foreignCopyOf(value: unknown): (() => string | undefined) | undefined {
  const copy: unknown = read(value, COPY)
  return typeof copy === 'function' && copy !== codeAddress ? (copy as typeof codeAddress) : undefined
}

/**
 * The identity of a process. It stays valid after the death of the process, and never equals the pid of another. Only the kernel makes
 * pids. Erlang's `pid()`.
 */
export class Pid {
  /** The node of the process; `'nonode@nohost'` if its kernel has no other name. */
  readonly node: string
  readonly id: number
  #route: Routed | undefined

  constructor(node: string, id: number, route: Routed | undefined) {
    this.node = node
    this.id = id
    this.#route = route
  }

  static {
    routeOf = <P extends Routed>(pid: Pid) => pid.#route as P | undefined
    endRoute = (pid) => {
      pid.#route = undefined
    }
    Object.defineProperty(Pid.prototype, SHOWN_BY_NAME, { value: true })
    Object.defineProperty(Pid.prototype, COPY, { value: codeAddress })
  }

  /** Tests the private field and reads no property: the value may be a proxy that throws. */
  static [Symbol.hasInstance](value: unknown): boolean {
    if (typeof value !== 'object' || value === null || !(#route in value)) return false
    // biome-ignore lint/complexity/noThisInStatic: for a derived class, `this` is that class
    return this === Pid || Function.prototype[Symbol.hasInstance].call(this, value)
  }

  toString(): string {
    return `<0.${this.id}>`
  }

  toJSON(): string {
    return this.toString()
  }

  [inspect.custom](): string {
    return `Pid${this.toString()}`
  }
}

/** The identity of a process of another kernel. Its route leads to the `RemoteProcess` that represents it here. */
export class RemotePid extends Pid {
  /** The name, if the pid means the process that has this name on the node. */
  holderOf: string | undefined = undefined

  constructor(
    node: string,
    /** The incarnation of the node. A later node with the same name has other processes. */
    readonly creation: number,
    id: number,
    route: Routed,
  ) {
    super(node, id, route)
  }

  override toString(): string {
    return this.holderOf === undefined ? `<${this.node}.${this.id}>` : `${this.holderOf} on ${this.node}`
  }
}
