/**
 * The identifiers of nodes: pids, ports and references. As values of this codec they are only their fields; the connection to their node
 * knows what they refer to.
 */

/** A pid of a node. */
export class ErlangPid {
  readonly node: string
  readonly id: number
  readonly serial: number
  /** The number of the node's run. */
  readonly creation: number

  constructor(node: string, id: number, serial: number, creation: number) {
    this.node = node
    this.id = id
    this.serial = serial
    this.creation = creation
  }

  toString(): string {
    return `<${this.node}.${this.id}.${this.serial}>`
  }
}

/** A port of a node. */
export class ErlangPort {
  readonly node: string
  readonly id: bigint
  readonly creation: number

  constructor(node: string, id: bigint, creation: number) {
    this.node = node
    this.id = id
    this.creation = creation
  }

  toString(): string {
    return `#Port<${this.node}.${this.id}>`
  }
}

/** A reference of a node: one to five words of 32 bits. */
export class ErlangReference {
  readonly node: string
  readonly creation: number
  readonly words: readonly number[]

  constructor(node: string, creation: number, words: readonly number[]) {
    this.node = node
    this.creation = creation
    this.words = words
  }

  toString(): string {
    return `#Ref<${this.node}.${this.words.join('.')}>`
  }
}
