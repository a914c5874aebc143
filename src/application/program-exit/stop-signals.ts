const STOPPING = ['SIGTERM', 'SIGINT'] as const

/** A signal that asks a program to stop. */
export type StopSignal = (typeof STOPPING)[number]

/** Marks the handlers that `bin/heartwood.js` has until there are better ones. */
const LEAVES = Symbol.for('heartwood.leave')

/**
 * The first SIGTERM or SIGINT asks to stop, a second one of either kind insists. Also for a program that is process 1
 * of a container, where signals without a handler do nothing.
 */
export function onStopSignals(
  ask: (signal: StopSignal) => void,
  insist: (signal: StopSignal) => void,
): Disposable {
  let asked = false
  const listener = (signal: StopSignal): void => {
    if (asked) insist(signal)
    else ask(signal)
    asked = true
  }
  for (const signal of STOPPING) {
    for (const each of process.listeners(signal)) if (LEAVES in each) process.off(signal, each)
    process.on(signal, listener)
  }
  return {
    [Symbol.dispose]() {
      for (const signal of STOPPING) process.off(signal, listener)
    },
  }
}
