import { registryError } from './errors.js'

/** A pattern with subscribers. It is the key of their registrations; there is one object for each text. */
export class TopicPattern {
  constructor(
    readonly text: string,
    readonly words: readonly string[],
  ) {}

  toString(): string {
    return this.text
  }
}

/** A node in the tree of patterns: the continuations after the same words. */
class Branch {
  readonly words = new Map<string, Branch>()
  /** The branch for `*`. */
  any: Branch | undefined = undefined
  /** The pattern that ends here. */
  end: TopicPattern | undefined = undefined
  /** The pattern that ends here with `**`. */
  rest: TopicPattern | undefined = undefined

  get isEmpty(): boolean {
    return (
      this.words.size === 0 && this.any === undefined && this.end === undefined && this.rest === undefined
    )
  }
}

/**
 * A tree of patterns of topics. A topic is words with dots between them; in a pattern `*` matches any one word, and `**`, at the end
 * only, one or more words. (As in NATS, which writes `>` for the second.)
 *
 *     orders.*.paid   orders ─ * ─ paid ▪      Found by going along the words of a topic, so that the number of
 *     orders.**       orders ─ ** ▪            patterns does not matter, but for those that begin in the same way.
 */
export class TopicPatterns {
  readonly #root = new Branch()
  readonly #known = new Map<string, TopicPattern>()

  find(text: string): TopicPattern | undefined {
    return this.#known.get(text)
  }

  /** The pattern with this text, which is added if it is new. */
  add(text: string): TopicPattern {
    const known = this.#known.get(text)
    if (known !== undefined) return known
    const pattern = new TopicPattern(text, wordsOf(text))
    this.#known.set(text, pattern)
    const last = pattern.words.at(-1)
    let branch = this.#root
    for (const word of last === '**' ? pattern.words.slice(0, -1) : pattern.words)
      branch = grown(branch, word)
    branch[last === '**' ? 'rest' : 'end'] = pattern
    return pattern
  }

  /** Removes a pattern that has no more subscribers. */
  remove(pattern: TopicPattern): void {
    if (!this.#known.delete(pattern.text)) return
    const { words } = pattern
    const prune = (branch: Branch, at: number): void => {
      const word = words[at]
      if (word === undefined) branch.end = undefined
      else if (word === '**') branch.rest = undefined
      else {
        const next = (word === '*' ? branch.any : branch.words.get(word)) as Branch
        prune(next, at + 1)
        if (!next.isEmpty) return
        if (word === '*') branch.any = undefined
        else branch.words.delete(word)
      }
    }
    prune(this.#root, 0)
  }

  /** The patterns that a topic matches. */
  matching(topic: string): TopicPattern[] {
    const words = topic.split('.')
    const found: TopicPattern[] = []
    const follow = (branch: Branch, at: number): void => {
      if (at === words.length) {
        if (branch.end !== undefined) found.push(branch.end)
        return
      }
      if (branch.rest !== undefined) found.push(branch.rest)
      const next = branch.words.get(words[at] as string)
      if (next !== undefined) follow(next, at + 1)
      if (branch.any !== undefined) follow(branch.any, at + 1)
    }
    follow(this.#root, 0)
    return found
  }
}

function grown(branch: Branch, word: string): Branch {
  if (word === '*') {
    branch.any ??= new Branch()
    return branch.any
  }
  const known = branch.words.get(word)
  if (known !== undefined) return known
  const made = new Branch()
  branch.words.set(word, made)
  return made
}

/** The words of a pattern. @throws TOPIC_PATTERN_INVALID */
function wordsOf(text: string): string[] {
  const invalid = (problem: string): Error =>
    registryError('TOPIC_PATTERN_INVALID', { pattern: text, problem })
  if (typeof text !== 'string' || text === '') throw invalid('it is no text')
  const words = text.split('.')
  const odd = words.find((word) => word.includes('*') && word !== '*' && word !== '**')
  if (odd !== undefined) throw invalid(`"${odd}" is neither a word nor a star`)
  const rest = words.indexOf('**')
  if (rest >= 0 && rest < words.length - 1) throw invalid('"**" is not its end')
  return words
}
