/** The option `beforeExit` of `boot`: code that runs before the program ends with its system. */
import { currentKernel, downOf, exit, type Kernel, receive, self, spawnMonitor } from '../../kernel/index.js'
import type { SystemExit } from '../lifecycle/application-controller.js'

/**
 * Wraps a `beforeExit` function so that it cannot prevent the end: it runs in a new process, for at most `limit` milliseconds, and its
 * failure is only reported.
 */
export function lastAct(
  kernel: Kernel,
  act: ((exit: SystemExit) => unknown) | undefined,
  limit: number,
): ((exit: SystemExit) => Promise<void>) | undefined {
  if (act === undefined) return undefined
  return (end) =>
    kernel.run(async () => {
      // An error is a crash of this process, which is reported.
      const { pid, ref } = spawnMonitor(() => act(end), { label: 'before the exit' })
      if ((await receive(downOf(ref), { timeout: limit })) !== undefined) return
      exit(pid, 'kill')
      const message = `beforeExit is not through after ${limit} ms; the program ends without it`
      currentKernel().report({ level: 'error', kind: 'application', message, pid: self() })
    })
}
