import { useTestKernel } from 'heartwood/testing/vitest'
import { describe, expect, it } from 'vitest'
import type { GivenTarget } from '../src/target.js'
import { INTERVAL, PulseUnderTest, TOKEN } from './pulse-under-test.js'

/** Of each process, level by level. What is below is in the entries of a page, two levels of it. */
const PAGES = 3

const given: readonly GivenTarget[] = [
  { name: 'basic', url: 'http://admin:hunter2@shop/' },
  { name: 'query', url: 'http://shop/health?token=QUERY-SECRET' },
  { name: 'header', url: 'http://shop/', headers: { 'x-thing': 'HEADER-SECRET' } },
  { name: 'sent', url: 'http://shop/', method: 'POST', payload: 'PAYLOAD-SECRET' },
  { name: 'bearer', url: 'http://shop/', auth: { token: 'BEARER-SECRET' } },
  { name: 'backup', push: 'PUSH-SECRET-123456', interval: 60_000 },
]
const webhooks = ['http://hooks/services/HOOK-SECRET']
const SECRETS = ['hunter2', '-SECRET', TOKEN, Buffer.from('admin:hunter2').toString('base64')]

/** A page of a state, as the observer has it. */
interface Answer {
  readonly page?: { readonly entries: readonly { readonly step: string; readonly opens: boolean }[] }
}

describe('the workers of Pulse', () => {
  useTestKernel()

  it('have no secret in their states, however far one looks into them', async () => {
    const pulse = await PulseUnderTest.boot({ given, webhooks })
    await pulse.advance(3 * INTERVAL)
    const { rows } = (await pulse.asOperator('observer/api/processes?limit=500')) as {
      rows: { pid: string; name?: string }[]
    }
    expect(rows.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['alert:webhook-1', 'checker:basic', 'history-writer', 'web-server']),
    )
    const told: string[] = []
    const looked = async ({ pid, name }: { pid: string; name?: string }): Promise<void> => {
      const places = ['']
      for (let at = 0; at < places.length && at < PAGES; at++) {
        const place = places[at] ?? ''
        const path = `observer/api/state/${encodeURIComponent(pid)}?at=${encodeURIComponent(place)}`
        const answer = (await pulse.asOperator(path)) as Answer
        const text = JSON.stringify(answer)
        for (const secret of SECRETS) if (text.includes(secret)) told.push(`${name} at ${place}: ${text}`)
        for (const { step, opens } of answer.page?.entries ?? []) {
          if (opens) places.push(place === '' ? step : `${place}.${step}`)
        }
      }
    }
    await Promise.all(rows.map(looked))
    expect(told).toEqual([])
  })
})
