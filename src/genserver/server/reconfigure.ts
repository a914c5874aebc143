import { behaviourOf, currentKernel, HeartwoodError, isOrderly, type Pid } from '../../kernel/index.js'
import { InstanceCallbacks } from '../class-form/class-callbacks.js'
import { SystemRequest } from '../messages/server-message.js'
import type { SettingsChange, ToldChange } from '../messages/settings-change.js'
import { Server } from './server.js'

/** A server that has not handled a change of settings. */
export interface Unconfigured {
  readonly pid: Pid
  /** The name of its class, in the class form. */
  readonly className: string | undefined
  readonly error: unknown
}

/** The outcome of a change of settings. */
export interface Reconfigured {
  /** The servers that have handled the change. */
  readonly handled: readonly Pid[]
  /** The servers that were gone, or did not handle the change in time. The latter will still handle it. */
  readonly missed: readonly Unconfigured[]
  /** The servers that crashed because of the change. After a crash no further server gets the change. */
  readonly refused: readonly Unconfigured[]
}

/** The options of `reconfigure`. */
export interface ReconfigureOptions {
  /** Called before the first crash because of the change: the supervisor starts the server again with the settings in force then. */
  readonly onRefusal?: (() => void) | undefined
  /** Milliseconds to wait for busy servers. Default 5,000. */
  readonly timeout?: number | undefined
}

/**
 * Sends a change of settings to those of the given processes that are servers with a handler for it. The change waits in the
 * mailbox behind earlier messages.
 *
 * A change that crashes one server crashes all servers with the same code, which would exceed the restart limit of their
 * supervisor. So of each kind one server gets it first, then two, four, and so on, until one crashes.
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
  /** @returns whether the change was handled in time */
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
      // Busy servers are waited for once, not in each round.
      size = round.includes(false) ? kind.length : size * 2
    }
  }
  await Promise.all([...kindsOf(pids, change)].map(tellKind))
  return { handled, missed, refused }
}

/** The servers that have a handler for the change, grouped by their code. */
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
