import type { Status } from '../../server/callbacks.js'
import type { MachineStatus } from './callbacks.js'
import type { MachineLogic } from './machine-logic.js'

/**
 * Adapts the `formatStatus` of a machine for the code of servers, which makes reports and `getStatus`: the `state` there is everything that
 * a machine shows except the message and the reason.
 */
export function shapingOf(logic: Pick<MachineLogic, 'formatStatus'>): {
  formatStatus?(status: Status): Status
} {
  if (logic.formatStatus === undefined) return {}
  return {
    formatStatus({ state, ...about }) {
      const status = { ...(state as MachineStatus), ...about }
      const { message, reason, ...shown } = logic.formatStatus?.(status) ?? status
      return {
        state: shown,
        ...('message' in about && { message }),
        ...('reason' in about && { reason }),
      }
    },
  }
}
