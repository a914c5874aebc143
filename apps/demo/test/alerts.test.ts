import { createHmac } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { ref, Secret } from 'heartwood'
import { useTestKernel } from 'heartwood/testing/vitest'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Alert } from '../src/alerts/alert.js'
import { Outbox } from '../src/alerts/outbox.js'
import { AlertPolicy } from '../src/alerts/policy.js'
import { type SinkSettings, sinksOf } from '../src/alerts/sinks.js'
import { maintenanceOf, maintenanceSchema } from '../src/maintenance.js'
import type { Change, TargetState } from '../src/verdict.js'
import * as names from '../src/workers/names.js'
import { PubSub } from '../src/workers/pub-sub.js'
import { INTERVAL, PulseUnderTest } from './pulse-under-test.js'

const MINUTE = 60_000
const DAY = 86_400_000

describe('what is worth an alert', () => {
  const change = (to: TargetState, at: number, more: Partial<Change> = {}): Change => {
    return { target: 'shop', from: 'pending', to, at, ...more }
  }
  const texts = (alerts: (Alert | undefined)[]) => alerts.map((alert) => alert?.text)

  it('is trouble when it begins, and its end if it was told', () => {
    const policy = new AlertPolicy([])
    expect(
      texts([
        policy.change(change('up', 0)),
        policy.change(change('down', 1, { reason: 'connection refused' })),
        policy.change(change('up', 2)),
        policy.change(change('slow', 3, { reason: 'took 900 ms' })),
        policy.change(change('up', 4)),
      ]),
    ).toEqual([
      undefined,
      'shop is down: connection refused',
      'shop is up again',
      'shop is slow: took 900 ms',
      'shop is up again',
    ])
  })

  it('is that a target flaps, and not its every change', () => {
    const policy = new AlertPolicy([])
    const flapping = { target: 'shop', state: 'up', at: 1 } as const
    expect(
      texts([
        policy.flapping({ ...flapping, flapping: true }),
        policy.change(change('down', 2, { flapping: true })),
        policy.flapping({ ...flapping, flapping: false }),
        policy.change(change('up', 3)),
      ]),
    ).toEqual(['shop goes up and down all the time', undefined, 'shop is steady again: up', undefined])
  })

  it('is nothing in a maintenance window, but what lasts beyond it', () => {
    const window = maintenanceSchema.parse({ from: '2027-01-01T00:00:00Z', to: '2027-01-01T01:00:00Z' })
    const start = Date.parse('2027-01-01T00:00:00Z')
    const policy = new AlertPolicy([window])
    expect(policy.change(change('down', start + MINUTE))).toBeUndefined()
    expect(policy.checked('shop', start + 59 * MINUTE)).toBeUndefined()
    expect(policy.checked('shop', start + 60 * MINUTE)?.text).toBe('shop is down')
    expect(policy.checked('shop', start + 61 * MINUTE)).toBeUndefined()

    const mended = new AlertPolicy([window])
    mended.change(change('down', start + MINUTE))
    mended.change(change('up', start + 2 * MINUTE))
    expect(mended.checked('shop', start + 60 * MINUTE)).toBeUndefined()
  })

  it('is a certificate that ends soon, once a day', () => {
    const policy = new AlertPolicy([])
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
  it('keeps an alert until the sink has delivered it, and drops the oldest of too many', () => {
    const outbox = new Outbox()
    const alert = (n: number): Alert => ({ id: String(n), kind: 'down', target: 'x', at: n, text: '' })
    const lost: string[] = []
    for (let n = 0; n < 1_002; n++) lost.push(...outbox.add(alert(n), ['a']))
    expect(outbox.next('a')?.id).toBe('2')
    expect(lost).toEqual(['a', 'a'])
    outbox.delivered('a', alert(99))
    expect(outbox.next('a')?.id).toBe('2')
    outbox.delivered('a', alert(2))
    expect([outbox.next('a')?.id, outbox.waiting('a'), outbox.recent.length]).toEqual(['3', 999, 50])
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
