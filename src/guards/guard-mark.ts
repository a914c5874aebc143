/** What is registered in place of a listener, and how it is told from others: by all copies of Heartwood in the program. */
const GUARDED = Symbol.for('heartwood.guarded')

/** Marks `guard` as standing for `listener`. */
export function markGuard(guard: object, listener: unknown): void {
  ;(guard as { [GUARDED]?: unknown })[GUARDED] = listener
}

/** What a guard stands for; undefined for anything else. */
export function guardedBy(registered: unknown): unknown {
  return (registered as { [GUARDED]?: unknown } | null | undefined)?.[GUARDED]
}

/** The listener that was handed over, given what is registered. */
export function unguarded<L>(registered: L): L {
  return (guardedBy(registered) as L | undefined) ?? registered
}

/** Gives a function in place of one of Node's the name and the length of that one. */
export function looksLike<F extends object>(original: object, replacement: F): F {
  for (const key of ['name', 'length'])
    Object.defineProperty(replacement, key, Object.getOwnPropertyDescriptor(original, key) ?? {})
  return replacement
}
