import { isDeepStrictEqual } from 'node:util'
import { Exit, isOrderly, runAsyncHandler } from '../../kernel/index.js'

/**
 * What changed in the settings of a running program. OTP's `config_change(Changed, New, Removed)`.
 *
 * Keys are dotted paths down to single values, such as `'db.pool'`; sections are not listed.
 */
export class SettingsChange {
  constructor(
    /** All settings, as they are now. */
    readonly settings: unknown,
    /** All settings, as they were. */
    readonly previous: unknown,
    /** Keys with another value than before, and that value. */
    readonly changed: ReadonlyMap<string, unknown>,
    /** Keys that had no value before. */
    readonly added: ReadonlyMap<string, unknown>,
    /** Keys that have none any more. */
    readonly removed: readonly string[],
  ) {}

  /** All keys it is about. */
  get keys(): readonly string[] {
    return [...this.changed.keys(), ...this.added.keys(), ...this.removed]
  }

  /** Whether a key changed, or something in that section, or what it is a part of; the empty path is all settings. */
  touches(path: string): boolean {
    if (path === '') return true
    return this.keys.some(
      (key) =>
        key === path ||
        key.startsWith(`${path}.`) ||
        // A value that is one whole, such as an instance of a class: its keys are not listed.
        (path.startsWith(`${key}.`) && !this.#isSame(path)),
    )
  }

  #isSame(path: string): boolean {
    return isDeepStrictEqual(settingAt(this.settings, path), settingAt(this.previous, path))
  }
}

/** A change as a server is told it. */
export interface ToldChange {
  readonly change: SettingsChange
  /** Called before it crashes over it. */
  readonly refuse: () => void
}

/** What came of a change. Refused before the server ends, since its supervisor starts it again at once with what is in force then. */
export function taken<T>(outcome: T, { refuse }: ToldChange): T {
  if (outcome instanceof Exit && !isOrderly(outcome.reason)) refuse()
  return outcome
}

/** The value at a path; undefined where there is none. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined
    at = (at as Record<PropertyKey, unknown>)[step]
  }
  return at
}

/**
 * The value at a dotted path; undefined where there is none. A key may have dots itself, as the name of a host has: where
 * both are there, the longer key counts.
 */
export function settingAt(value: unknown, path: string): unknown {
  if (path === '') return value
  if (typeof value !== 'object' || value === null) return undefined
  if (Object.hasOwn(value, path)) return (value as Record<string, unknown>)[path]
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
    const key = path.slice(0, dot)
    if (!Object.hasOwn(value, key)) continue
    const found = settingAt((value as Record<string, unknown>)[key], path.slice(dot + 1))
    if (found !== undefined) return found
  }
  return undefined
}

/** Has the callback take a change; its failure, too, is in what this comes to. */
export function configChanged<State>(
  callbacks: { configChange?(change: SettingsChange, state: State): unknown },
  change: SettingsChange,
  state: State,
): PromiseLike<unknown> {
  const told = async () => callbacks.configChange?.(change, state)
  return runAsyncHandler(told, told)
}
