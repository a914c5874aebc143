import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ref } from 'heartwood'
import { useTestKernel } from 'heartwood/testing/vitest'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type GivenTarget, targetSchema } from '../src/target.js'
import { HeartbeatWatcher } from '../src/workers/heartbeat-watcher.js'
import { checkerName } from '../src/workers/names.js'
import { StatusCollector } from '../src/workers/status-collector.js'
import { PulseUnderTest } from './pulse-under-test.js'

useTestKernel()

const TOKEN = 'the-token-of-backup'
const backup = { name: 'backup', push: TOKEN, interval: 60_000, grace: 5_000 }

const stateOf = async (pulse: PulseUnderTest): Promise<[string | undefined, string | undefined]> => {
  const { targets } = await pulse.run(() => ref(StatusCollector).call.board())
  return [targets.backup?.state, targets.backup?.reason]
}

const beat = (pulse: PulseUnderTest, up: boolean, message?: string): Promise<void> =>
  pulse.run(() => ref(HeartbeatWatcher, checkerName('backup')).cast.beat({ up, message }))

describe('a target that tells by itself', () => {
  it('is up with its word, and down when none comes in time', async () => {
    const pulse = await PulseUnderTest.boot({ given: [backup] })
    expect(await stateOf(pulse)).toEqual([undefined, undefined])
    await beat(pulse, true)
    expect(await stateOf(pulse)).toEqual(['up', undefined])
    await pulse.advance(64_000)
    expect(await stateOf(pulse)).toEqual(['up', undefined])
    await pulse.advance(1_000)
    expect(await stateOf(pulse)).toEqual(['down', 'no word of it for 65 s'])
    await pulse.advance(60_000)
    expect(await stateOf(pulse)).toEqual(['down', 'no word of it for 125 s'])
    await beat(pulse, true)
    expect(await stateOf(pulse)).toEqual(['up', undefined])
  })

  it('is down when it says so', async () => {
    const pulse = await PulseUnderTest.boot({ given: [backup] })
    await beat(pulse, false, 'disk full')
    expect(await stateOf(pulse)).toEqual(['down', 'disk full'])
  })

  it('has the time that was left when the one who waits crashes', async () => {
    const pulse = await PulseUnderTest.boot({ given: [backup] })
    await beat(pulse, true)
    await pulse.advance(40_000)
    await pulse.crash(checkerName('backup'), 'cast')
    await pulse.advance(24_000)
    expect(await stateOf(pulse)).toEqual(['up', undefined])
    await pulse.advance(2_000)
    expect((await stateOf(pulse))[0]).toBe('down')
  })

  it('has all of its time again after a restart of Pulse: nobody could be told anything meanwhile', async () => {
    const dataFolder = mkdtempSync(join(tmpdir(), 'pulse-beat-'))
    onTestFinished(() => rmSync(dataFolder, { recursive: true, force: true }))
    const first = await PulseUnderTest.boot({ given: [backup], dataFolder })
    await beat(first, true)
    await first.stop()
    await first.advance(300_000)
    const next = await PulseUnderTest.boot({ given: [backup], dataFolder })
    await next.advance(40_000)
    // Nor does a crash of the one who waits make it longer, or shorter.
    await next.crash(checkerName('backup'), 'cast')
    await next.advance(24_900)
    expect(await stateOf(next)).toEqual(['up', undefined])
    await next.advance(1_000)
    expect(await stateOf(next)).toEqual(['down', expect.stringMatching(/^no word of it for 36\d s$/)])
  })

  it('has all of its time again when it was off the list for a while', async () => {
    let list: readonly GivenTarget[] | undefined
    const targetsOf = (given: readonly GivenTarget[]) => given.map((each) => targetSchema.parse(each))
    const shop = { name: 'shop', url: 'http://shop/' }
    const reload = async () => {
      const read = list && { targets: targetsOf(list), maintenance: [] }
      list = undefined
      return read
    }
    const pulse = await PulseUnderTest.boot({ listed: { targets: targetsOf([shop, backup]), reload } })
    await beat(pulse, true)
    list = [shop]
    await pulse.advance(300_000)
    list = [shop, backup]
    await pulse.advance(60_000)
    expect((await stateOf(pulse))[0]).not.toBe('down')
    await pulse.advance(20_000)
    expect((await stateOf(pulse))[0]).toBe('down')
  })

  it('tells its token in no word of its own', async () => {
    const pulse = await PulseUnderTest.boot({ given: [backup] })
    await beat(pulse, false, `curl /api/push/${TOKEN} failed`)
    expect(await stateOf(pulse)).toEqual(['down', 'curl /api/push/[redacted] failed'])
  })

  it('has words that turn no writing round, and that no terminal obeys', async () => {
    const pulse = await PulseUnderTest.boot({ given: [backup] })
    await beat(pulse, false, 'disk \u202efull\u202c \u001b[2J\u009b2J')
    const told = 'disk \\u202efull\\u202c \\u001b[2J\\u009b2J'
    expect(await stateOf(pulse)).toEqual(['down', told])
    const body = await (await fetch(`${pulse.url}targets/backup`)).text()
    expect(body).toContain(told)
    expect(body).not.toMatch(/[\p{Bidi_Control}\u009b]|\p{Cc}\[2J/u)
  })

  it('was heard also when Pulse is killed right after', async () => {
    const dataFolder = mkdtempSync(join(tmpdir(), 'pulse-beat-'))
    onTestFinished(() => rmSync(dataFolder, { recursive: true, force: true }))
    const pulse = await PulseUnderTest.boot({ given: [backup], dataFolder })
    await pulse.run(() =>
      ref(HeartbeatWatcher, checkerName('backup')).cast.beat({ up: true, message: undefined }),
    )
    await pulse.kernel.settled()
    expect(readFileSync(join(dataFolder, 'pulse.journal'), 'utf8')).toContain('"beat/backup"')
  })

  it('is heard whatever body comes along', async () => {
    const pulse = await PulseUnderTest.boot({ given: [backup] })
    for (const [type, body] of [
      ['application/x-www-form-urlencoded', 'msg=done'],
      ['application/json', ''],
      ['application/json', '{'],
      ['text/plain', 'x'.repeat(100_000)],
      ['image/png', new Uint8Array(10)],
    ] as const) {
      const headers = { 'content-type': type }
      const response = await fetch(`${pulse.url}api/push/${TOKEN}`, { method: 'POST', headers, body })
      expect([type, response.status]).toEqual([type, 200])
    }
    expect((await stateOf(pulse))[0]).toBe('up')
  })

  it('is heard over HTTP by its token alone', async () => {
    const pulse = await PulseUnderTest.boot({ given: [backup] })
    const asked = async (path: string): Promise<number> =>
      (await fetch(`${pulse.url}api/push/${path}`, { method: 'POST' })).status
    expect(await asked('another-token-of-16')).toBe(404)
    expect(await asked(`${TOKEN}?status=fine`)).toBe(400)
    expect(await stateOf(pulse)).toEqual([undefined, undefined])
    expect(await asked(`${TOKEN}?status=down&message=no%20tape`)).toBe(200)
    expect(await stateOf(pulse)).toEqual(['down', 'no tape'])
    expect(await asked(TOKEN)).toBe(200)
    expect(await stateOf(pulse)).toEqual(['up', undefined])
  })
})
