import { partition, partitionSupervisorSpec, ref, startSupervisor } from 'heartwood'
import { allowCrashes, clock, faults } from 'heartwood/testing'
import { useTestKernel } from 'heartwood/testing/vitest'
import { describe, expect, it } from 'vitest'
import { isHarmless } from '../src/checks/json-body.js'
import type { JsonWanted } from '../src/target.js'
import { BodyReader, READERS, READING_LIMIT } from '../src/workers/body-reader.js'
import { BodyReadings } from '../src/workers/body-readings.js'
import { BODIES } from '../src/workers/names.js'
import { FakeNet } from './fake-net.js'
import { INTERVAL, PulseUnderTest } from './pulse-under-test.js'

const reader = (at: number) => ref(BodyReader, partition(BODIES, at))

describe('the body readers', () => {
  useTestKernel()

  it('leave others alone while one of them is held; the next time the held one is not theirs', async () => {
    allowCrashes({ reason: { blocked: READING_LIMIT } })
    const children = [partitionSupervisorSpec(BODIES, { child: BodyReader, partitions: READERS })]
    await startSupervisor({ children })
    const readings = new BodyReadings()
    const { signal } = new AbortController()
    const hostile = { '$..ok': true }
    const judge = (wanted: JsonWanted): Promise<string | undefined> =>
      Promise.resolve(readings.judge('{ "ok": true }', wanted, signal))
    for (const at of [0, READERS - 1]) {
      faults().block(reader(at), 60_000)
      const held = judge(hostile)
      // No time passes for these.
      const others = [true, true, false].map((ok) => judge({ '$..ok': ok }))
      expect(await Promise.all(others)).toEqual([
        undefined,
        undefined,
        'body has true at $..ok, expected false',
      ])
      await clock().advance(READING_LIMIT)
      expect(await held).toBe('body takes longer than 1000 ms to be judged')
      await clock().advance(30_000)
    }
  })

  it('is ended over a body that keeps it busy; the target is down, and others are judged by the next one', async () => {
    allowCrashes({ reason: { blocked: READING_LIMIT } })
    const given = ['hostile', 'honest'].map((name) => ({
      name,
      url: `http://${name}/`,
      interval: 10 * INTERVAL,
      timeout: 5 * INTERVAL,
      json: { '$..[?match(@.name, "(a|a)*b")].ok': true },
    }))
    const pulse = await PulseUnderTest.boot({ given })
    for (const { name } of given) {
      pulse.net.answers.set(name, () => new Response('[{ "name": "ab", "ok": true }]'))
    }
    // What the body of the hostile one would do to its thread.
    pulse.net.onRequest = (host) => {
      if (host === 'hostile') faults().block(reader(0), 60_000)
    }
    await clock().advance(10 * INTERVAL + READING_LIMIT)
    const { targets } = (await pulse.asOperator('api/status')) as {
      targets: { name: string; state: string; reason?: string }[]
    }
    expect(targets.map(({ name, state, reason }) => [name, state, reason])).toEqual([
      ['hostile', 'down', 'body takes longer than 1000 ms to be judged'],
      ['honest', 'up', undefined],
    ])
  })

  it('is not asked for a while about a target that it was ended over, so that others need not wait each time', async () => {
    allowCrashes({ reason: { blocked: READING_LIMIT } })
    const timing = { interval: 8 * INTERVAL, timeout: 5 * INTERVAL }
    const given = [{ name: 'hostile', url: 'http://hostile/', ...timing, json: { '$..ok': true } }]
    const net = new FakeNet()
    net.answers.set('hostile', () => new Response('{ "ok": true }'))
    net.onRequest = (host) => {
      if (net.count(host) === 1) faults().block(reader(0), 60_000)
    }
    const pulse = await PulseUnderTest.boot({ given, net })
    const states: string[] = []
    for (let check = 0; check < 3; check++) {
      await clock().advance(check === 0 ? 5 * INTERVAL : 8 * INTERVAL)
      const { targets } = (await pulse.asOperator('api/status')) as { targets: { state: string }[] }
      states.push(`${net.count('hostile')}: ${targets[0]?.state}`)
    }
    // The second one comes too soon to be judged.
    expect(states).toEqual(['1: down', '2: down', '3: up'])
  })

  it('is asked for what a body can make dear, and for no other', () => {
    expect(isHarmless('{"a":1}', { '$.a': 1, "$['b c'][0]": 2 })).toBe(true)
    expect(isHarmless('{"a":1}', { '$..a': 1 })).toBe(false)
    expect(isHarmless(' '.repeat(100_000), { '$.a': 1 })).toBe(false)
  })
})
