/** Calls `abort` when a signal among the arguments of a call aborts, or the `signal` of one of them, as `fetch` has it. */
export function whenAborted(args: readonly unknown[], abort: (reason: unknown) => void): void {
  const signals = args.flatMap(signalOf)
  const aborted = signals.find((signal) => signal.aborted)
  if (aborted !== undefined) abort(aborted.reason)
  else
    for (const signal of signals) signal.addEventListener('abort', () => abort(signal.reason), { once: true })
}

function signalOf(arg: unknown): AbortSignal | [] {
  if (arg instanceof AbortSignal) return arg
  const signal: unknown = typeof arg === 'object' && arg !== null && 'signal' in arg ? arg.signal : undefined
  return signal instanceof AbortSignal ? signal : []
}
