/**
 * Atoms: one object for each name, so that they are compared with `===`. The table of atoms belongs to the program, like that of a BEAM
 * node: kernels share it. It is weak: an atom that no code has is forgotten, and a peer that invents names cannot fill it.
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

/** Erlang's limit for the length of an atom, in characters. */
export const LONGEST_ATOM = 255

const table = new Map<string, WeakRef<Atom>>()
const forgotten = new FinalizationRegistry<string>((name) => {
  // Another atom with this name may have been made meanwhile.
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

/** Returns the atom with a name, if it exists. */
export function knownAtom(name: string): Atom | undefined {
  return table.get(name)?.deref()
}

/** Returns the number of names in the table. */
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

/** Returns what is wrong with a text as the name of an atom; `undefined` if it is valid. */
export function atomProblem(name: string): string | undefined {
  if (name.length > LONGEST_ATOM && (name.length > 2 * LONGEST_ATOM || [...name].length > LONGEST_ATOM))
    return 'it is longer'
  return isWellFormed(name) ? undefined : 'it has half of a surrogate pair, which UTF-8 cannot say'
}

/** Whether UTF-8 can represent a text. */
export function isWellFormed(text: string): boolean {
  // Node has had it since version 20; the library of types for ES2023 has not.
  return (text as unknown as { isWellFormed(): boolean }).isWellFormed()
}
