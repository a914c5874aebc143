/** The stack that the watchdog found, without the watchdog. */
export function describeStack(stack: string): { at: string | undefined; stack: string } {
  const frames = stack.split('\n').slice(1)
  const ours = frames.findLastIndex((frame) => /[\\/]watchdog\.[jt]s|at eval \(|<anonymous>:1:/.test(frame))
  const theirs = frames.slice(ours + 1)
  // What was called of Node's says less than who called it.
  const at = theirs.find((frame) => !/[( ]node:/.test(frame)) ?? theirs[0]
  return { at: at?.trim().replace(/^at /, ''), stack: theirs.join('\n') }
}
