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
  /** Those that began meanwhile since the one before them was on a node that lost its lease: the machine, not the rounds, had stopped it for so long. */
  anewAfterLapse = 0
  #isPlanned = false
  /** Of each key, under which token its worker began last, and in which program. */
  readonly #begun = new Map<string, { readonly token: number; readonly program: string }>()
  /** Programs before, of workers that began anew since all is planned. */
  readonly #before: string[] = []
  /** Programs whose lease was over since. */
  readonly #lapsed = new Set<string>()

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

  /** Whether what befalls the nodes from now on is planned. */
  plan(isPlanned: boolean): void {
    // A program that was stopped finds out after others have its keys.
    for (const program of this.#before.splice(0)) {
      if (this.#lapsed.has(program)) this.anewAfterLapse++
      else this.anewAtMove++
    }
    this.#lapsed.clear()
    this.#isPlanned = isPlanned
  }

  /** The lease of a program was over. */
  lapse(program: string): void {
    this.#lapsed.add(program)
  }

  /** A worker begins; in which program the one before it was, where its state should have been kept. */
  begin(key: string, token: number, isAnew: boolean, program: string): string | undefined {
    const before = this.#begun.get(key)
    this.#begun.set(key, { token, program })
    if (!isAnew || before === undefined || before.token === token) return undefined
    this.anew++
    if (!this.#isPlanned) return undefined
    this.#before.push(before.program)
    return before.program
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
