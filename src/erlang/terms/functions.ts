import { isRevoked, printed } from '../../kernel/index.js'
import { erlangError } from '../errors.js'
import type { ErlangPid } from './identifiers.js'

/** An exported function: `fun lists:map/2`, `&Enum.map/2`. */
export class ExternalFun {
  readonly module: string
  readonly name: string
  readonly arity: number

  constructor(module: string, name: string, arity: number) {
    this.module = module
    this.name = name
    this.arity = arity
  }

  toString(): string {
    return `fun ${this.module}:${this.name}/${this.arity}`
  }
}

/** The parts of a fun, which only a BEAM with its module can call. */
export interface FunParts {
  readonly module: string
  readonly arity: number
  readonly index: number
  /** 16 bytes: the MD5 of its module. */
  readonly unique: Uint8Array
  readonly oldIndex: number
  readonly oldUnique: number
  readonly creator: ErlangPid
  readonly free: readonly unknown[]
}

/** A fun of a BEAM. You cannot call it here, but you can keep it and send it back. */
export class ErlangFun implements FunParts {
  readonly module: string
  readonly arity: number
  readonly index: number
  readonly unique: Uint8Array
  readonly oldIndex: number
  readonly oldUnique: number
  readonly creator: ErlangPid
  readonly free: readonly unknown[]

  /** @throws TERM_OPTION_INVALID */
  constructor(parts: FunParts) {
    if (typeof parts !== 'object' || parts === null || isRevoked(parts)) {
      throw erlangError('TERM_OPTION_INVALID', {
        action: 'new ErlangFun',
        problems: `it takes an object of its parts, not ${printed(parts)}`,
      })
    }
    this.module = parts.module
    this.arity = parts.arity
    this.index = parts.index
    this.unique = parts.unique
    this.oldIndex = parts.oldIndex
    this.oldUnique = parts.oldUnique
    this.creator = parts.creator
    this.free = parts.free
  }

  toString(): string {
    return `#Fun<${this.module}.${this.index}.${this.oldUnique}>`
  }
}
