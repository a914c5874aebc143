import { inspect } from 'node:util'
import { codeAddress } from '../installation.js'
import type { Process } from '../process/process.js'
import { read, SHOWN_BY_NAME } from '../show/index.js'

/** The kernel's way from a pid to the process behind it; undefined once that is over. Not exported from the layer. */
export let routeOf: (pid: Pid) => Process | undefined
/** Ends the route of a dead process, so that a kept pid keeps nothing else in memory. */
export let endRoute: (pid: Pid) => void

/** Under which the pids of every copy of Heartwood tell which copy that is. */
const COPY = Symbol.for('heartwood.pid')

/** Which copy of Heartwood made a pid, where it is another than this one; undefined for anything else. */
export function foreignCopyOf(value: unknown): (() => string | undefined) | undefined {
  const copy: unknown = read(value, COPY)
  return typeof copy === 'function' && copy !== codeAddress ? (copy as typeof codeAddress) : undefined
}

/**
 * The identity of a process, for as long as anyone cares: it stays valid, and equal to itself only, after the
 * process is dead. Made by the kernel alone. Erlang's `pid()`.
 */
export class Pid {
  /** Where the process lives; `'nonode@nohost'` unless the kernel was given another name. */
  readonly node: string
  readonly id: number
  #route: Process | undefined

  constructor(node: string, id: number, route: Process | undefined) {
    this.node = node
    this.id = id
    this.#route = route
  }

  static {
    routeOf = (pid) => pid.#route
    endRoute = (pid) => {
      pid.#route = undefined
    }
    Object.defineProperty(Pid.prototype, SHOWN_BY_NAME, { value: true })
    Object.defineProperty(Pid.prototype, COPY, { value: codeAddress })
  }

  /** Asks nothing of the value: it may be a proxy, of which already `instanceof` throws. */
  static [Symbol.hasInstance](value: unknown): boolean {
    if (typeof value !== 'object' || value === null || !(#route in value)) return false
    // biome-ignore lint/complexity/noThisInStatic: asked of a class that is derived from this one, it is that
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

/** The identity of a process of another kernel. Its route leads to what stands for the process here. */
export class RemotePid extends Pid {
  /** It is whoever has that name there. */
  holderOf: string | undefined = undefined

  constructor(
    node: string,
    /** Which incarnation of the node: what has come since under its name is none of its. */
    readonly creation: number,
    id: number,
    route: Process,
  ) {
    super(node, id, route)
  }

  override toString(): string {
    return this.holderOf === undefined ? `<${this.node}.${this.id}>` : `${this.holderOf} on ${this.node}`
  }
}
