import type { Status } from '../../server/callbacks.js'
import type { MachineStatus } from './callbacks.js'
import type { MachineLogic } from './machine-logic.js'

/**
 * `formatStatus` of a machine in the terms of a server, where reports and `getStatus` are made: its `state` is all that
 * a machine shows but the message and the reason.
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
