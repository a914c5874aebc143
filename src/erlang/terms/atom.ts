/**
 * Atoms, one object for each name, so that two of them are compared by `===`. The table of them is the program's, as a
 * BEAM node's is: kernels share it. It holds them weakly: what nobody has any more is forgotten, and a peer that makes up
 * names cannot fill it.
 */
import { erlangError } from '../errors.js'

/** An atom other than `true`, `false`, `nil` and `undefined`, which are JavaScript's own values. Made by {@link atom}. */
export class Atom {
  /** The name of the atom. */
  readonly name: string

  constructor(name: string) {
    this.name = name
  }

  toString(): string {
    return this.name
  }

  /** Returns the name: in JSON an atom is a string. */
  toJSON(): string {
    return this.name
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `atom(${JSON.stringify(this.name)})`
  }
}

/** Erlang's limit, in characters. */
export const LONGEST_ATOM = 255

const table = new Map<string, WeakRef<Atom>>()
const forgotten = new FinalizationRegistry<string>((name) => {
  // Another of that name may have been made meanwhile.
  if (table.get(name)?.deref() === undefined) table.delete(name)
})

/**
 * Returns the atom with a name: the same object each time.
 *
 * @param name at most 255 characters
 * @throws ATOM_INVALID for anything else
 *
 * OTP: `binary_to_atom/1`, `String.to_atom/1`; the table has no limit, and forgets.
 *
 * @example
 * ```ts
 * import { atom, decode, encode } from 'heartwood/erlang'
 *
 * console.log(decode(encode(atom('ok'))) === atom('ok')) // true
 * ```
 */
export function atom(name: string): Atom {
  return knownAtom(name) ?? newAtom(name)
}

/** The atom of that name, if anybody has it. */
export function knownAtom(name: string): Atom | undefined {
  return table.get(name)?.deref()
}

/** How many names the table has. */
export function atomCount(): number {
  return table.size
}

function newAtom(name: unknown): Atom {
  if (typeof name !== 'string') throw erlangError('ATOM_INVALID', { value: name, problem: '' })
  const problem = atomProblem(name)
  if (problem !== undefined) throw erlangError('ATOM_INVALID', { value: name, problem: `: ${problem}` })
  const made = new Atom(name)
  table.set(name, new WeakRef(made))
  forgotten.register(made, name)
  return made
}

/** What keeps a text from being an atom. */
export function atomProblem(name: string): string | undefined {
  if (name.length > LONGEST_ATOM && (name.length > 2 * LONGEST_ATOM || [...name].length > LONGEST_ATOM))
    return 'it is longer'
  return isWellFormed(name) ? undefined : 'it has half of a surrogate pair, which UTF-8 cannot say'
}

/** Whether UTF-8 can say it. */
export function isWellFormed(text: string): boolean {
  // Node has had it since version 20; the library of types for ES2023 has not.
  return (text as unknown as { isWellFormed(): boolean }).isWellFormed()
}
