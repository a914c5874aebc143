/** The record that a pool has of a member, and the process that owns a resource. */
import type { Callbacks } from '../../genserver/index.js'
import { own, type Pid, type Reference, send } from '../../kernel/index.js'
import type { Loan } from './loan.js'
import { PoolMessage } from './pool-message.js'
import type { PoolHooks } from './pool-options.js'

/** The phases in the life of a member. */
export type MemberPhase = 'opening' | 'idle' | 'lent' | 'resetting' | 'checking' | 'closing'

/** The record that the pool has of a member. */
export class Member {
  phase: MemberPhase = 'opening'
  pid: Pid | undefined = undefined
  resource: unknown = undefined
  /** The loan, while the member is lent. */
  loan: Loan<unknown> | undefined = undefined
  /** The timer that limits the time of the current phase. */
  timer: Reference | undefined = undefined
  /** The times when the member was opened and when it became idle, in milliseconds of the kernel's clock. */
  openedAt: number | undefined = undefined
  idleSince = 0
  /** The error for which the pool kills the member, since its exit reason is then only `'killed'`. */
  fault: Error | undefined = undefined
}

/** The cast to a process that owns a resource: it must reset or check it. */
class Tending {
  constructor(readonly hook: 'reset' | 'check') {}
}

/** Tells the process of a resource to reset or check it. @param pid that process */
export function tend(pid: Pid, hook: 'reset' | 'check', send: (pid: Pid, order: unknown) => void): void {
  send(pid, new Tending(hook))
}

interface Kept {
  resource: unknown
}

/**
 * The callbacks of the process that owns a resource. The process opens the resource after its start, so that many are opened at the
 * same time and none delays the pool. A later error of the resource ends this process only.
 */
export function keeper(hooks: PoolHooks, pool: Pid, member: Member): Callbacks<Kept> {
  const { info } = hooks
  return {
    init: () => ({ state: { resource: undefined }, continue: 'open' }),
    async handleContinue(_open, state) {
      const resource = await opened(hooks, pool, member)
      state.resource = resource
      send(pool, new PoolMessage('opened', member, resource))
      return { state }
    },
    async handleCast(order, state) {
      const fit = await hooks[(order as Tending).hook]?.(state.resource)
      send(pool, new PoolMessage('tended', member, fit !== false))
      return { state }
    },
    ...(info === undefined
      ? undefined
      : {
          async handleInfo(message, state) {
            const fit = await info.call(hooks, state.resource, message)
            return fit === false ? { stop: { shutdown: 'unfit' }, state } : { state }
          },
        }),
    formatStatus: (status) => ({ ...status, state: 'a member of a pool' }),
  }
}

/** Opens the resource. On failure the process tells the pool why, since it may be dead before the pool can monitor it. */
async function opened(hooks: PoolHooks, pool: Pid, member: Member): Promise<unknown> {
  try {
    const resource = await hooks.open?.()
    // Without a `close` hook the resource is closed as `own` closes it.
    own(hooks.close === undefined ? resource : { [Symbol.asyncDispose]: async () => hooks.close?.(resource) })
    return resource
  } catch (error) {
    send(pool, new PoolMessage('not started', member, error))
    throw error
  }
}
