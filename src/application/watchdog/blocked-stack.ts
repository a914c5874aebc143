/** A stack that the watchdog found. */
interface BlockedStack {
  /** The frame that is most likely the cause. */
  readonly at: string | undefined
  readonly stack: string
  /** Whether all frames are code of Node. */
  readonly isNodes: boolean
}

/** The stack without the frames of the watchdog. */
export function describeStack(stack: string): BlockedStack {
  const frames = stack.split('\n').slice(1)
  const ours = frames.findLastIndex((frame) => /[\\/]watchdog\.[jt]s|at eval \(|<anonymous>:1:/.test(frame))
  const theirs = frames.slice(ours + 1)
  // A frame of Node is less useful than the code that called it.
  const code = theirs.find((frame) => !/[( ]node:/.test(frame))
  const at = (code ?? theirs[0])?.trim().replace(/^at /, '')
  return { at, stack: theirs.join('\n'), isNodes: code === undefined }
}
