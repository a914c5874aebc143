/** The settings in force. They are replaced when their sources change while the program runs. */

import { isDeepStrictEqual } from 'node:util'
import { SettingsChange, settingAt, valueAt } from '../genserver/index.js'
import { Secret } from '../kernel/index.js'
import type { ReadSettings } from './read-settings.js'
import { pathOfToken, tokenOf } from './settings.js'
import { isSection, pathsOf, type Section } from './settings-path.js'

export class LiveSettings {
  #read: ReadSettings
  readonly #listeners = new Set<() => void>()

  /** @param isOpen whether any key may exist: for stand-in values whose schema does not list its keys */
  constructor(
    read: ReadSettings,
    private readonly isOpen = false,
  ) {
    this.#read = read
  }

  /** The result of the last reading. */
  get read(): ReadSettings {
    return this.#read
  }

  /** The value of all settings. */
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
   * A function that returns the value in force for a token. `undefined` if the token is not one of settings, or if its key cannot
   * exist. The key of an optional setting can exist without a value, if its section does.
   */
  source(token: unknown): (() => unknown) | undefined {
    const path = pathOfToken(token)
    if (path === undefined) return undefined
    if (!this.#canHave(path)) return undefined
    return () => settingAt(this.value, path)
  }

  /** Whether a path has, or can have, a value. */
  #canHave(path: string): boolean {
    if (this.isOpen || path === '' || settingAt(this.value, path) !== undefined) return true
    const above = settingAt(this.value, path.slice(0, Math.max(0, path.lastIndexOf('.'))))
    return above === undefined || isSection(above)
  }

  /** The tokens of all settings and sections that have a value. */
  get tokens(): readonly symbol[] {
    return ['', ...pathsOf(this.value)].map(tokenOf)
  }

  /** Registers a function that is called after each replacement. @returns a function that removes it */
  onReplace(replaced: () => void): () => void {
    this.#listeners.add(replaced)
    return () => this.#listeners.delete(replaced)
  }

  /** Replaces the settings. Returns the differences; `undefined` if there are none. */
  replace(read: ReadSettings): SettingsChange | undefined {
    const previous = this.value
    this.#read = read
    for (const replaced of this.#listeners) replaced()
    const [before, after] = [leavesOf(previous), leavesOf(read.value)]
    const changed = new Map<string, unknown>()
    const added = new Map<string, unknown>()
    for (const [id, { path, value }] of after) {
      const was = before.get(id)
      if (was !== undefined) {
        if (!isSame(was.value, value)) changed.set(path, value)
      } else if (!isSection(value) || !isSection(valueAt(previous, stepsOf(id)))) added.set(path, value)
    }
    const removed = [...before].flatMap(([id, { path, value }]) =>
      after.has(id) || (isSection(value) && isSection(valueAt(read.value, stepsOf(id)))) ? [] : [path],
    )
    if (changed.size + added.size + removed.length === 0) return undefined
    return new SettingsChange(read.value, previous, changed, added, removed)
  }
}

interface SettingLeaf {
  readonly path: string
  readonly value: unknown
}

/** All single values and empty sections. They are indexed by their path as JSON, since a key may itself contain dots. */
function leavesOf(value: unknown): ReadonlyMap<string, SettingLeaf> {
  const leaves = new Map<string, SettingLeaf>()
  const look = (section: Section, above: readonly string[]): void => {
    for (const [key, held] of Object.entries(section)) {
      const steps = [...above, key]
      if (isSection(held) && Object.keys(held).length > 0) look(held, steps)
      else if (held !== undefined) leaves.set(JSON.stringify(steps), { path: steps.join('.'), value: held })
    }
  }
  if (isSection(value)) look(value, [])
  return leaves
}

function stepsOf(id: string): readonly string[] {
  return JSON.parse(id) as readonly string[]
}

function isSame(before: unknown, after: unknown): boolean {
  if (before instanceof Secret && after instanceof Secret)
    return isDeepStrictEqual(before.reveal(), after.reveal())
  return isDeepStrictEqual(before, after)
}
