import { checkFunction } from '../kernel/index.js'
import { clusterError } from './errors.js'
import type { Trouble } from './membership/trouble.js'

/** Characters of what is broadcast. */
const LONGEST = 65_536

/** Who listens to what nodes broadcast. */
export class Broadcasts {
  readonly #listeners = new Map<string, Set<(value: unknown) => void>>()

  constructor(private readonly trouble: Trouble) {}

  /** @throws CLUSTER_OPTION_INVALID */
  textOf(value: unknown): string {
    let text: string | undefined
    let problem = 'the value must be JSON'
    try {
      text = JSON.stringify(value)
    } catch (error) {
      problem = `the value must be JSON, but ${error instanceof Error ? error.message : 'it is not'}`
    }
    if (text !== undefined && text.length <= LONGEST) return text
    if (text !== undefined) problem = `the value has ${text.length} characters, at most ${LONGEST} are taken`
    throw clusterError('CLUSTER_OPTION_INVALID', { action: 'broadcast', problems: problem })
  }

  /** @throws NOT_A_FUNCTION */
  listen(topic: string, listener: (value: unknown) => void): () => void {
    checkFunction(listener, 'listen')
    const listeners = this.#listeners.get(topic) ?? new Set()
    this.#listeners.set(topic, listeners)
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && this.#listeners.get(topic) === listeners) this.#listeners.delete(topic)
    }
  }

  /** From the engine, where others may write too: what is no JSON is dropped and told. */
  deliver(topic: string, text: string): void {
    const listeners = this.#listeners.get(topic)
    if (listeners === undefined) return
    try {
      const value: unknown = JSON.parse(text)
      for (const listener of [...listeners]) this.#tell(listener, value)
    } catch {
      this.trouble.told(new Error(`what was broadcast on ${JSON.stringify(topic.slice(0, 100))} is no JSON`))
    }
  }

  /** One listener that fails is no reason for the others not to hear. */
  #tell(listener: (value: unknown) => void, value: unknown): void {
    try {
      listener(value)
    } catch (error) {
      this.trouble.told(error)
    }
  }
}
