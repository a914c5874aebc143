/** The parameters of a request, each checked, none unknown. */
import { observerError } from '../errors.js'

export class Parameters {
  readonly #given: URLSearchParams
  readonly #known: string[] = []

  constructor(given: URLSearchParams) {
    this.#given = given
  }

  /** @throws OBSERVER_PARAMETER */
  whole(
    name: string,
    options: { readonly from: number; readonly to: number; readonly default: number },
  ): number {
    const text = this.#take(name)
    if (text === undefined) return options.default
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (value >= options.from && value <= options.to) return value
    throw wrong(name, `a whole number from ${options.from} to ${options.to}`, text)
  }

  /** @throws OBSERVER_PARAMETER */
  oneOf<const T extends string>(name: string, words: readonly T[]): T | undefined {
    const text = this.#take(name)
    if (text === undefined) return undefined
    const word = words.find((each) => each === text)
    if (word !== undefined) return word
    throw wrong(name, words.join(', '), text)
  }

  /** @throws OBSERVER_PARAMETER */
  text(name: string): string {
    const text = this.#take(name) ?? ''
    if (text.length > 200) throw wrong(name, 'a text of at most 200 characters', `one of ${text.length}`)
    return text
  }

  /** @throws OBSERVER_PARAMETER */
  matching(name: string, pattern: RegExp, expected: string): string {
    const text = this.text(name)
    if (pattern.test(text)) return text
    throw wrong(name, expected, text)
  }

  /** To be called last. @throws OBSERVER_PARAMETER for one that nobody asked for */
  done(): void {
    for (const name of this.#given.keys()) {
      if (this.#known.includes(name)) continue
      const known = this.#known.length === 0 ? 'left out' : `one of ${this.#known.join(', ')}`
      throw wrong(name.slice(0, 50), known, 'unknown')
    }
  }

  #take(name: string): string | undefined {
    this.#known.push(name)
    return this.#given.get(name) ?? undefined
  }
}

function wrong(parameter: string, expected: string, value: unknown): Error {
  return observerError('OBSERVER_PARAMETER', { parameter, expected, value })
}
