/** The settings in force, which a change replaces while the program runs. */

import { isDeepStrictEqual } from 'node:util'
import { SettingsChange, settingAt, valueAt } from '../genserver/index.js'
import { Secret } from '../kernel/index.js'
import type { ReadSettings } from './read-settings.js'
import { pathOfToken, tokenOf } from './settings.js'
import { isSection, pathsOf, type Section } from './settings-path.js'

export class LiveSettings {
  #read: ReadSettings
  readonly #listeners = new Set<() => void>()

  /** @param isOpen whether there may be any key: of values that nobody read, nothing else is known */
  constructor(
    read: ReadSettings,
    private readonly isOpen = false,
  ) {
    this.#read = read
  }

  /** As they were read. */
  get read(): ReadSettings {
    return this.#read
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
    if (!this.#canHave(path)) return undefined
    return () => settingAt(this.value, path)
  }

  /** Whether there is, or may be, something at a path. */
  #canHave(path: string): boolean {
    if (this.isOpen || path === '' || settingAt(this.value, path) !== undefined) return true
    const above = settingAt(this.value, path.slice(0, Math.max(0, path.lastIndexOf('.'))))
    return above === undefined || isSection(above)
  }

  /** The tokens of all settings that there are, and of their sections. */
  get tokens(): readonly symbol[] {
    return ['', ...pathsOf(this.value)].map(tokenOf)
  }

  /** Has `replaced` called when others are in their place. @returns what takes it back */
  onReplace(replaced: () => void): () => void {
    this.#listeners.add(replaced)
    return () => this.#listeners.delete(replaced)
  }

  /** Puts others in their place, and tells what is different; undefined when nothing is. */
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

/** Single values, and sections with nothing in them, by their keys as JSON: a key may have dots of its own. */
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
