import { createHmac } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ref, Secret } from 'heartwood'
import { useTestKernel } from 'heartwood/testing/vitest'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Alert } from '../src/alerts/alert.js'
import { Outbox } from '../src/alerts/outbox.js'
import { AlertPolicy } from '../src/alerts/policy.js'
import { serviceOf } from '../src/alerts/services.js'
import { type SinkSettings, sinksOf } from '../src/alerts/sinks.js'
import type { CheckResult } from '../src/checks/check.js'
import { Journal } from '../src/journal.js'
import { maintenanceOf, maintenanceSchema } from '../src/maintenance.js'
import { SqliteStore } from '../src/store/index.js'
import type { Standing, TargetState } from '../src/verdict.js'
import * as names from '../src/workers/names.js'
import { PubSub } from '../src/workers/pub-sub.js'
import { FakeNet } from './fake-net.js'
import { INTERVAL, PulseUnderTest } from './pulse-under-test.js'

const MINUTE = 60_000
const DAY = 86_400_000

describe('what is worth an alert', () => {
  /** A target whose every call is another standing. */
  function target(): (state: TargetState, at: number, more?: Partial<Standing>) => Standing {
    let turn = 0
    return (state, since, more = {}) => {
      turn += 1
      return { target: 'shop', state, since, flapping: false, turn, changes: 0, ...more }
    }
  }
  const told = (policy: AlertPolicy, standings: Standing[]) =>
    standings.map((standing) => policy.judge(standing, standing.since)?.text)

  it('is trouble when it begins, and its end if it was told', () => {
    const is = target()
    const down = is('down', 1, { reason: 'connection refused' })
    expect(
      told(new AlertPolicy({ windows: [] }), [
        is('pending', 0),
        is('up', 0),
        ...[down, down, down],
        is('up', 2),
        is('slow', 3, { reason: 'took 900 ms' }),
        is('up', 4),
      ]),
    ).toEqual([
      undefined,
      undefined,
      ...['shop is down: connection refused', undefined, undefined],
      'shop is up again',
      'shop is slow: took 900 ms',
      'shop is up again',
    ])
  })

  it('is that a target flaps, and not its every change', () => {
    const is = target()
    expect(
      told(new AlertPolicy({ windows: [] }), [
        is('up', 1, { flapping: true }),
        is('down', 2, { flapping: true }),
        is('up', 3),
        is('up', 4),
      ]),
    ).toEqual(['shop goes up and down all the time', undefined, 'shop is steady again: up', undefined])
  })

  it('is nothing in a maintenance window, but what lasts beyond it', () => {
    const window = maintenanceSchema.parse({ from: '2027-01-01T00:00:00Z', to: '2027-01-01T01:00:00Z' })
    const start = Date.parse('2027-01-01T00:00:00Z')
    const policy = new AlertPolicy({ windows: [window] })
    const is = target()
    const down = is('down', start + MINUTE)
    expect(policy.judge(down, start + MINUTE)).toBeUndefined()
    expect(policy.judge(down, start + 59 * MINUTE)).toBeUndefined()
    expect(policy.judge(down, start + 60 * MINUTE)?.text).toBe('shop is down')
    expect(policy.judge(down, start + 61 * MINUTE)).toBeUndefined()

    const mended = new AlertPolicy({ windows: [window] })
    mended.judge(down, start + MINUTE)
    expect(mended.judge(is('up', start + 2 * MINUTE), start + 2 * MINUTE)).toBeUndefined()
    expect(mended.judge(is('up', start + 2 * MINUTE), start + 60 * MINUTE)).toBeUndefined()
  })

  it('goes by what was told and not by what was missed: a next policy with its memory goes on', () => {
    const memory = new Map<string, unknown>()
    const is = target()
    const down = is('down', 1)
    const first = new AlertPolicy({ windows: [] }, memory).judge(down, 1)
    expect(new AlertPolicy({ windows: [] }, memory).judge(down, 2)).toBeUndefined()
    expect(new AlertPolicy({ windows: [] }, memory).judge(is('up', 3), 3)?.text).toBe('shop is up again')
    // Who was killed before anything was noted tells the same once more, under the same id.
    expect(new AlertPolicy({ windows: [] }).judge(down, 5)).toEqual(first)
  })

  it('is a certificate that ends soon, once a day', () => {
    const policy = new AlertPolicy({ windows: [] })
    const seen = (at: number) => policy.certificate({ target: 'shop', validTo: 10 * DAY, at }, 3)?.text
    expect([seen(0), seen(7 * DAY), seen(7 * DAY + MINUTE), seen(8 * DAY), seen(11 * DAY)]).toEqual([
      undefined,
      'the TLS certificate of shop expires in 3 days',
      undefined,
      'the TLS certificate of shop expires in 2 days',
      'the TLS certificate of shop has expired',
    ])
  })
})

describe('a maintenance window', () => {
  const open = (window: unknown, at: string, target = 'shop') =>
    maintenanceOf([maintenanceSchema.parse(window)], target, Date.parse(at)) !== undefined

  it('can be once, for all targets or some', () => {
    const once = { targets: ['shop'], from: '2027-01-31T22:00:00+01:00', to: '2027-01-31T23:00:00+01:00' }
    expect(open(once, '2027-01-31T20:59:59Z')).toBe(false)
    expect(open(once, '2027-01-31T21:00:00Z')).toBe(true)
    expect(open(once, '2027-01-31T22:00:00Z')).toBe(false)
    expect(open(once, '2027-01-31T21:30:00Z', 'forum')).toBe(false)
  })

  it('can come every week, also over midnight and the end of the week', () => {
    const weekly = { weekly: 'sat 23:30', minutes: 60 }
    expect(open(weekly, '2027-01-02T23:29:59Z')).toBe(false)
    expect(open(weekly, '2027-01-02T23:30:00Z')).toBe(true)
    expect(open(weekly, '2027-01-03T00:29:59Z')).toBe(true)
    expect(open(weekly, '2027-01-03T00:30:00Z')).toBe(false)
    expect(open(weekly, '2027-01-10T00:00:00Z')).toBe(true)
  })
})

describe('a sink', () => {
  const alert: Alert = { id: '7-1', kind: 'down', target: 'shop', at: 0, text: 'shop is down' }
  const none: SinkSettings = { stdout: false, webhooks: [] }
  const signal = new AbortController().signal
  const noFetch: typeof fetch = () => Promise.reject(new Error('no network here'))

  it('can be the standard output: a line of JSON', async () => {
    const lines: string[] = []
    const tools = { fetch: noFetch, write: (line: string) => void lines.push(line) }
    const [sink] = sinksOf({ ...none, stdout: true }, tools)
    await sink?.deliver(alert, signal)
    expect(lines).toEqual([`${JSON.stringify({ alert })}\n`])
  })

  it('can be a webhook: the alert as JSON, signed', async () => {
    const sent: { url: string; init: RequestInit }[] = []
    const fetcher: typeof fetch = async (url, init = {}) => {
      sent.push({ url: String(url), init })
      return new Response(null, { status: sent.length === 1 ? 204 : 500 })
    }
    const settings = {
      ...none,
      webhooks: [new Secret('https://chat.example/hook')],
      webhookSecret: new Secret('a secret'),
    }
    const [sink] = sinksOf(settings, { fetch: fetcher, write: () => {} })
    await sink?.deliver(alert, signal)
    const { headers, body, method } = sent[0]?.init ?? {}
    expect([sent[0]?.url, method, body]).toEqual(['https://chat.example/hook', 'POST', JSON.stringify(alert)])
    const signature = createHmac('sha256', 'a secret').update(String(body)).digest('hex')
    expect(headers).toMatchObject({ 'x-pulse-signature': `sha256=${signature}` })
    await expect(sink?.deliver(alert, signal)).rejects.toThrow('chat.example answered 500')
  })

  it('whose address has a user and a password in it is told who asks in a header', async () => {
    const sent: unknown[] = []
    const fetcher: typeof fetch = async (url, init = {}) => {
      sent.push([new Request(url, init).url, new Headers(init.headers).get('authorization')])
      return new Response(null, { status: 204 })
    }
    const service = serviceOf('ntfy:https://ada:hunter2@ntfy.example/topic')
    const webhooks = [new Secret('https://ada:hunter2@chat.example/hook')]
    const settings = { ...none, webhooks, services: service === undefined ? [] : [service] }
    for (const sink of sinksOf(settings, { fetch: fetcher, write: () => {} }))
      await sink.deliver(alert, signal)
    const basic = `Basic ${Buffer.from('ada:hunter2').toString('base64')}`
    expect(sent).toEqual([
      ['https://chat.example/hook', basic],
      ['https://ntfy.example/topic', basic],
    ])
  })

  it('can be a mailbox: an SMTP server gets the letter', async () => {
    const server = await smtpServer()
    const smtp = {
      url: new Secret(server.url),
      from: 'pulse@shop.example',
      to: ['ada@shop.example', 'bob@shop.example'],
    }
    const [sink] = sinksOf({ ...none, smtp }, { fetch: noFetch, write: () => {} })
    await sink?.deliver(alert, signal)
    expect(server.recipients).toEqual(['<ada@shop.example>', '<bob@shop.example>'])
    expect(server.letter()).toContain('Subject: [Pulse] shop is down')
    server.refuse()
    await expect(sink?.deliver(alert, signal)).rejects.toThrow()
  })
})

describe('the outbox', () => {
  const alert = (n: number): Alert => ({ id: String(n), kind: 'down', target: 'x', at: n, text: '' })

  it('keeps an alert until the sink has delivered it, and drops the oldest of too many', () => {
    const outbox = new Outbox()
    const lost: string[] = []
    for (let n = 0; n < 10_002; n++) lost.push(...outbox.add(alert(n), ['a']))
    expect(outbox.next('a')?.id).toBe('2')
    expect(lost).toEqual(['a', 'a'])
    // It was on its way when it was dropped.
    outbox.delivered('a', alert(0))
    expect([outbox.next('a')?.id, outbox.waiting('a')]).toEqual(['2', 10_000])
    outbox.delivered('a', alert(2))
    expect([outbox.next('a')?.id, outbox.waiting('a'), outbox.recent.length]).toEqual(['3', 9_999, 50])
  })

  it('passes over what may not be told yet', () => {
    const outbox = new Outbox()
    for (const n of [1, 2, 3]) outbox.add(alert(n), ['a'])
    expect(outbox.next('a', ({ id }) => id !== '1')?.id).toBe('2')
    outbox.delivered('a', alert(2))
    expect([outbox.next('a')?.id, outbox.next('a', ({ id }) => id !== '1')?.id]).toEqual(['1', '3'])
  })

  it('takes the same alert once', () => {
    const outbox = new Outbox()
    outbox.add(alert(1), ['a'])
    outbox.add(alert(1), ['a', 'b'])
    expect([outbox.waiting('a'), outbox.waiting('b'), outbox.recent.length]).toEqual([1, 1, 1])
  })

  it('is there in the next run as it was, in its order; what waits for a sink that is gone is given up', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pulse-outbox-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const run = () => {
      const journal = new Journal()
      onTestFinished(() => journal[Symbol.dispose]())
      journal.open(folder)
      return { journal, outbox: new Outbox(journal) }
    }
    const first = run()
    for (let n = 0; n < 60; n++) first.outbox.add(alert(n), ['a', 'b'])
    first.outbox.delivered('a', alert(0))
    first.journal.commit()
    const { outbox } = run()
    expect([outbox.next('a')?.id, outbox.next('b')?.id]).toEqual(['1', '0'])
    expect(outbox.recent.map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_, n) => String(59 - n)))
    expect([...outbox.keepOnly(['b'])]).toEqual([['a', 59]])
    expect(outbox.next('a')).toBeUndefined()
  })
})

describe('Pulse alerts', () => {
  useTestKernel()
  let pulse: PulseUnderTest
  const TARGETS = ['a', 'b']
  const fail = () => new Response('', { status: 500 })

  /** The texts that a host of the test's network was sent. */
  function hook(host: string): string[] {
    const texts: string[] = []
    pulse.net.bodies.set(host, (body) => texts.push((JSON.parse(body) as Alert).text))
    return texts
  }

  async function boot(more: object = {}): Promise<void> {
    pulse = await PulseUnderTest.boot({ targets: TARGETS, webhooks: ['http://one/', 'http://two/'], ...more })
  }

  it('each sink, once, of what goes down and comes back', async () => {
    await boot()
    const [one, two] = [hook('one'), hook('two')]
    await pulse.advance(INTERVAL)
    pulse.net.answers.set('a', fail)
    await pulse.advance(3 * INTERVAL)
    pulse.net.answers.delete('a')
    await pulse.advance(2 * INTERVAL)
    expect(one).toEqual(['a is down: answered 500, expected 200', 'a is up again'])
    expect(two).toEqual(one)
  })

  it('a sink that is away later, without losing an alert, and the other sink at once', async () => {
    await boot()
    const [one, two] = [hook('one'), hook('two')]
    await pulse.advance(INTERVAL)
    pulse.net.answers.set('one', fail)
    pulse.net.answers.set('a', fail)
    await pulse.advance(20 * INTERVAL)
    expect(two).toEqual(['a is down: answered 500, expected 200'])
    const tries = pulse.net.count('one')
    expect(tries).toBeGreaterThan(2)
    // Longer and longer waits: a sink that is away is not hammered.
    expect(tries).toBeLessThan(12)
    one.length = 0
    pulse.net.answers.delete('one')
    await pulse.advance(61 * INTERVAL)
    expect(one).toEqual(['a is down: answered 500, expected 200'])
    expect(pulse.kernel.whereis(names.ALERTER)).toBeDefined()
  })

  it('each sink by itself when many fail: none is posted to more often for it, and a slow one is left to finish', async () => {
    const failing = Array.from({ length: 25 }, (_, n) => `away-${n}`)
    await boot({ targets: ['a', 'b', 'c'], webhooks: ['slow', ...failing].map((host) => `http://${host}/`) })
    const slow = hook('slow')
    pulse.net.answers.set('slow', () => pulse.net.after(pulse.kernel.clock, 5_000))
    for (const host of failing) pulse.net.answers.set(host, fail)
    await pulse.advance(INTERVAL)
    const supervisor = pulse.pid(names.ALERT_SINKS)
    for (const name of ['a', 'b', 'c']) pulse.net.answers.set(name, fail)
    await pulse.advance(31 * INTERVAL)
    expect([...slow].sort()).toEqual(
      ['a', 'b', 'c'].map((name) => `${name} is down: answered 500, expected 200`),
    )
    // After 1, 2, 4, 8 and 16 s.
    for (const host of failing) expect([host, pulse.net.count(host)]).toEqual([host, 5])
    expect(pulse.pid(names.ALERT_SINKS)).toBe(supervisor)
  })

  it('a sink that is away no sooner because more happens meanwhile', async () => {
    await boot()
    pulse.net.answers.set('one', fail)
    await pulse.advance(INTERVAL)
    for (let turn = 0; turn < 15; turn++) {
      pulse.net.answers.set('a', fail)
      await pulse.advance(INTERVAL)
      pulse.net.answers.delete('a')
      await pulse.advance(INTERVAL)
    }
    expect(pulse.net.count('two')).toBeGreaterThan(3)
    expect(pulse.net.count('one')).toBeLessThan(7)
  })

  it('once, where Pulse is stopped over the delivery: that ends first', async () => {
    const dataFolder = mkdtempSync(join(tmpdir(), 'pulse-alerts-'))
    onTestFinished(() => rmSync(dataFolder, { recursive: true }))
    await boot({ dataFolder })
    const one = hook('one')
    pulse.net.answers.set('one', () => pulse.net.after(pulse.kernel.clock, 3_000))
    await pulse.advance(INTERVAL)
    for (const name of TARGETS) pulse.net.answers.set(name, fail)
    await pulse.advance(2 * INTERVAL)
    expect(one).toHaveLength(1)
    await pulse.stop()
    const { net } = pulse
    await boot({ dataFolder, net })
    await pulse.advance(5 * INTERVAL)
    // The other one had to wait for it, and is told after the next start.
    expect([...one].sort()).toEqual(TARGETS.map((name) => `${name} is down: answered 500, expected 200`))
  })

  it('nobody in a maintenance window', async () => {
    await boot({
      maintenance: [
        maintenanceSchema.parse({ targets: ['a'], from: '1970-01-01T00:00:00Z', to: '2200-01-01T00:00:00Z' }),
      ],
    })
    const one = hook('one')
    await pulse.advance(INTERVAL)
    pulse.net.answers.set('a', fail)
    pulse.net.answers.set('b', fail)
    await pulse.advance(3 * INTERVAL)
    expect(one).toEqual(['b is down: answered 500, expected 200'])
    const { targets, counts } = (await (await fetch(`${pulse.url}api/status`)).json()) as {
      readonly targets: readonly { readonly name: string; readonly state: string; readonly metrics: object }[]
      readonly counts: object
    }
    expect(targets[0]).toMatchObject({ name: 'a', state: 'maintenance', metrics: { count: 0 } })
    expect(counts).toEqual({ up: 0, slow: 0, down: 1, pending: 0, maintenance: 1 })
  })

  it('of a slow target, and waits for as many checks as were asked for', async () => {
    await boot({ fields: { confirm: 3, slow: 100 } })
    const one = hook('one')
    await pulse.advance(INTERVAL)
    pulse.net.answers.set('a', fail)
    await pulse.advance(2 * INTERVAL)
    pulse.net.answers.delete('a')
    await pulse.advance(2 * INTERVAL)
    expect(one).toEqual([])
    pulse.net.answers.set('a', () => pulse.net.after(pulse.kernel.clock, 150))
    await pulse.advance(5 * INTERVAL)
    expect(one).toEqual(['a is slow: took 150 ms'])
  })

  it('nothing twice and misses nothing when any worker between the check and the sink is crashed', async () => {
    for (const worker of [
      names.STATUS_COLLECTOR,
      names.ALERTER,
      names.PUB_SUB,
      names.alertSinkName('webhook-1'),
    ]) {
      await boot()
      const one = hook('one')
      await pulse.advance(INTERVAL)
      pulse.net.answers.set('a', fail)
      await pulse.advance(2 * INTERVAL)
      await pulse.crash(worker, 'cast')
      await pulse.advance(3 * INTERVAL)
      expect(one).toEqual(['a is down: answered 500, expected 200'])
      pulse.net.answers.delete('a')
      await pulse.crash(worker, 'call')
      await pulse.advance(4 * INTERVAL)
      expect(one).toEqual(['a is down: answered 500, expected 200', 'a is up again'])
      await pulse.stop()
    }
  })

  it('after a restart of Pulse what is over by then, and not again what lasts', async () => {
    const dataFolder = mkdtempSync(join(tmpdir(), 'pulse-alerts-'))
    onTestFinished(() => rmSync(dataFolder, { recursive: true }))
    await boot({ dataFolder })
    const ids: string[] = []
    pulse.net.bodies.set('one', (body) => ids.push((JSON.parse(body) as Alert).id))
    for (const name of TARGETS) pulse.net.answers.set(name, fail)
    pulse.net.answers.set('two', fail)
    await pulse.advance(3 * INTERVAL)
    expect(ids).toHaveLength(2)
    const changes = await pulse
      .asOperator('api/status')
      .then((status) => (status as { changes: unknown[] }).changes)
    await pulse.stop()
    expect(
      pulse.kernel
        .reportsOf('alert')
        .map(({ message }) => message)
        .slice(-1),
    ).toEqual(['alerts that wait for webhook-2: 2; they go out after the next start'])

    const net = new FakeNet()
    net.answers.set('a', fail)
    const [one, two]: string[][] = [[], []]
    net.bodies.set('one', (body) => one?.push((JSON.parse(body) as Alert).text))
    net.bodies.set('two', (body) => two?.push((JSON.parse(body) as Alert).text))
    await boot({ dataFolder, net })
    expect(((await pulse.asOperator('api/status')) as { changes: unknown[] }).changes).toEqual([
      { target: 'b', from: 'down', to: 'up', at: expect.any(Number) },
      ...changes,
    ])
    await pulse.advance(3 * INTERVAL)
    expect(one).toEqual(['b is up again'])
    expect([...(two ?? [])].sort()).toEqual([
      'a is down: answered 500, expected 200',
      'b is down: answered 500, expected 200',
      'b is up again',
    ])
  })

  it('of what was concluded before a kill and told nobody, though it is over by then', async () => {
    const dataFolder = mkdtempSync(join(tmpdir(), 'pulse-alerts-'))
    onTestFinished(() => rmSync(dataFolder, { recursive: true }))
    const journal = new Journal()
    journal.open(dataFolder)
    const down = { state: 'down', since: 5, reason: 'it burns', flapping: false, turn: 2, changes: 1, at: 5 }
    for (const target of ['a', 'gone']) journal.set(`verdict/${target}`, { target, ...down })
    journal.commit()
    journal[Symbol.dispose]()
    const net = new FakeNet()
    const one: string[] = []
    net.bodies.set('one', (body) => one.push((JSON.parse(body) as Alert).text))
    await boot({ dataFolder, net })
    await pulse.advance(3 * INTERVAL)
    expect(one).toEqual(['a is down: it burns', 'a is up again'])
    // It was told now, and is not again.
    await pulse.crash(names.ALERTER, 'cast')
    await pulse.advance(3 * INTERVAL)
    expect(one).toHaveLength(2)
  })

  it('of nothing later than it is stored: what was concluded is on the disk before the check is in the database', async () => {
    const dataFolder = mkdtempSync(join(tmpdir(), 'pulse-alerts-'))
    onTestFinished(() => rmSync(dataFolder, { recursive: true }))
    const missing: CheckResult[] = []
    class Watched extends SqliteStore {
      override append(results: readonly CheckResult[]): Promise<readonly string[]> {
        const noted = readFileSync(join(dataFolder, 'pulse.journal'), 'utf8')
        for (const result of results) {
          const conclusion = `["verdict/${result.target}",`
          const isNoted = noted
            .split('\n')
            .some((line) => line.startsWith(conclusion) && line.includes('"down"'))
          if (!result.up && !isNoted) missing.push(result)
        }
        return super.append(results)
      }
    }
    const given = [...'abcdefghij'].map((name, n) => ({
      name,
      url: `http://${name}/`,
      interval: 400 + 70 * n,
    }))
    await boot({ dataFolder, targets: undefined, given, webhooks: [], store: new Watched(dataFolder) })
    await pulse.advance(INTERVAL)
    for (const { name } of given) pulse.net.answers.set(name, fail)
    await pulse.advance(3 * INTERVAL)
    expect(missing).toEqual([])
  })

  it('once that Pulse itself cannot check, and of no target that is not to blame', async () => {
    await boot()
    const one = hook('one')
    const kinds: string[] = []
    pulse.net.bodies.set('two', (body) => kinds.push((JSON.parse(body) as Alert).kind))
    await pulse.advance(INTERVAL)
    const noFiles = () => {
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'EMFILE' }) })
    }
    for (const name of TARGETS) pulse.net.answers.set(name, noFiles)
    await pulse.advance(30 * INTERVAL)
    expect(one).toEqual(['Pulse itself cannot check: too many open files'])
    const status = (await pulse.asOperator('api/status')) as { counts: unknown }
    expect(status.counts).toEqual({ up: 2, slow: 0, down: 0, pending: 0, maintenance: 0 })
    const ready = await fetch(`${pulse.url}readyz`)
    expect([ready.status, await ready.text()]).toEqual([503, expect.stringContaining('too many open files')])
    for (const name of TARGETS) pulse.net.answers.delete(name)
    await pulse.advance(90 * INTERVAL)
    expect(one).toEqual(['Pulse itself cannot check: too many open files', 'Pulse itself can check again'])
    expect(kinds).toEqual(['trouble', 'recovered'])
  })

  it('on with the work when the alerter or a sink is crashed', async () => {
    await boot()
    const one = hook('one')
    await pulse.advance(INTERVAL)
    await pulse.crash(names.ALERTER, 'cast')
    await pulse.run(() =>
      ref(PubSub).cast.publish({ kind: 'certificate', seen: { target: 'a', validTo: 0, at: DAY }, days: 14 }),
    )
    await pulse.advance(1)
    expect(one).toEqual(['the TLS certificate of a has expired'])
    const sink = pulse.pid(names.alertSinkName('webhook-1'))
    await pulse.run(() => pulse.kernel.exit(sink, 'kill'))
    pulse.net.answers.set('a', fail)
    await pulse.advance(5 * INTERVAL)
    expect(one).toHaveLength(2)
  })
})

/** An SMTP server that takes any letter, and after `refuse` none. */
async function smtpServer() {
  const recipients: string[] = []
  let letter = ''
  let refusing = false
  const server = createServer((socket) => {
    let inLetter = false
    socket.write('220 ready\r\n')
    socket.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\r\n').filter((part) => part !== '')) {
        if (inLetter) {
          if (line === '.') {
            inLetter = false
            socket.write('250 taken\r\n')
          } else letter += `${line}\n`
        } else if (refusing) socket.write('421 not now\r\n')
        else if (line === 'DATA') {
          inLetter = true
          socket.write('354 go on\r\n')
        } else {
          const to = /^RCPT TO:(\S+)/.exec(line)?.[1]
          if (to !== undefined) recipients.push(to)
          socket.write(line === 'QUIT' ? '221 bye\r\n' : '250 fine\r\n')
        }
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const url = `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, recipients, letter: () => letter, refuse: () => (refusing = true) }
}
