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
  /** Workers that began at nothing, after another of their key; one that its supervisor started again is none. */
  anew = 0
  /** Of these, those that began while all that befell the nodes was planned, so that state is to be kept. */
  anewAtMove = 0
  /** Whether what befalls the nodes is planned. */
  isPlanned = false
  /** Of each key, under which token its worker began last. */
  readonly #begun = new Map<string, number>()

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

  /** A worker begins; true where its state should have been kept. */
  begin(key: string, token: number, isAnew: boolean): boolean {
    const before = this.#begun.get(key)
    this.#begun.set(key, token)
    if (!isAnew || before === undefined || before === token) return false
    this.anew++
    if (this.isPlanned) this.anewAtMove++
    return this.isPlanned
  }

  answer({ key, count, born }: Counted): void {
    this.answered++
    const life = `${key} ${born}`
    const latest = this.#born.get(key) ?? 0
    if (born > latest) {
      this.#born.set(key, born)
      this.#answered.delete(`${key} ${latest}`)
    }
    const counts = this.#answered.get(life) ?? new Set()
    this.#answered.set(life, counts)
    if (counts.has(count)) this.lost++
    counts.add(count)
  }
}
