/** The reason of the end of a worker that cannot go on with other code. */

/** Those that were made here: what else has a `codeChange` is an end as any other. */
const made = new WeakSet<object>()

/**
 * The reason to stop a worker with that is to be started again because its code changed: its supervisor does so at once, and counts it
 * towards no `intensity`, since nothing failed that a restart would repeat.
 *
 * @param why what `sys.changeCode` said, as a rule
 */
export function codeChangeReason(why: unknown): { readonly codeChange: unknown } {
  const reason = { codeChange: why }
  made.add(reason)
  return reason
}

export function isCodeChange(reason: unknown): boolean {
  return typeof reason === 'object' && reason !== null && made.has(reason)
}
