/** What the kernel does for one message, monitor or wait costs the same however many others there are. */
import { expect, it } from 'vitest'
import { currentKernel, demonitor, Kernel, monitor, self, send } from '../../src/kernel/index.js'
import { Looked } from './cost-of-each.js'

const run = (body: () => unknown): Promise<unknown> => new Kernel({ report() {} }).run(body)

it('a monitor that stands is ended without a look at what waits in the mailbox', () =>
  run(() => {
    const looked = new Looked()
    const watched = currentKernel().spawnBehaviour({ handle() {} })
    send(self(), looked.message)
    demonitor(monitor(watched), { flush: true })
    expect(looked.count).toBe(0)
  }))
