/** The settings in force, which a change replaces while the program runs. */

import { isDeepStrictEqual } from 'node:util'
import { SettingsChange, valueAt } from '../genserver/index.js'
import { Secret } from '../kernel/index.js'
import { isSection, pathsOf } from './path.js'
import type { ReadSettings } from './reading.js'
import { pathOfToken, tokenOf } from './settings.js'

export class LiveSettings {
  #read: ReadSettings

  constructor(read: ReadSettings) {
    this.#read = read
  }

  /** All of them. */
  get value(): unknown {
    return this.#read.value
  }

  get environment(): string {
    return this.#read.environment
  }

  get files(): readonly string[] {
    return this.#read.files
  }

  /**
   * What a token stands for: a function that gives the value in force. Undefined when it is no setting's, or when there
   * cannot be such a key: an optional one may be missing where its section is there.
   */
  source(token: unknown): (() => unknown) | undefined {
    const path = pathOfToken(token)
    if (path === undefined) return undefined
    const steps = path === '' ? [] : path.split('.')
    const section = valueAt(this.value, steps.slice(0, -1))
    if (section !== undefined && !isSection(section)) return undefined
    return () => valueAt(this.value, steps)
  }

  /** The tokens of all settings that there are, and of their sections. */
  get tokens(): readonly symbol[] {
    return ['', ...pathsOf(this.value)].map(tokenOf)
  }

  /** Puts others in their place, and tells what is different; undefined when nothing is. */
  replace(read: ReadSettings): SettingsChange | undefined {
    const previous = this.value
    this.#read = read
    const [before, after] = [leavesOf(previous), leavesOf(read.value)]
    const changed = new Map<string, unknown>()
    const added = new Map<string, unknown>()
    for (const [path, value] of after) {
      if (!before.has(path)) added.set(path, value)
      else if (!isSame(before.get(path), value)) changed.set(path, value)
    }
    const removed = [...before.keys()].filter((path) => !after.has(path))
    if (changed.size + added.size + removed.length === 0) return undefined
    return new SettingsChange(read.value, previous, changed, added, removed)
  }
}

function leavesOf(value: unknown): ReadonlyMap<string, unknown> {
  const all = pathsOf(value).map((path) => [path, valueAt(value, path.split('.'))] as const)
  return new Map(all.filter(([, held]) => held !== undefined && !isSection(held)))
}

function isSame(before: unknown, after: unknown): boolean {
  if (before instanceof Secret && after instanceof Secret)
    return isDeepStrictEqual(before.reveal(), after.reveal())
  return isDeepStrictEqual(before, after)
}
