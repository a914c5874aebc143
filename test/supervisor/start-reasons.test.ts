import { Kernel, startChild, startDynamicSupervisor, startSupervisor } from 'heartwood'
import { describe, expect, it } from 'vitest'

/** Reasons that are no objects, or look like one that means something. */
const REASONS = [null, undefined, 0, '', 'alreadyStarted', { alreadyStarted: 'nobody' }, []]

describe('a start function that throws', () => {
  for (const reason of REASONS) {
    const spec = {
      id: 'a',
      start: () => {
        throw reason
      },
    }
    const refused = { code: 'START_CHILD_FAILED', details: { reason } }

    it(`${JSON.stringify(reason)} is a failed start, and the supervisor goes on`, async () => {
      const kernel = new Kernel({ report() {} })
      await kernel.run(async () => {
        for (const supervisor of [await startSupervisor({}), await startDynamicSupervisor({})]) {
          for (let attempt = 0; attempt < 2; attempt++)
            await expect(startChild(supervisor, spec)).rejects.toMatchObject(refused)
          expect(kernel.isAlive(supervisor)).toBe(true)
        }
      })
    })
  }
})
