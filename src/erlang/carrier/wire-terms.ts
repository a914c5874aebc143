/** Converts pids and references of the kernel to those of Erlang and back. */
import { CallRequest, Pid, Reference, type ReferenceId, type Terms } from '../../kernel/index.js'
import type { Identifier } from '../format/forms.js'
import { ErlangPid, ErlangReference } from '../terms/identifiers.js'

const WORD = 2 ** 32
/** The first word of a BEAM's references has 18 bits. */
const FIRST_WORD = 2 ** 18
/** A limit for serials: a BEAM would have used all its pids two million times before its serials are as large. */
const MOST_SERIALS = 2 ** 21

/** Returns the id of a pid in the kernel; `undefined` if no number holds it exactly. */
export function idOfPid({ id, serial }: ErlangPid): number | undefined {
  return serial < MOST_SERIALS ? serial * WORD + id : undefined
}

export function erlangPid(node: string, creation: number, id: number): ErlangPid {
  return new ErlangPid(node, id % WORD, Math.floor(id / WORD), creation)
}

/** Makes a reference of ours: it is a number, and has three words as those of a BEAM. */
export function ownReference(node: string, creation: number, id: number): ErlangReference {
  const high = Math.floor(id / FIRST_WORD)
  return new ErlangReference(node, creation, [id % FIRST_WORD, high % WORD, Math.floor(high / WORD)])
}

/** Returns the number of one of our references; `undefined` for one that we never made. */
export function ownReferenceId({ words }: ErlangReference): number | undefined {
  const [first = 0, second = 0, third = 0] = words
  const id = (third * WORD + second) * FIRST_WORD + first
  return words.length === 3 && Number.isSafeInteger(id) ? id : undefined
}

/** Returns the id of another node's reference in the kernel. */
export function foreignReferenceId({ words }: ErlangReference): string {
  return words.length === 3 ? `${words[0]}.${words[1]}.${words[2]}` : words.join('.')
}

export function foreignReference(node: string, creation: number, id: ReferenceId): ErlangReference {
  return new ErlangReference(node, creation, String(id).split('.').map(Number))
}

/** The terms of a kernel, as other nodes know them: with its node name. */
export class WireTerms {
  constructor(
    readonly node: string,
    readonly creation: number,
    private readonly terms: Terms,
  ) {}

  isOurs(term: ErlangPid | ErlangReference): boolean {
    return term.creation === this.creation && term.node === this.node
  }

  /** Returns the pid of one of our processes. */
  pid(id: number): ErlangPid {
    return erlangPid(this.node, this.creation, id)
  }

  reference(id: number): ErlangReference {
    return ownReference(this.node, this.creation, id)
  }

  /** Returns the value for a pid, a reference or another identifier of a node. */
  readonly revive = (value: Identifier): unknown => {
    if (value instanceof ErlangPid) {
      const id = idOfPid(value)
      return id === undefined ? value : this.terms.pidAt({ node: value.node, creation: value.creation, id })
    }
    if (!(value instanceof ErlangReference)) return value
    const { node, creation } = value
    if (!this.isOurs(value)) return this.terms.referenceAt({ node, creation, id: foreignReferenceId(value) })
    const id = ownReferenceId(value)
    return id === undefined ? value : this.terms.referenceAt({ node, creation, id })
  }

  /** Returns the term for a pid or a reference of the kernel; `undefined` for any other value. */
  termOf(value: unknown): ErlangPid | ErlangReference | undefined {
    if (value instanceof Pid) {
      const { node, creation, id } = this.terms.addressOf(value)
      return erlangPid(node, creation, id)
    }
    // A call that is passed on has no term: its receiver could not be told how to answer.
    if (!(value instanceof Reference) || CallRequest.is(value)) return undefined
    const { node, creation, id } = this.terms.addressOf(value)
    return typeof id === 'number' ? ownReference(node, creation, id) : foreignReference(node, creation, id)
  }
}
