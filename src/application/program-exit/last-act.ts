/** What a program does beside its system, before it ends with it. */
import { currentKernel, downOf, exit, type Kernel, receive, self, spawnMonitor } from '../../kernel/index.js'
import type { SystemExit } from '../lifecycle/application-controller.js'

/**
 * Makes what `beforeExit` of a boot was given harmless: it runs in a process of its own, has `limit` milliseconds, and what
 * becomes of it is no reason not to end.
 */
export function lastAct(
  kernel: Kernel,
  act: ((exit: SystemExit) => unknown) | undefined,
  limit: number,
): ((exit: SystemExit) => Promise<void>) | undefined {
  if (act === undefined) return undefined
  return (end) =>
    kernel.run(async () => {
      // What it throws is its crash, which is reported.
      const { pid, ref } = spawnMonitor(() => act(end), { label: 'before the exit' })
      if ((await receive(downOf(ref), { timeout: limit })) !== undefined) return
      exit(pid, 'kill')
      const message = `beforeExit is not through after ${limit} ms; the program ends without it`
      currentKernel().report({ level: 'error', kind: 'application', message, pid: self() })
    })
}
