/** The exit reason of a worker that is restarted because it cannot take over its new code while it runs. */

/** All reasons made in this file. Another object with a field `codeChange` is an ordinary exit reason. */
const made = new WeakSet<object>()

/**
 * An exit reason for stopping a worker whose code changed. Its supervisor restarts it at once and does not count the restart
 * against `intensity`, since nothing failed that a restart would repeat.
 *
 * @param why the reason shown in reports; usually the error of `sys.changeCode`
 */
export function codeChangeReason(why: unknown): { readonly codeChange: unknown } {
  const reason = { codeChange: why }
  made.add(reason)
  return reason
}

export function isCodeChange(reason: unknown): boolean {
  return typeof reason === 'object' && reason !== null && made.has(reason)
}
