const STOPPING = ['SIGTERM', 'SIGINT'] as const

/** A signal that asks a program to stop. */
export type StopSignal = (typeof STOPPING)[number]

/** Marks the temporary handlers of `bin/heartwood.js`, which are replaced here. */
const LEAVES = Symbol.for('heartwood.leave')

/**
 * Asks this program to stop, as SIGTERM does. On Windows, which has no signals, `process.kill` would end the program at once: there its handlers
 * of SIGTERM are called.
 */
export function askToStop(): void {
  if (process.platform === 'win32') process.emit('SIGTERM', 'SIGTERM')
  else process.kill(process.pid, 'SIGTERM')
}

/**
 * Handles SIGTERM and SIGINT: the first calls `ask`, a later one of either kind calls `insist`. This is also needed for a program that is
 * process 1 of a container, where signals without a handler do nothing.
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
