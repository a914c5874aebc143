import { useTestKernel } from 'heartwood/testing/vitest'
import { describe, expect, it } from 'vitest'
import { checkerName } from '../src/workers/names.js'
import { INTERVAL, TOKEN } from './pulse-under-test.js'
import { type Instance, LEASE, SeveralPulses, type StoredResult } from './several-pulses.js'

useTestKernel()

const TARGETS = ['shop', 'forum', 'mail', 'wiki', 'blog', 'shelf'].map((name) => ({
  name,
  url: `http://${name}/`,
  interval: INTERVAL,
  timeout: 700,
  status: '2xx' as const,
}))
const BACKUP = 'the-token-of-the-backup'
const PUSH = { name: 'backup', push: BACKUP, interval: 3_600_000 }
/** The longest that a target of an instance that was killed is checked by nobody: until its lease is over, and a check is due. */
const TAKE_OVER = LEASE + 1_000 + INTERVAL

const start = (): Promise<SeveralPulses> => SeveralPulses.start(['a', 'b', 'c'], [...TARGETS, PUSH])

/** Where each target is. */
function places(several: SeveralPulses): Record<string, string> {
  const found = several.names.map((target) => {
    const owners = several.instances.filter(
      ({ pulse }) => pulse.kernel.whereis(checkerName(target)) !== undefined,
    )
    expect([target, owners.length]).toEqual([target, 1])
    return [target, owners[0]?.name ?? '']
  })
  return Object.fromEntries(found)
}

/** Who found the results, each run of the same once. */
const runs = (results: readonly StoredResult[]): string[] =>
  results.map(({ by }) => by).filter((by, n, all) => by !== all[n - 1])

const targetsOf = (all: Record<string, string>, name: string): string[] =>
  Object.keys(all).filter((target) => all[target] === name && target !== PUSH.name)

const post = (instance: Instance, path: string, body?: object): Promise<Response> =>
  fetch(`${instance.pulse.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })

describe('three Pulses that share the targets', () => {
  it('have each checked by one of them, which each of their pages shows, and move them with all that is known when one stops', async () => {
    const several = await start()
    const before = places(several)
    expect(new Set(Object.values(before))).toEqual(new Set(['a', 'b', 'c']))
    for (const [target, by] of Object.entries(await several.checkers()))
      if (target !== PUSH.name) expect([target, by]).toEqual([target, [before[target]]])
    for (const { name } of several.instances) {
      const shown = await several.shownAt(name)
      expect(shown.by).toEqual(before)
      for (const { name } of TARGETS) expect(shown.states[name]).toBe('up')
      expect(shown.instances.map(({ name }) => name).sort()).toEqual(['a', 'b', 'c'])
      expect(shown.instances[0]?.name).toBe(name)
    }

    // What is told to one of them is known to all.
    for (const instance of several.instances) {
      expect((await post(instance, `api/push/${BACKUP}?status=down&message=no+room`)).status).toBe(200)
      await several.pass(INTERVAL)
    }
    expect(await several.reader.recent(PUSH.name, 10)).toHaveLength(3)
    const words = { title: 'Works', text: 'We move.' }
    expect((await post(several.get('a'), 'api/incidents', words)).status).toBe(201)
    await several.pass(INTERVAL)
    for (const { pulse } of several.instances) {
      const page = await (await fetch(pulse.url)).text()
      expect(page).toContain('We move.')
      expect(page).toContain('backup is down')
      expect(page).toMatch(/checked by <span class="instance">[abc]<\/span>/)
    }
    expect(several.alerts.map(({ text }) => text)).toEqual(['backup is down: no room'])

    await several.stop('c')
    await several.pass(2 * INTERVAL)
    const after = places(several)
    for (const target of targetsOf(before, 'c')) {
      const results = await several.stored(target)
      expect(runs(results).slice(-2)).toEqual(['c', after[target]])
      // No check was left out for longer than the way to the next owner took.
      const gaps = results.slice(1).map(({ at }, n) => at - (results[n]?.at ?? 0))
      expect(Math.max(...gaps)).toBeLessThan(2 * INTERVAL)
    }
    expect(several.alerts).toHaveLength(1)
  })

  it('check on when one is killed, and tell each alert once', async () => {
    const several = await start()
    const before = places(several)
    const [ill = ''] = targetsOf(before, 'b')
    several.ill.add(ill)
    await several.pass(2 * INTERVAL)
    const down = expect.stringContaining(`${ill} is down`)
    expect(several.alerts.map(({ text }) => text)).toEqual([down])

    several.kill('b')
    await several.pass(TAKE_OVER)
    const after = places(several)
    for (const target of targetsOf(before, 'b')) {
      expect(after[target]).not.toBe('b')
      const last = (await several.stored(target)).at(-1)
      expect(last?.by).toBe(after[target])
      expect(several.clock.wallTime() - (last?.at ?? 0)).toBeLessThan(2 * INTERVAL)
      expect((await several.shownAt('a')).by[target]).toBe(after[target])
    }
    expect((await several.shownAt('a')).states[ill]).toBe('down')
    expect(several.alerts.map(({ text }) => text)).toEqual([down])

    several.ill.clear()
    await several.pass(2 * INTERVAL)
    expect(several.alerts.map(({ text }) => text)).toEqual([down, `${ill} is up again`])
  })

  it('let nothing of one that has lost a target come to the store late, or be told: not a result, and not an alert', async () => {
    const several = await start()
    const before = places(several)
    const b = several.get('b')
    const lost = targetsOf(before, 'b')
    const [ill = ''] = lost
    // It has results and an alert on the way to the store when what keeps the claims cannot be reached any more.
    b.store.hold()
    const heldAt = several.clock.wallTime()
    several.ill.add(ill)
    await several.pass(INTERVAL)
    expect(several.alerts).toEqual([])
    b.way.cut()
    await several.pass(LEASE)
    const asked = lost.map((target) => b.count(target))
    await several.pass(TAKE_OVER)
    // By the clock it knew that it may not ask any more, whatever it could reach.
    expect(lost.map((target) => b.count(target))).toEqual(asked)
    expect(several.alerts.map(({ text }) => text)).toEqual([expect.stringContaining(`${ill} is down`)])

    const healedAt = several.clock.wallTime()
    b.store.letGo()
    b.way.heal()
    await several.pass(TAKE_OVER)
    expect(new Set(b.store.refused)).toEqual(new Set(lost))
    for (const target of lost) {
      const late = (await several.stored(target)).filter(
        ({ at, by }) => by === 'b' && at >= heldAt && at < healedAt,
      )
      expect([target, late]).toEqual([target, []])
    }
    expect(Object.keys(places(several))).toEqual(several.names)
    expect(several.alerts).toHaveLength(1)
  })

  it('check nothing and tell nobody while what keeps the claims is away, say so, and go on', async () => {
    const several = await start()
    const before = places(several)
    for (const { way } of several.instances) way.cut()
    await several.pass(LEASE + INTERVAL)
    const paused = await several.checkers()
    expect(Object.values(paused).flat()).toEqual([])
    for (const { pulse } of several.instances) {
      const ready = await fetch(`${pulse.url}readyz`)
      expect([ready.status, await ready.text()]).toEqual([503, expect.stringContaining('PULSE_CLUSTER')])
    }
    for (const { way } of several.instances) way.heal()
    await several.pass(TAKE_OVER)
    const checkers = await several.checkers()
    for (const { name } of TARGETS) expect(checkers[name]).toHaveLength(1)
    expect(Object.keys(places(several))).toEqual(Object.keys(before))
    expect(several.alerts).toEqual([])
  })
})
