import type { Counted } from './words.js'

/** What was seen, and what of it must not be. */
export class Oracle {
  /** Of each key: the greatest token that wrote, and which program that was. */
  readonly #owners = new Map<string, { readonly token: number; readonly program: string }>()
  /** Of each life of a key's worker, what was answered: each count once, unless its state went back. */
  readonly #answered = new Map<string, Set<number>>()
  readonly #born = new Map<string, number>()
  accepted = 0
  refused = 0
  /** Writes that were accepted although they were of another than the owner. */
  stale = 0
  answered = 0
  /** Calls that were answered, and of which the worker knew nothing afterwards. */
  lost = 0
  /** Workers that began anew, after another of their key. */
  anew = 0

  /** A guarded write: whoever has a smaller token than one before is refused. */
  write(key: string, token: number, program: string): boolean {
    const before = this.#owners.get(key)
    if (before !== undefined && token < before.token) {
      this.refused++
      return false
    }
    // A token is one program's.
    if (before !== undefined && token === before.token && program !== before.program) this.stale++
    this.#owners.set(key, { token, program })
    this.accepted++
    return true
  }

  answer({ key, count, born }: Counted): void {
    this.answered++
    const life = `${key} ${born}`
    const latest = this.#born.get(key) ?? 0
    if (born > latest) {
      this.#born.set(key, born)
      this.#answered.delete(`${key} ${latest}`)
      if (latest > 0) this.anew++
    }
    const counts = this.#answered.get(life) ?? new Set()
    this.#answered.set(life, counts)
    if (counts.has(count)) this.lost++
    counts.add(count)
  }
}
