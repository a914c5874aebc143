/** The members of a pool: what the pool keeps of each, and the process that keeps a resource. */
import type { Callbacks } from '../../genserver/index.js'
import { own, type Pid, type Reference, send } from '../../kernel/index.js'
import type { Loan } from './loan.js'
import { PoolMessage } from './pool-message.js'
import type { PoolHooks } from './pool-options.js'

/** Where a member stands. */
export type MemberPhase = 'opening' | 'idle' | 'lent' | 'resetting' | 'checking' | 'closing'

/** What the pool keeps of a member. */
export class Member {
  phase: MemberPhase = 'opening'
  pid: Pid | undefined = undefined
  resource: unknown = undefined
  /** The loan it is lent by. */
  loan: Loan<unknown> | undefined = undefined
  /** The timer of what it is at. */
  timer: Reference | undefined = undefined
  /** When it was opened, and since when it is idle, in milliseconds of the kernel's clock. */
  openedAt: number | undefined = undefined
  idleSince = 0
  /** Why it must end, where that is no exit reason. */
  fault: Error | undefined = undefined
}

/** Asks the process that keeps a resource to reset or check it. */
class Tending {
  constructor(readonly hook: 'reset' | 'check') {}
}

/** @param pid the process that keeps the resource of a member */
export function tend(pid: Pid, hook: 'reset' | 'check', send: (pid: Pid, order: unknown) => void): void {
  send(pid, new Tending(hook))
}

interface Kept {
  resource: unknown
}

/**
 * The process of a resource. It opens it once it runs, so that many open at the same time and none holds up the pool; what
 * the resource emits later comes to this process, and is its end alone.
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

/** It tells the pool itself why it fails: it may be dead before the pool can monitor it. */
async function opened(hooks: PoolHooks, pool: Pid, member: Member): Promise<unknown> {
  try {
    const resource = await hooks.open?.()
    // Without a `close` it must be something that can be closed.
    own(hooks.close === undefined ? resource : { [Symbol.asyncDispose]: async () => hooks.close?.(resource) })
    return resource
  } catch (error) {
    send(pool, new PoolMessage('not started', member, error))
    throw error
  }
}
