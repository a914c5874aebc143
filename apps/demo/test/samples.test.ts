import { describe, expect, it } from 'vitest'
import { openSamples } from '../src/samples.js'

describe('the sample services', () => {
  it('are steady, slow and flaky, and come back under their old addresses', async () => {
    const delays: number[] = []
    const delay = async (milliseconds: number): Promise<void> => void delays.push(milliseconds)
    const ports = new Map<string, number>()
    const samples = await openSamples({ delay, ports })
    const [steady, slow, flaky] = samples.targets.map((target) => target.url)
    if (steady === undefined || slow === undefined || flaky === undefined)
      throw new Error('three are expected')

    expect(await (await fetch(steady)).text()).toContain('all is well')
    expect((await fetch(slow)).status).toBe(200)
    expect(delays).toHaveLength(1)
    const statuses: number[] = []
    for (let request = 0; request < 12; request++) statuses.push((await fetch(flaky)).status)
    expect(statuses.filter((status) => status === 503)).toHaveLength(2)

    await samples.close()
    await expect(fetch(steady)).rejects.toThrow()
    const again = await openSamples({ delay, ports })
    expect(again.targets).toEqual(samples.targets)
    await again.close()
  })

  it('leave nothing listening when one of them cannot start', async () => {
    const samples = await openSamples({ delay: async () => {} })
    const taken = Number(new URL(samples.targets[0]?.url ?? '').port)
    const ports = new Map([['flaky', taken]])
    await expect(openSamples({ delay: async () => {}, ports })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await expect(fetch(`http://127.0.0.1:${ports.get('steady')}/`)).rejects.toThrow()
    await samples.close()
  })
})
