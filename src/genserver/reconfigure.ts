import { behaviourOf, currentKernel, type Pid } from '../kernel/index.js'
import { InstanceCallbacks } from './instance.js'
import { SystemRequest } from './message.js'
import { Server } from './server.js'
import type { SettingsChange } from './settings-change.js'

/** Who was told of a change of settings. */
export interface Reconfigured {
  /** Those who have handled it. */
  readonly handled: readonly Pid[]
  /** Those who crashed over it, or have not got to it in time. */
  readonly failed: readonly { readonly pid: Pid; readonly error: unknown }[]
}

/**
 * Tells the servers among some processes of a change of settings: those that have a handler for it. It takes its place in
 * the mailbox behind what is there.
 *
 * @param timeout milliseconds to wait for those who have much to do; they will handle it all the same
 */
export async function reconfigure(
  pids: readonly Pid[],
  change: SettingsChange,
  timeout = 5_000,
): Promise<Reconfigured> {
  const servers = pids.filter((pid) => {
    const behaviour = behaviourOf(pid)
    return behaviour instanceof Server && wants(behaviour.seen.callbacks, change)
  })
  const request = new SystemRequest('configChange', change)
  const kernel = currentKernel()
  const outcomes = await Promise.allSettled(
    servers.map((pid) => kernel.request(pid, request, { timeout, control: true })),
  )
  const handled: Pid[] = []
  const failed: { pid: Pid; error: unknown }[] = []
  for (const [at, pid] of servers.entries()) {
    const outcome = outcomes[at] as PromiseSettledResult<unknown>
    if (outcome.status === 'fulfilled') handled.push(pid)
    else failed.push({ pid, error: outcome.reason })
  }
  return { handled, failed }
}

/** Whether a server has a handler for a change. */
function wants(callbacks: object, change: SettingsChange): boolean {
  if (callbacks instanceof InstanceCallbacks) return callbacks.wants(change)
  return 'configChange' in callbacks && callbacks.configChange !== undefined
}
