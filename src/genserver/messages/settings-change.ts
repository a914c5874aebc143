import { isDeepStrictEqual } from 'node:util'
import { Exit, isOrderly, runAsyncHandler } from '../../kernel/index.js'

/**
 * The differences between the old and the new settings of a running program. OTP's `config_change(Changed, New, Removed)`.
 *
 * Keys are dotted paths down to single values, such as `'db.pool'`; sections are not listed.
 */
export class SettingsChange {
  constructor(
    /** All settings after the change. */
    readonly settings: unknown,
    /** All settings before the change. */
    readonly previous: unknown,
    /** The keys whose value changed, with their new values. */
    readonly changed: ReadonlyMap<string, unknown>,
    /** The keys that had no value before, with their values. */
    readonly added: ReadonlyMap<string, unknown>,
    /** The keys that have no value any more. */
    readonly removed: readonly string[],
  ) {}

  /** All keys that changed, were added or were removed. */
  get keys(): readonly string[] {
    return [...this.changed.keys(), ...this.added.keys(), ...this.removed]
  }

  /** Whether the value at a path changed: that key, a key of that section, or a value that it is part of. The empty path stands for all settings. */
  touches(path: string): boolean {
    if (path === '') return true
    return this.keys.some(
      (key) =>
        key === path ||
        key.startsWith(`${path}.`) ||
        // The path leads into a single value, such as an instance of a class, whose keys are not listed.
        (path.startsWith(`${key}.`) && !this.#isSame(path)),
    )
  }

  #isSame(path: string): boolean {
    return isDeepStrictEqual(settingAt(this.settings, path), settingAt(this.previous, path))
  }
}

/** A change of the settings as a server receives it. */
export interface ToldChange {
  readonly change: SettingsChange
  /** Called before the server crashes because of the change. */
  readonly refuse: () => void
}

/**
 * Returns the outcome of a change, and refuses the change if the server crashes because of it. It is refused before the server
 * ends, since the supervisor starts the server again at once, with the settings that are in force then.
 */
export function taken<T>(outcome: T, { refuse }: ToldChange): T {
  if (outcome instanceof Exit && !isOrderly(outcome.reason)) refuse()
  return outcome
}

/** The value at a path, or undefined if there is none. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined
    at = (at as Record<PropertyKey, unknown>)[step]
  }
  return at
}

/**
 * The value at a dotted path, or undefined if there is none. A key may itself contain dots, as the name of a host does. If the
 * path can be read in two ways, the longer key wins.
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

/** Runs the `configChange` callback with a change. The promise resolves also when the callback fails: with its failure. */
export function configChanged<State>(
  callbacks: { configChange?(change: SettingsChange, state: State): unknown },
  change: SettingsChange,
  state: State,
): PromiseLike<unknown> {
  const told = async () => callbacks.configChange?.(change, state)
  return runAsyncHandler(told, told)
}
