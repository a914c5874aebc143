/** What the watchdog found. */
interface BlockedStack {
  /** The frame that is to be looked at. */
  readonly at: string | undefined
  readonly stack: string
  /** Nothing but Node's own code. */
  readonly isNodes: boolean
}

/** The stack that the watchdog found, without the watchdog. */
export function describeStack(stack: string): BlockedStack {
  const frames = stack.split('\n').slice(1)
  const ours = frames.findLastIndex((frame) => /[\\/]watchdog\.[jt]s|at eval \(|<anonymous>:1:/.test(frame))
  const theirs = frames.slice(ours + 1)
  // What was called of Node's says less than who called it.
  const code = theirs.find((frame) => !/[( ]node:/.test(frame))
  const at = (code ?? theirs[0])?.trim().replace(/^at /, '')
  return { at, stack: theirs.join('\n'), isNodes: code === undefined }
}
