import { exit, monitor, processInfo, receive, self, send, sleep, spawn } from 'heartwood'
import { clock, expectDown, expectMessage, expectNoMessage } from 'heartwood/testing'
import { useTestKernel } from 'heartwood/testing/vitest'
import { describe, expect, it } from 'vitest'

useTestKernel()

const waits = async (): Promise<void> => {
  await receive('never')
}

describe('an expectation takes no message that it does not give', () => {
  it('expectNoMessage leaves what it found, and the order', async () => {
    for (const each of ['first', undefined, 'last']) send(self(), each)
    await expect(expectNoMessage()).rejects.toThrow("there is 'first'")
    await expect(expectNoMessage('last')).rejects.toThrow("there is 'last'")
    await expectNoMessage('other')
    expect([await receive(), await receive(), await receive()]).toEqual(['first', undefined, 'last'])
    await expectNoMessage()
  })

  it('expectMessage that was in vain leaves what comes later to others', async () => {
    await expect(expectMessage('late')).rejects.toMatchObject({ code: 'TEST_STUCK' })
    send(self(), 'late')
    expect(await expectMessage('late')).toBe('late')
  })

  it('and so does one whose time is over', async () => {
    const me = self()
    spawn(async () => {
      await sleep(200)
      send(me, 'late')
    })
    await expect(expectMessage('late', { within: 100 })).rejects.toMatchObject({ code: 'TEST_STUCK' })
    await clock().advance(100)
    expect(await expectMessage('late')).toBe('late')
  })

  it('expectDown leaves the message of a monitor whose reason does not fit', async () => {
    const pid = spawn(waits)
    const ref = monitor(pid)
    exit(pid, 'shutdown')
    await expect(expectDown(ref, 'killed')).rejects.toThrow('it came with shutdown')
    expect(await expectDown(ref, 'shutdown')).toMatchObject({ reason: 'shutdown' })
    await expectNoMessage()
  })

  it('expectDown has no monitor left that only it knows of', async () => {
    const pid = spawn(waits)
    await expect(expectDown(pid)).rejects.toMatchObject({ code: 'TEST_STUCK' })
    expect(processInfo(pid, 'monitoredBy')).toEqual([])
    const down = expectDown(pid, 'killed')
    exit(pid, 'shutdown')
    await expect(down).rejects.toThrow('it came with shutdown')
    await expectNoMessage()
  })
})
