import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { HealthReport } from 'heartwood'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { Alert } from '../src/alerts/alert.js'
import type { CheckResult } from '../src/checks/check.js'
import { Incidents } from '../src/incidents.js'
import { Journal } from '../src/journal.js'
import { SlidingWindow } from '../src/metrics.js'
import { DAY, HOUR } from '../src/store/index.js'
import type { OperatorAccess } from '../src/web/access.js'
import { observerFor } from '../src/web/observer.js'
import { fragments } from '../src/web/page.js'
import type {
  Crash,
  InstanceView,
  Snapshot,
  StateCounts,
  TargetDetail,
  TargetView,
  WebPorts,
} from '../src/web/ports.js'
import { Unavailable } from '../src/web/ports.js'
import { encode } from '../src/web/readers.js'
import { createWeb, type Web } from '../src/web/server.js'
import { sparkline } from '../src/web/sparkline.js'
import { formatDuration, formatLatency, formatShare } from '../src/web/units.js'
import { type Uptime, uptimeOf } from '../src/web/uptime.js'
import { EventReader } from './event-reader.js'

const token = 'a-token-of-the-operator'
const OPERATOR: OperatorAccess = { token, hosts: ['status.example'] }
const NOW = 1_700_000_000_000

function view(name: string, more: Partial<TargetView> = {}): TargetView {
  const latest: CheckResult = { target: name, at: NOW - 1000, up: true, latency: 12, status: 200 }
  const recent = [latest]
  const window = new SlidingWindow(60_000, 10)
  for (const result of recent) window.add(result)
  const url = `http://${name}.example/`
  return {
    name,
    url,
    hidden: false,
    state: 'up',
    since: NOW - 180_000,
    metrics: window.summary(NOW),
    recent,
    latest,
    ...more,
  }
}

class FakePulse implements WebPorts {
  targets: TargetView[] = [view('shop'), view('forum', { state: 'down', reason: 'connection refused' })]
  changes: Snapshot['changes'] = [
    { target: 'forum', from: 'up', to: 'down', at: NOW - 5000, reason: 'connection refused' },
  ]
  pids = new Map<string, string | undefined>([
    ['pub-sub', '<0.5>'],
    ['checker:shop', '<0.9>'],
  ])
  crashes: [worker: string, how: Crash][] = []
  time = 0
  stopped = false
  broken: Error | undefined
  report: HealthReport = { live: { ok: true, reasons: [] }, ready: { ok: true, reasons: [] } }
  alerts: Alert[] = [{ id: '1', kind: 'down', target: 'forum', at: NOW - 5000, text: 'forum is down' }]
  /** Those that share the targets. */
  instances: InstanceView[] = []
  /** When there are more targets than are shown. */
  counts: StateCounts | undefined

  incidents = new Incidents(new Journal(() => NOW), () => NOW)
  queries: (string | undefined)[] = []
  async snapshot(_limit?: number, query?: string): Promise<Snapshot> {
    if (this.broken) throw this.broken
    this.queries.push(query)
    const counts = { up: 0, slow: 0, down: 0, pending: 0, maintenance: 0, ...this.counts }
    for (const { state } of this.counts === undefined ? this.targets : []) counts[state] += 1
    return {
      targets: this.targets,
      counts,
      changes: this.changes,
      workers: this.workers(),
      incidents: this.incidents.shown,
      alerts: this.alerts,
      instances: this.instances,
    }
  }
  targetNames(): readonly string[] {
    return this.targets.map((target) => target.name)
  }
  stored: readonly CheckResult[] | undefined = []
  async target(name: string): Promise<TargetDetail | undefined> {
    const target = this.targets.find((each) => each.name === name)
    return target && { target, history: this.stored }
  }
  beats: [token: string, up: boolean, message: string | undefined][] = []
  beat(token: string, up: boolean, message: string | undefined): boolean {
    this.beats.push([token, up, message])
    return token === 'the-token-of-shop'
  }
  async history(target: string, limit: number): Promise<readonly CheckResult[]> {
    const latest = this.targets.find((each) => each.name === target)?.latest
    return latest === undefined ? [] : [latest].slice(-limit)
  }
  workers() {
    return [...this.pids].map(([name, pid]) => ({ name, ...(pid !== undefined && { pid }) }))
  }
  crash(worker: string, how: Crash): void {
    this.crashes.push([worker, how])
  }
  async health(): Promise<HealthReport> {
    return this.report
  }
  wallTime(): number {
    return NOW
  }
  /** Another moment each time, so that nothing is held, unless the test stops it. */
  now(): number {
    if (!this.stopped) this.time += 10_000
    return this.time
  }
  /** Pauses that the test has not ended yet. */
  pauses: (() => void)[] = []
  pause(): Promise<void> {
    return new Promise((resolve) => this.pauses.push(resolve))
  }
  warnings: string[] = []
  warn(message: string): void {
    this.warnings.push(message)
  }
}

let pulse: FakePulse
let web: Web
beforeEach(() => {
  pulse = new FakePulse()
  web = createWeb(pulse, { chaos: true, operator: OPERATOR })
})
afterEach(() => web.app.close())

const stream = () => web.streams.operator
const bearer = { authorization: `Bearer ${token}` }
const get = (url: string) => web.app.inject({ method: 'GET', url, headers: bearer })
const post = (url: string, headers: Record<string, string> = {}) =>
  web.app.inject({ method: 'POST', url, headers: { ...bearer, ...headers } })

describe('the page', () => {
  it('shows every target with its state in a word, its figures and a picture', async () => {
    const { statusCode, headers, body } = await get('/')
    expect(statusCode).toBe(200)
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(body).toContain('<h1>forum is down</h1>')
    expect(body).toMatch(
      /<h3><a href="\/targets\/shop">shop<\/a><\/h3><p class="badge"><svg.*?<\/svg>Up<\/p>/,
    )
    expect(body).toMatch(
      /<h3><a href="\/targets\/forum">forum<\/a><\/h3><p class="badge"><svg.*?<\/svg>Down<\/p>/,
    )
    expect(body).toMatch(/up for <time[^>]*>3 min</)
    expect(body).toContain('connection refused')
    expect(body).toContain('<dt>p95</dt><dd>12 ms</dd>')
    expect(body).toContain('role="img" aria-label="Last 1 checks: 0 failed, slowest answer 12 ms"')
  })

  it('says when everything is up, and when nothing was checked yet', async () => {
    pulse.targets = [view('shop')]
    expect((await get('/')).body).toContain('<h1>Everything is up</h1>')
    pulse.targets = [view('shop', { state: 'pending', recent: [] })]
    expect((await get('/')).body).toContain('<h1>Waiting for 1 first check</h1>')
  })

  it('escapes whatever comes from outside', async () => {
    const evil = `"><script>alert('1')</script>`
    pulse.targets = [view('x', { name: evil, url: `http://x/${evil}`, state: 'down', reason: evil })]
    pulse.changes = [{ target: evil, from: 'up', to: 'down', at: NOW, reason: evil }]
    pulse.pids = new Map([[evil, evil]])
    pulse.alerts = [{ id: evil, kind: 'down', target: evil, at: NOW, text: evil }]
    for (const url of ['/', '/operator']) {
      const { body } = await get(url)
      expect(body).not.toContain(`<script>alert`)
      expect(body).not.toContain(evil)
    }
  })

  it('forbids the browser everything that is not its own', async () => {
    const { headers } = await get('/')
    expect(headers['content-security-policy']).toContain(
      "default-src 'none'; style-src 'self'; script-src 'self'",
    )
    // The search is a form: forbidden, it would do nothing.
    expect(headers['content-security-policy']).toContain("form-action 'self'")
    expect(headers['x-content-type-options']).toBe('nosniff')
    // What the policy forbids does not stand in the page either.
    expect((await get('/')).body).not.toMatch(/ style=| on[a-z]+="|<style|<script(?! src)/)
  })

  it('has its style, script and icon at hand, and asks for them once', async () => {
    for (const [url, type] of [
      ['/pulse.css', 'text/css'],
      ['/pulse.js', 'text/javascript'],
      ['/favicon.svg', 'image/svg+xml'],
    ] as const) {
      const { statusCode, headers } = await get(url)
      expect(statusCode).toBe(200)
      expect(headers['content-type']).toContain(type)
      const again = await web.app.inject({ url, headers: { 'if-none-match': headers.etag as string } })
      expect(again.statusCode).toBe(304)
    }
  })

  it('has no crash buttons where chaos is switched off', async () => {
    expect((await get('/operator')).body).toContain('data-crash')
    const calm = createWeb(pulse, { chaos: false, operator: OPERATOR })
    expect((await calm.app.inject({ url: '/operator', headers: bearer })).body).not.toContain('data-crash')
    expect(
      (await calm.app.inject({ method: 'POST', url: '/api/chaos/crash/pub-sub', headers: bearer }))
        .statusCode,
    ).toBe(403)
    await calm.app.close()
  })
})

describe('the public page and the operator’s view', () => {
  it('differ in the workers, the alerts and the buttons: the public is shown targets only', async () => {
    const open = (await get('/')).body
    expect(open).toContain('>shop</a></h3>')
    for (const secret of ['pub-sub', '&lt;0.5&gt;', 'data-crash', 'id="alerts"']) {
      expect(open).not.toContain(secret)
      expect((await get('/operator')).body).toContain(secret)
    }
  })

  it('show, of many targets, the urgent ones, and count the rest', async () => {
    pulse.counts = { up: 4_998, slow: 1, down: 1, pending: 0, maintenance: 0 }
    const { body } = await get('/')
    expect(body).toContain('Watching 5000 targets')
    expect(body).toContain('And 4998 more targets, less urgent')
  })

  it('name what is special about a target', async () => {
    const certificate = NOW + 5 * 86_400_000
    pulse.targets = [view('shop', { state: 'slow', flapping: true, maintenance: 'new disks', certificate })]
    const { body } = await get('/')
    expect(body).toContain('<h1>shop is slow</h1>')
    for (const note of ['flapping', 'in maintenance: new disks', 'certificate ends in 5 d']) {
      expect(body).toContain(`<span class="note">${note}`)
    }
  })

  const guarded = ['/operator', '/api/operator/events', '/api/workers', '/api/alerts']
  const asked = (
    access: OperatorAccess,
    url: string,
    authorization?: string,
    method: 'GET' | 'POST' = 'GET',
  ) => {
    const other = createWeb(pulse, { chaos: true, operator: access })
    onTestFinished(() => other.app.close())
    return other.app.inject({ method, url, headers: authorization === undefined ? {} : { authorization } })
  }

  it('ask for the token where there is one: as a password or as a bearer', async () => {
    const password = Buffer.from(`anyone:${token}`).toString('base64')
    for (const url of guarded) {
      const refused = await asked(OPERATOR, url)
      expect([refused.statusCode, refused.headers['www-authenticate']]).toEqual([
        401,
        'Basic realm="Pulse operator", charset="UTF-8"',
      ])
      if (url.endsWith('/events')) continue
      expect((await asked(OPERATOR, url, `Bearer ${token}`)).statusCode).toBe(200)
      expect((await asked(OPERATOR, url, `Basic ${password}`)).statusCode).toBe(200)
    }
    const crash = '/api/chaos/crash/pub-sub'
    expect((await asked(OPERATOR, crash, undefined, 'POST')).statusCode).toBe(401)
    expect((await asked(OPERATOR, crash, `Bearer ${token}`, 'POST')).statusCode).toBe(202)
    expect((await asked(OPERATOR, '/')).statusCode).toBe(200)
  })

  it('are closed, but for the public page, on an open address without a token', async () => {
    for (const url of guarded) expect((await asked('closed', url)).statusCode).toBe(403)
    expect((await asked('closed', '/')).statusCode).toBe(200)
    expect((await asked('closed', '/api/status')).statusCode).toBe(200)
  })
})

describe('who is the operator', () => {
  const crash = '/api/chaos/crash/pub-sub'
  const asked = (headers: Record<string, string>, method: 'GET' | 'POST' = 'GET', url = '/operator') =>
    web.app.inject({ method, url: method === 'POST' ? crash : url, headers: { ...bearer, ...headers } })

  it('is nobody without the token, wherever the request comes from: a proxy may stand on this machine', async () => {
    for (const headers of [{}, { 'x-forwarded-for': '203.0.113.9' }]) {
      expect((await web.app.inject({ url: '/operator', headers })).statusCode).toBe(401)
      expect((await web.app.inject({ method: 'POST', url: crash, headers })).statusCode).toBe(401)
    }
    expect(pulse.crashes).toEqual([])
  })

  it('is not asked for under a name that is not ours: a site may have its name lead here', async () => {
    const foreign = await asked({ host: 'evil.example:4000' })
    expect(foreign.statusCode).toBe(403)
    expect(foreign.json().error).toMatch(/"evil\.example:4000"; PULSE_HOSTS/)
    for (const host of ['127.0.0.1:4000', '[::1]:4000', 'localhost', '192.0.2.7', 'status.example:443']) {
      expect((await asked({ host })).statusCode).toBe(200)
    }
  })

  it('does not act for a page of another site, but may follow a link from it', async () => {
    const host = 'localhost:4000'
    const site = 'sec-fetch-site'
    expect((await asked({ host, [site]: 'cross-site' }, 'POST')).statusCode).toBe(403)
    expect((await asked({ host, [site]: 'same-site' }, 'POST')).statusCode).toBe(403)
    expect((await asked({ host, [site]: 'cross-site', 'sec-fetch-mode': 'no-cors' })).statusCode).toBe(403)
    expect((await asked({ host, [site]: 'cross-site', 'sec-fetch-mode': 'navigate' })).statusCode).toBe(200)
    expect((await asked({ host, [site]: 'same-origin', origin: `http://${host}` }, 'POST')).statusCode).toBe(
      202,
    )
    // A proxy that gives its own name to Pulse leaves the origin as it was.
    expect(
      (await asked({ host: '127.0.0.1:4000', origin: 'https://status.example' }, 'POST')).statusCode,
    ).toBe(202)
  })

  it('is slow to find out by trying, and said in the log', async () => {
    const wrong = () => asked({ authorization: 'Bearer another-token-of-an-operator' })
    const tries = Array.from({ length: 5 }, wrong)
    while (pulse.pauses.length < 5) await new Promise((resolve) => setImmediate(resolve))
    const sixth = await wrong()
    expect([sixth.statusCode, sixth.headers['retry-after']]).toEqual([429, '1'])
    expect(pulse.warnings).toEqual([
      'a wrong operator’s token from 127.0.0.1; 1 since the web server started',
    ])
    for (const end of pulse.pauses.splice(0)) end()
    expect((await Promise.all(tries)).map(({ statusCode }) => statusCode)).toEqual([401, 401, 401, 401, 401])
    expect((await asked({})).statusCode).toBe(200)
  })
})

describe('the address of a target', () => {
  it('leads to where it may be shown to lead', async () => {
    pulse.targets = [view('shop', { url: 'http://shop.example/health?…' })]
    expect((await get('/')).body).toContain(
      '<a href="http://shop.example/health" rel="noreferrer">shop.example/health?…</a>',
    )
  })

  it('is not shown to the public where it is hidden', async () => {
    pulse.targets = [view('shop'), view('intranet', { hidden: true })]
    for (const url of ['/', '/api/status']) {
      const { body } = await web.app.inject(url)
      expect(body).toContain('http://shop.example/')
      expect(body).not.toContain('intranet.example')
    }
    expect((await get('/operator')).body).toContain('http://intranet.example/')
  })
})

describe('the API', () => {
  it('GET /api/status tells the whole and every target', async () => {
    expect((await get('/api/status')).json()).toMatchObject({
      state: 'down',
      targets: [
        { name: 'shop', state: 'up', latest: { latency: 12 }, metrics: { p99: 12, availability: 1 } },
        { name: 'forum', state: 'down', reason: 'connection refused' },
      ],
      changes: [{ target: 'forum', to: 'down' }],
    })
  })

  it('GET /api/targets/:name/history gives the stored checks', async () => {
    expect((await get('/api/targets/shop/history?limit=5')).json()).toEqual({
      target: 'shop',
      results: [pulse.targets[0]?.latest],
    })
  })

  it('GET /api/targets/:name/history refuses a limit that is none', async () => {
    const response = await get('/api/targets/shop/history?limit=many')
    expect(response.statusCode).toBe(400)
    expect(response.json()).toEqual({ error: 'limit is "many"; expected 1 to 10000' })
  })

  it('GET /api/targets/:name/history of an unknown target names the known ones', async () => {
    const response = await get('/api/targets/nobody/history')
    expect(response.statusCode).toBe(404)
    expect(response.json()).toEqual({ error: 'no target is named "nobody"', known: ['shop', 'forum'] })
  })

  it('answers however many ask with what was found a moment ago', async () => {
    let snapshots = 0
    const found = pulse.snapshot.bind(pulse)
    pulse.snapshot = () => {
      snapshots += 1
      return found()
    }
    pulse.stopped = true
    await Promise.all(Array.from({ length: 50 }, () => get('/api/status')))
    expect(snapshots).toBe(1)
    pulse.time += 1_000
    await get('/api/status')
    await Promise.all(Array.from({ length: 50 }, () => get('/')))
    expect(snapshots).toBe(3)
  })

  it('reads one history at a time, rests as long as that took, and lets no more than ten wait', async () => {
    pulse.stopped = true
    let reading = 0
    const most: number[] = []
    const ends: (() => void)[] = []
    pulse.history = () => {
      most.push(++reading)
      return new Promise((resolve) => ends.push(() => resolve([])))
    }
    const asked = Array.from({ length: 12 }, () => get('/api/targets/shop/history'))
    const turn = () => new Promise((resolve) => setImmediate(resolve))
    let answered = 0
    for (const each of asked) void each.then(() => answered++)
    while (answered < 2) await turn()
    while (answered < 12) {
      for (const end of ends.splice(0)) {
        reading -= 1
        pulse.time += 7
        end()
      }
      for (const end of pulse.pauses.splice(0)) end()
      await turn()
    }
    expect(Math.max(...most)).toBe(1)
    const codes = (await Promise.all(asked)).map(({ statusCode }) => statusCode)
    expect(codes.filter((code) => code === 503)).toHaveLength(2)
    expect(codes.filter((code) => code === 200)).toHaveLength(10)
  })

  it('GET /api/workers lists names and pids', async () => {
    expect((await get('/api/workers')).json()).toEqual({
      workers: [
        { name: 'pub-sub', pid: '<0.5>' },
        { name: 'checker:shop', pid: '<0.9>' },
      ],
    })
  })

  it('POST /api/chaos/crash/:worker crashes it, by a cast unless told otherwise', async () => {
    const response = await post('/api/chaos/crash/checker%3Ashop')
    expect(response.statusCode).toBe(202)
    expect(response.json()).toEqual({ worker: 'checker:shop', pid: '<0.9>', how: 'cast' })
    await post('/api/chaos/crash/pub-sub?how=timer')
    expect(pulse.crashes).toEqual([
      ['checker:shop', 'cast'],
      ['pub-sub', 'timer'],
    ])
  })

  it('POST /api/chaos/crash/:worker of an unknown worker names the known ones', async () => {
    const response = await post('/api/chaos/crash/nobody')
    expect(response.statusCode).toBe(404)
    expect(response.json()).toEqual({
      error: 'no worker is named "nobody"',
      known: ['pub-sub', 'checker:shop'],
    })
  })

  it('POST /api/chaos/crash/:worker refuses a way it does not know', async () => {
    const response = await post('/api/chaos/crash/pub-sub?how=fire')
    expect(response.statusCode).toBe(400)
    expect(response.json()).toEqual({
      error: 'how is "fire"; expected one of call, cast, timer, init, rejection',
    })
  })

  it.each([
    'https://evil.example',
    'null',
  ])('POST /api/chaos/crash/:worker is refused to a page of %s', async (origin) => {
    expect((await post('/api/chaos/crash/pub-sub', { origin, host: 'localhost:4000' })).statusCode).toBe(403)
    expect(pulse.crashes).toEqual([])
  })

  it('POST /api/chaos/crash/:worker is open to a page of its own', async () => {
    const headers = { origin: 'http://localhost:4000', host: 'localhost:4000' }
    expect((await post('/api/chaos/crash/pub-sub', headers)).statusCode).toBe(202)
  })

  it('answers 503 while a part is being restarted, and 500 with the message when it is at fault itself', async () => {
    pulse.broken = new Unavailable('the collector is restarting')
    expect((await get('/')).statusCode).toBe(503)
    expect((await get('/api/status')).json()).toEqual({ error: 'the collector is restarting' })
    pulse.broken = new Error('oh')
    expect((await get('/api/status')).statusCode).toBe(500)
  })

  it('takes the first of what is asked for twice', async () => {
    expect((await get('/?q=a&q=b')).statusCode).toBe(200)
    expect((await get('/badge/a.svg?period=7d&period=x')).statusCode).not.toBe(500)
    expect((await get('/api/push/nobodys-token?status=up&status=down&message=a&message=b')).statusCode).toBe(
      404,
    )
    expect((await get('/api/targets/a/history?limit=5&limit=6')).statusCode).not.toBe(500)
    expect((await post('/api/chaos/crash/pub-sub?how=cast&how=call')).statusCode).toBe(202)
  })

  it('answers 404 in JSON, and a browser with a page', async () => {
    const response = await get('/api/nothing')
    expect(response.statusCode).toBe(404)
    expect(response.json()).toEqual({ error: 'there is no GET /api/nothing' })
    // Somebody with a browser gets a page, with nothing of the address in it that is not text.
    const headers = { accept: 'text/html,application/xhtml+xml' }
    const page = await web.app.inject({ url: '/targets/<script>', headers })
    expect([page.statusCode, page.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8'])
    expect(page.body).toContain('<h1>There is no such page</h1>')
    expect(page.body).not.toContain('<script>')
  })

  it('tells its health, with the reasons', async () => {
    const well = { ok: true, reasons: [] }
    expect((await get('/healthz')).json()).toEqual(well)
    expect((await get('/readyz')).json()).toEqual(well)
    const ready = { ok: false, reasons: ['the system is stopping'] }
    pulse.report = { live: well, ready }
    expect((await get('/healthz')).statusCode).toBe(200)
    const response = await get('/readyz')
    expect(response.statusCode).toBe(503)
    expect(response.json()).toEqual(ready)
  })

  it('is live always, and ready when all workers are', async () => {
    expect((await get('/health/live')).json()).toEqual({ status: 'live' })
    expect((await get('/health/ready')).statusCode).toBe(200)
    pulse.pids.set('pub-sub', undefined)
    const response = await get('/health/ready')
    expect(response.statusCode).toBe(503)
    expect(response.json()).toEqual({ status: 'starting', missing: ['pub-sub'] })
    // A chat that is away is no reason to take Pulse away.
    pulse.pids.set('pub-sub', '<0.5>')
    pulse.pids.set('alert:webhook-1', undefined)
    expect((await get('/health/ready')).statusCode).toBe(200)
    expect((await get('/health/live')).statusCode).toBe(200)
  })
})

describe('the event stream', () => {
  let events: EventReader
  beforeEach(async () => {
    await web.app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = web.app.server.address() as AddressInfo
    events = await EventReader.open(`http://127.0.0.1:${port}/api/operator/events`, bearer)
  })
  afterEach(() => events.close())

  const refresh = async () => stream().refresh(await web.model('operator'))
  /** The pieces of one refresh. */
  async function pieces(): Promise<{ id: string; html: string }[]> {
    await refresh()
    web.streams.operator.readers.tell(encode('end', null))
    const found = []
    for (let each = await events.next(); each.event !== 'end'; each = await events.next()) {
      if (each.event === 'fragment') found.push(each.data as { id: string; html: string })
    }
    return found
  }

  it('tells what the page shows, and every piece of it', async () => {
    expect(events.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    await refresh()
    expect(await events.next('list')).toEqual({ id: 'targets', items: ['target:shop', 'target:forum'] })
    expect(await events.next('list')).toEqual({
      id: 'workers',
      items: ['worker:pub-sub', 'worker:checker%3Ashop'],
    })
    expect(await events.next('fragment')).toMatchObject({
      id: 'summary',
      html: expect.stringContaining('forum is down'),
    })
  })

  it('goes on with the pieces that have changed, and only with them', async () => {
    await pieces()
    pulse.pids.set('pub-sub', '<0.77>')
    expect(await pieces()).toEqual([{ id: 'worker:pub-sub', html: expect.stringContaining('&lt;0.77&gt;') }])
    expect(await pieces()).toEqual([])
  })

  it('tells the new order, and the new piece alone, when there is a new target', async () => {
    await pieces()
    pulse.targets.unshift(view('blog'))
    await refresh()
    expect(await events.next('list')).toEqual({
      id: 'targets',
      items: ['target:blog', 'target:shop', 'target:forum'],
    })
    expect((await pieces()).map(({ id }) => id)).toEqual(['target:blog', 'uptime:blog', 'summary'])
  })

  it('costs a reader no more than 16 KiB a second, whatever happens: each piece has its turn, what has changed its state first', async () => {
    const recent = Array.from({ length: 60 }, (_, n) => ({ at: n, up: true, latency: n }))
    const all = (latency: number) =>
      Array.from({ length: 60 }, (_, n) =>
        view(`t${n}`, { recent: recent.map((each) => ({ ...each, latency: each.latency + latency })) }),
      )
    pulse.targets = all(0)
    const seen = new Set<string>()
    let turns = 0
    for (; seen.size < 60 && turns < 100; turns++) {
      pulse.targets = all(turns)
      const found = await pieces()
      expect(found.reduce((sum, piece) => sum + encode('fragment', piece).length, 0)).toBeLessThanOrEqual(
        8_192,
      )
      for (const { id } of found) if (id.startsWith('target:')) seen.add(id)
    }
    expect(seen.size).toBe(60)
    pulse.targets = all(999)
    pulse.targets[33] = view('t33', { state: 'down' })
    expect((await pieces()).map(({ id }) => id).slice(0, 2)).toEqual(['summary', 'target:t33'])
  })

  it('brings whoever comes later, too, to what is so now', async () => {
    await pieces()
    const { port } = web.app.server.address() as AddressInfo
    const later = await EventReader.open(`http://127.0.0.1:${port}/api/operator/events`, bearer)
    await refresh()
    expect(await later.next('list')).toMatchObject({ id: 'targets' })
    expect(await later.next('fragment')).toMatchObject({ id: 'summary' })
    later.close()
  })

  it('of programs carries results, changes and stored batches, and no pieces of pages', async () => {
    const { port } = web.app.server.address() as AddressInfo
    const program = await EventReader.open(`http://127.0.0.1:${port}/api/events`)
    await refresh()
    web.feed.publish('result', { target: 'shop', up: true })
    web.feed.publish('stored', { results: [] })
    expect(await program.next()).toEqual({ event: 'result', data: { target: 'shop', up: true } })
    expect(await program.next('stored')).toEqual({ results: [] })
    program.close()
  })

  it('is refused where there are too many, and when the server is about to close', async () => {
    const { port } = web.app.server.address() as AddressInfo
    const url = `http://127.0.0.1:${port}/api/events`
    const readers = await Promise.all(Array.from({ length: 250 }, () => EventReader.open(url)))
    const refused = await fetch(url)
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2'])
    readers[0]?.close()
    while (!web.feed.readers.hasRoom) await new Promise((resolve) => setImmediate(resolve))
    web.endStreams()
    await Promise.all(readers.slice(1).map((reader) => reader.ended()))
    expect((await fetch(url)).status).toBe(503)
  })

  it('forgets a reader that went away', async () => {
    expect(stream().readers.count).toBe(1)
    const gone = new Promise<void>((resolve) =>
      web.app.server.once('connection', (socket) => socket.once('close', () => resolve())),
    )
    const { port } = web.app.server.address() as AddressInfo
    const second = await EventReader.open(`http://127.0.0.1:${port}/api/operator/events`, bearer)
    expect(stream().readers.count).toBe(2)
    second.close()
    await gone
    await new Promise((resolve) => setImmediate(resolve))
    expect(stream().readers.count).toBe(1)
  })

  it('ends when the server closes', async () => {
    await web.app.close()
    await events.ended()
  })
})

describe('the sparkline', () => {
  const result = (up: boolean, latency: number): CheckResult => ({ target: 'x', at: 0, up, latency })

  it('draws stretches of success as lines and failures as bars', () => {
    const svg = sparkline([result(true, 5), result(true, 10), result(false, 1), result(true, 5)]).text
    expect(svg.match(/<polyline/g)).toHaveLength(2)
    expect(svg.match(/<rect/g)).toHaveLength(1)
    expect(svg).toContain('aria-label="Last 4 checks: 1 failed, slowest answer 10 ms"')
  })

  it('does not let one slow answer press all others flat', () => {
    const svg = sparkline([result(true, 900), ...Array.from({ length: 20 }, () => result(true, 9))]).text
    const heights = /polyline class="spark-line" points="([^"]+)"/
      .exec(svg)?.[1]
      ?.split(' ')
      .map((point) => Number(point.split(',')[1]))
    expect(heights?.[0]).toBe(4)
    expect(heights?.[1]).toBeLessThan(40)
    expect(svg).toContain('slowest answer 900 ms')
  })

  it('of failures only has no slowest answer', () => {
    expect(sparkline([result(false, 3)]).text).toContain('aria-label="Last 1 checks: 1 failed"')
  })

  it('of no checks is an empty picture', () => {
    expect(sparkline([]).text).toContain('No checks yet')
  })

  it('shows the last 60', () => {
    const svg = sparkline(Array.from({ length: 100 }, (_, index) => result(true, index))).text
    expect(/polyline class="spark-line" points="([^"]+)"/.exec(svg)?.[1]?.split(' ')).toHaveLength(60)
  })
})

describe('units', () => {
  it('read well', () => {
    expect([undefined, 0.82, 12.4, 999.4, 1240].map(formatLatency)).toEqual([
      '–',
      '0.8 ms',
      '12 ms',
      '999 ms',
      '1.24 s',
    ])
    expect([undefined, 1, 0.99999, 0.5, 0].map(formatShare)).toEqual([
      '–',
      '100 %',
      '99.9 %',
      '50.0 %',
      '0.0 %',
    ])
    expect([-18_000_000, 0, 42_000, 180_000, 18_000_000, 180_000_000].map(formatDuration)).toEqual([
      'moments',
      'moments',
      '42 s',
      '3 min',
      '5 h',
      '2 d',
    ])
  })
})

/** A target that was down for half of an hour of today, and for all of yesterday. */
function uptime(): Uptime {
  const period = (span: number, ago: number, checks: number, up: number) => {
    return { target: 'shop', start: NOW - (NOW % span) - ago * span, checks, up }
  }
  const hours = [period(HOUR, 1, 100, 50), period(HOUR, 0, 100, 100)]
  const days = [period(DAY, 89, 800, 800), period(DAY, 1, 100, 0), period(DAY, 0, 200, 150)]
  return uptimeOf(hours, days, NOW)
}

describe('the uptime of a target', () => {
  it('has its period with it, wherever it stands', async () => {
    pulse.targets = [view('shop', { uptime: uptime() })]
    const { body } = await get('/')
    expect(body).toContain('aria-label="Uptime: 24 h: 75.0 %, 7 d: 50.0 %, 30 d: 50.0 %, 90 d: 86.3 %"')
    expect(body).toContain('<strong>75.0 %</strong> of 24 h')
    expect(body).toContain('<strong>86.3 %</strong> of 90 d')
  })

  it('is a bar for each hour and each day, by how good it was', async () => {
    pulse.targets = [view('shop', { uptime: uptime() })]
    const { body } = await get('/targets/shop')
    const bars = (kind: string, level: string): number => {
      const [, picture = ''] = new RegExp(`<svg class="bars-${kind}".*?>(.*?)</svg>`).exec(body) ?? []
      const [, path = ''] = new RegExp(`class="bar-${level}" d="(.*?)"`).exec(picture) ?? []
      return path.split('M').length - 1
    }
    expect(['full', 'part', 'none', 'empty'].map((level) => bars('hours', level))).toEqual([1, 1, 0, 22])
    expect(['full', 'part', 'none', 'empty'].map((level) => bars('days', level))).toEqual([1, 1, 1, 87])
  })

  it('is a piece of its own in the stream, so that a card costs little', async () => {
    pulse.targets = [view('shop', { uptime: uptime() })]
    const pieces = fragments(await web.model('public'))
    expect(pieces.find(({ id }) => id === 'uptime:shop')?.html.text).toContain('bars-days')
    expect(pieces.find(({ id }) => id === 'target:shop')?.html.text).toContain(
      '<div class="uptime" id="uptime:shop"></div>',
    )
  })

  it('is on a badge, for the period that was asked for', async () => {
    pulse.targets = [view('shop', { uptime: uptime() }), view('<b>', { state: 'down' })]
    const { headers, body } = await get('/badge/shop.svg?period=7d')
    expect(headers['content-type']).toBe('image/svg+xml; charset=utf-8')
    expect(body).toContain('aria-label="shop: up, 50.0 % of 7 d"')
    expect((await get('/badge/%3Cb%3E.svg')).body).toContain('&lt;b&gt;: down')
    expect((await get('/badge/shop.svg?period=1y')).json()).toEqual({
      error: 'period is "1y"; expected one of 24h, 7d, 30d, 90d',
    })
    expect((await get('/badge/nobody.svg')).statusCode).toBe(404)
  })
})

describe('the page of one target', () => {
  it('lists its latest checks, the newest first', async () => {
    const check = (at: number, more: Partial<CheckResult> = {}): CheckResult => {
      return { target: 'shop', at, up: true, latency: 12, status: 200, ...more }
    }
    pulse.stored = [
      check(NOW - 120_000),
      check(NOW - 60_000, { up: false, reason: 'connection <refused>' }),
      check(NOW - 30_000, { up: false, maintenance: true }),
    ]
    const { body } = await get('/targets/shop')
    const rows = [...body.matchAll(/<tr class="is-(\w+)">.*?ago<.*?<td>([^<]*)<\/td><\/tr>/g)]
    expect(rows.map(([, state, why]) => [state, why])).toEqual([
      ['maintenance', 'answered 200'],
      ['down', 'connection &lt;refused&gt;'],
      ['up', 'answered 200'],
    ])
  })

  it('says so while the database is away, and where there is no such target', async () => {
    pulse.stored = undefined
    expect((await get('/targets/shop')).body).toContain('The database is away')
    expect((await get('/targets/nobody')).statusCode).toBe(404)
  })
})

describe('what Prometheus scrapes', () => {
  it('is how each target stands, and what is measured of Pulse, for the operator', async () => {
    pulse.targets = [
      view('shop', { group: 'Shops', certificate: NOW }),
      view('forum', { state: 'down', since: NOW }),
      view('old', { state: 'maintenance', maintenance: 'new disks' }),
    ]
    const measured = createWeb(pulse, { chaos: false, operator: OPERATOR, metrics: () => 'heartwood 1\n' })
    const url = '/metrics'
    const asked = (headers: Record<string, string>) => measured.app.inject({ method: 'GET', url, headers })
    expect((await asked({})).statusCode).toBe(401)
    const { body } = await asked(bearer)
    await measured.app.close()
    const values = body.split('\n').filter((line) => !line.startsWith('#'))
    expect(values).toContain('pulse_target_up{target="shop",group="Shops"} 1')
    expect(values).toContain('pulse_target_up{target="forum",group=""} 0')
    expect(values.filter((line) => line.startsWith('pulse_target_up'))).toHaveLength(2)
    expect(values).toContain('pulse_target_maintenance{target="old",group=""} 1')
    expect(values).toContain('pulse_target_latency_seconds{target="shop",group="Shops"} 0.012')
    expect(values.at(-2)).toBe('heartwood 1')
  })
})

describe('many incidents', () => {
  it('make no endless page: the latest are shown, with their latest words', async () => {
    for (let n = 0; n < 40; n++) {
      const { id } = pulse.incidents.begin({ title: `incident ${n}.`, text: 'x'.repeat(2_000) })
      for (let word = 0; word < 40; word++)
        pulse.incidents.goOn(id, { text: `word ${word}. ${'x'.repeat(1_990)}`, over: false })
    }
    const { body } = await get('/')
    expect(body.length).toBeLessThan(300_000)
    expect(body).toContain('word 39.')
    expect(body).not.toContain('word 5.')
  })
})

describe('an incident', () => {
  const write = (url: string, payload: object, headers: Record<string, string> = bearer) =>
    web.app.inject({ method: 'POST', url, headers, payload })

  it('is told by the operator, goes on and ends, for everybody to read', async () => {
    const begun = await write('/api/incidents', { title: 'Slow <shop>', text: 'We look into it.' })
    expect(begun.statusCode).toBe(201)
    const { id } = begun.json() as { id: string }
    expect((await get('/')).body).toContain('<h2>Slow &lt;shop&gt;</h2>')
    expect((await write(`/api/incidents/${id}`, { text: 'Mended.', over: true })).json()).toMatchObject({
      updates: [{ text: 'We look into it.' }, { text: 'Mended.' }],
      overAt: NOW,
    })
    const { body } = await web.app.inject({ method: 'GET', url: '/api/incidents' })
    expect(JSON.parse(body).incidents).toHaveLength(1)
    expect(fragments(await web.model('public')).find((each) => each.id === 'incidents')?.html.text).toContain(
      'Over',
    )
  })

  it('is nobody else’s to tell, and has to say what it is', async () => {
    expect((await write('/api/incidents', { title: 'x', text: 'x' }, {})).statusCode).toBe(401)
    expect((await write('/api/incidents', { title: '', txt: 'x' })).json()).toEqual({
      error: expect.stringMatching(/title: expected a text of 1 to 120 characters.*unknown key "txt"/),
    })
    expect((await write('/api/incidents/none', { text: 'x' })).statusCode).toBe(404)
    expect((await get('/')).body).toContain('<section id="incidents"></section>')
  })
})

describe('many targets', () => {
  it('are shown group by group, those without one first', async () => {
    const state = 'down' as const
    pulse.targets = [
      view('b', { group: 'Shops', state }),
      view('a'),
      view('c', { group: 'Shops' }),
      view('d', { group: 'Banks' }),
    ]
    const { body } = await get('/')
    const order = [...body.matchAll(/id="(?:target|group):([^"]+)"/g)].map(([, id]) => id)
    expect(order).toEqual(['a', 'Banks', 'd', 'Shops', 'b', 'c'])
    expect(body).toContain('Shops <small>1 of 2 not well</small>')
  })

  it('are searched by what was typed, which is shown as text', async () => {
    pulse.stopped = true
    const { body } = await get(`/?q=${encodeURIComponent('"><script>')}`)
    expect(pulse.queries.at(-1)).toBe('"><script>')
    expect(body).toContain('value="&quot;&gt;&lt;script&gt;"')
    expect(body).toContain('data-refresh="10"')
    expect(body).toContain('2 targets with “&quot;&gt;&lt;script&gt;”, of 2.')
    await get('/?q=')
    expect(pulse.queries.at(-1)).toBeUndefined()
    // The one that is down is not among what was found.
    pulse.targets = [view('shop')]
    pulse.counts = { up: 1, slow: 0, down: 1, pending: 0, maintenance: 0 }
    expect((await get('/?q=shop')).body).toContain('<h1>1 of 2 targets are down</h1>')
  })
})

describe('a target that tells by itself', () => {
  it('needs its token and nothing else', async () => {
    const beat = (path: string) => web.app.inject({ method: 'POST', url: `/api/push/${path}` })
    expect((await beat('the-token-of-shop')).json()).toEqual({ ok: true })
    expect((await beat('the-token-of-shop?status=down&message=full')).statusCode).toBe(200)
    expect((await beat('another')).statusCode).toBe(404)
    expect((await beat('the-token-of-shop?status=odd')).statusCode).toBe(400)
    expect(pulse.beats).toEqual([
      ['the-token-of-shop', true, undefined],
      ['the-token-of-shop', false, 'full'],
      ['another', true, undefined],
    ])
  })
})

describe('the observer', () => {
  it('is told of no request that the gate has refused, and not given the token for it', async () => {
    const handled: unknown[] = []
    const observer = { handle: (request: IncomingMessage) => handled.push(request.headers.authorization) }
    const mounted = createWeb(pulse, { chaos: false, operator: OPERATOR, observer: observer as never })
    const order = mounted.app.inject({
      method: 'POST',
      url: '/observer/api/actions/kill',
      headers: { authorization: 'Bearer not-the-token', 'content-type': 'application/json' },
      payload: { pid: 'web-server' },
    })
    while (pulse.pauses.length === 0) await new Promise((resolve) => setImmediate(resolve))
    pulse.pauses.shift()?.()
    expect((await order).statusCode).toBe(401)
    const foreign = { ...bearer, origin: 'https://evil.example' }
    expect(
      (await mounted.app.inject({ method: 'POST', url: '/observer/api/actions/kill', headers: foreign }))
        .statusCode,
    ).toBe(403)
    expect(handled).toEqual([])
    await mounted.app.close()
  })

  it('looks into Pulse at /observer, for the operator', async () => {
    const observed = async (operator: OperatorAccess, headers: Record<string, string> = {}) => {
      const observer = observerFor(operator)
      const mounted = createWeb(pulse, { chaos: false, operator, observer })
      const answers = []
      for (const url of ['/observer', '/observer/', '/observer/api/overview']) {
        answers.push(await mounted.app.inject({ method: 'GET', url, headers }))
      }
      observer?.close()
      await mounted.app.close()
      return answers
    }
    const [moved, page, overview] = await observed(OPERATOR)
    expect([moved?.statusCode, moved?.headers.location]).toEqual([308, '/observer/'])
    expect(page?.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(overview?.statusCode).toBe(401)
    const password = `Basic ${Buffer.from(`me:${token}`).toString('base64')}`
    for (const authorization of [`Bearer ${token}`, password]) {
      const [, , told] = await observed(OPERATOR, { authorization })
      expect(told?.json()).toMatchObject({ actions: true, reading: 'token' })
    }
    expect((await observed('closed')).map(({ statusCode }) => statusCode)).toEqual([404, 404, 404])
  })
})
