import { behaviourOf, currentKernel, HeartwoodError, isOrderly, type Pid } from '../../kernel/index.js'
import { InstanceCallbacks } from '../class-form/class-callbacks.js'
import { SystemRequest } from '../messages/server-message.js'
import type { SettingsChange, ToldChange } from '../messages/settings-change.js'
import { Server } from './server.js'

/** A server that has not handled a change of settings. */
export interface Unconfigured {
  readonly pid: Pid
  /** Its class, where it has one. */
  readonly className: string | undefined
  readonly error: unknown
}

/** Who was told of a change of settings. */
export interface Reconfigured {
  /** Those who have handled it. */
  readonly handled: readonly Pid[]
  /** Those who were gone, or have not got to it in time; these will handle it all the same. */
  readonly missed: readonly Unconfigured[]
  /** Those who crashed over it. Then the others of all kinds were not told, as far as they had not been. */
  readonly refused: readonly Unconfigured[]
}

/** How a change of settings is told. */
export interface ReconfigureOptions {
  /** Told at once when the first one is about to crash over it: its supervisor starts it again with what is in force then. */
  readonly onRefusal?: (() => void) | undefined
  /** Milliseconds to wait for those who have much to do. Default 5,000. */
  readonly timeout?: number | undefined
}

/**
 * Tells the servers among some processes of a change of settings: those that have a handler for it. It takes its place in
 * the mailbox behind what is there.
 *
 * What crashes one server crashes all that run the same code, which would be more restarts at once than their supervisor
 * bears. So of each kind one is told first, then two, four, and so on, until one crashes.
 */
export async function reconfigure(
  pids: readonly Pid[],
  change: SettingsChange,
  { onRefusal, timeout = 5_000 }: ReconfigureOptions = {},
): Promise<Reconfigured> {
  const kernel = currentKernel()
  let isRefused = false
  const refuse = (): void => {
    if (!isRefused) onRefusal?.()
    isRefused = true
  }
  const request = new SystemRequest('configChange', { change, refuse } satisfies ToldChange)
  const handled: Pid[] = []
  const missed: Unconfigured[] = []
  const refused: Unconfigured[] = []
  /** @returns whether it was handled in time */
  const tell = async (pid: Pid, className: string | undefined): Promise<boolean> => {
    try {
      await kernel.request(pid, request, { timeout, control: true })
      handled.push(pid)
      return true
    } catch (error) {
      const list = hasCrashed(error) ? refused : missed
      list.push({ pid, className, error })
      return false
    }
  }
  const tellKind = async ([callbacks, kind]: [object, readonly Pid[]]): Promise<void> => {
    const className = callbacks instanceof InstanceCallbacks ? callbacks.className : undefined
    let size = 1
    for (let from = 0; from < kind.length && !isRefused && refused.length === 0; ) {
      const round = await Promise.all(kind.slice(from, from + size).map((pid) => tell(pid, className)))
      from += size
      // Those that are busy are waited for once, and not round by round.
      size = round.includes(false) ? kind.length : size * 2
    }
  }
  await Promise.all([...kindsOf(pids, change)].map(tellKind))
  return { handled, missed, refused }
}

/** Those that have a handler for the change, by the code they run. */
function kindsOf(pids: readonly Pid[], change: SettingsChange): ReadonlyMap<object, readonly Pid[]> {
  const kinds = new Map<object, Pid[]>()
  for (const pid of pids) {
    const behaviour = behaviourOf(pid)
    if (!(behaviour instanceof Server)) continue
    const { callbacks } = behaviour.seen
    if (!wants(callbacks, change)) continue
    const kind = kinds.get(callbacks)
    if (kind === undefined) kinds.set(callbacks, [pid])
    else kind.push(pid)
  }
  return kinds
}

function hasCrashed(error: unknown): boolean {
  if (!HeartwoodError.is(error) || error.code !== 'CALL_SERVER_EXITED') return false
  const { reason } = error.details
  return reason !== 'killed' && !isOrderly(reason)
}

/** Whether a server has a handler for a change. */
function wants(callbacks: object, change: SettingsChange): boolean {
  if (callbacks instanceof InstanceCallbacks) return callbacks.wants(change)
  return 'configChange' in callbacks && callbacks.configChange !== undefined
}
