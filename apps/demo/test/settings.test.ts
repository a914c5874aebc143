import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { HeartwoodError, readSettings, Secret } from 'heartwood'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { SERVICES } from '../src/alerts/services.js'
import { ADDRESSES } from '../src/cluster-addresses.js'
import { clusterConfig } from '../src/cluster-config.js'
import { SCHEMA_FILE, schemaText } from '../src/schema.js'
import { loadSettings, operatorAccess, pulseSettings } from '../src/settings.js'
import { WatchListError } from '../src/target-source.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pulse-settings-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const noFetch: typeof fetch = () => Promise.reject(new Error('no network in this test'))

function load(environment: Record<string, string>, fetcher: typeof fetch = noFetch) {
  return loadSettings(environment, { folder, fetch: fetcher })
}

function loadList(list: unknown) {
  writeFileSync(join(folder, 'targets.json'), typeof list === 'string' ? list : JSON.stringify(list))
  return load({ PULSE_TARGETS: 'targets.json' })
}

/** The message of the error that a promise must reject with. */
async function complaint(loading: Promise<unknown>): Promise<string> {
  const error = await loading.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!HeartwoodError.is(error, 'SETTINGS_INVALID')) expect(error).toBeInstanceOf(WatchListError)
  return (error as Error).message
}

/** Who the operator is when nothing is said. */
const OPERATORS = { operatorToken: expect.any(Secret), tokenIsNew: true, hosts: [], publicUrls: true }

const shop = { name: 'shop', url: 'https://shop.example/' }

describe('settings', () => {
  it('need nothing: loopback, port 4000, a local data folder, samples, chaos', async () => {
    expect(await load({})).toEqual({
      host: '127.0.0.1',
      isShared: false,
      port: 4000,
      dataFolder: join(folder, 'data'),
      keepDays: 90,
      chaos: true,
      ...OPERATORS,
      maintenance: [],
      alerts: { stdout: false, webhooks: [], services: [] },
    })
  })

  it('come from the environment', async () => {
    const settings = await load({
      HOST: '0.0.0.0',
      PORT: '80',
      PULSE_DATA: '/var/pulse',
      PULSE_KEEP_DAYS: '7',
      DATABASE_URL: 'postgres://db/pulse',
    })
    expect(settings).toEqual({
      host: '0.0.0.0',
      isShared: false,
      port: 80,
      dataFolder: '/var/pulse',
      keepDays: 7,
      databaseUrl: new Secret('postgres://db/pulse'),
      chaos: false,
      ...OPERATORS,
      maintenance: [],
      alerts: { stdout: false, webhooks: [], services: [] },
    })
  })

  it('come from a .env file, where the environment does not say otherwise', async () => {
    writeFileSync(join(folder, '.env'), 'PORT=81\nHOST=::1\nDATABASE_URL=postgres://db/s3cr3t\n')
    const settings = await load({ HOST: '0.0.0.0' })
    expect(settings).toMatchObject({ host: '0.0.0.0', port: 81 })
    expect(settings.databaseUrl?.reveal()).toBe('postgres://db/s3cr3t')
    expect(inspect(settings, { depth: 9 }) + JSON.stringify(settings)).not.toContain('s3cr3t')
    writeFileSync(join(folder, '.env'), 'PORT=http')
    expect(await complaint(load({}))).toBe(
      '.env: PORT is "http"; expected a port from 0 to 65535 (0 takes any free one)',
    )
  })

  it('allow chaos on an open address only when asked', async () => {
    expect((await load({ HOST: '0.0.0.0', PULSE_CHAOS: 'on' })).chaos).toBe(true)
    expect((await load({ HOST: '::1' })).chaos).toBe(true)
    expect((await load({ PULSE_CHAOS: 'off' })).chaos).toBe(false)
  })

  it.each([
    [{ PORT: 'http' }, 'environment: PORT is "http"; expected a port from 0 to 65535 (0 takes any free one)'],
    [
      { PORT: '70000' },
      'environment: PORT is "70000"; expected a port from 0 to 65535 (0 takes any free one)',
    ],
    [
      { PULSE_KEEP_DAYS: '0' },
      'environment: PULSE_KEEP_DAYS is "0"; expected a whole number of days from 1 to 36500',
    ],
    [{ HOST: '' }, 'environment: HOST is ""; expected a host name or an IP address'],
    [
      { DATABASE_URL: 'mysql://db' },
      'environment: DATABASE_URL is a value that is not shown; expected a postgres:// address',
    ],
    [{ PULSE_CHAOS: 'yes' }, `environment: PULSE_CHAOS is "yes"; expected 'on' or 'off'`],
  ])('%j is refused', async (environment, message) => {
    expect(await complaint(load(environment as Record<string, string>))).toBe(message)
  })
})

describe('the JSON schema that editors read', () => {
  it('is that of the list', () => {
    // After a change: npm run build -w pulse && npm run schema -w pulse
    expect(JSON.parse(readFileSync(SCHEMA_FILE, 'utf8'))).toEqual(JSON.parse(schemaText()))
  })
})

describe('the list in the README', () => {
  it('is one', async () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(readme) ?? []
    writeFileSync(join(folder, 'list.yaml'), yaml)
    const { targets, maintenance } = await load({ PULSE_TARGETS: 'list.yaml' })
    expect(targets?.map(({ kind }) => kind)).toEqual(['http', 'http', 'tcp', 'tls', 'dns', 'grpc', 'push'])
    expect(maintenance).toHaveLength(2)
  })
})

describe('a target list', () => {
  it('fills in what a target leaves out', async () => {
    const { targets } = await loadList([shop])
    expect(targets).toEqual([
      {
        ...shop,
        address: new Secret(shop.url),
        kind: 'http',
        method: 'GET',
        headers: {},
        redirects: 'follow',
        hideUrl: false,
        ...{ interval: 30_000, timeout: 10_000, status: 200, confirm: 1, certificateDays: 14 },
      },
    ])
  })

  it.each<[string, unknown, string]>([
    ['no list', {}, 'targets.json: targets is missing; expected a list of targets'],
    ['another kind of list', { targets: 5 }, 'targets.json: targets is 5; expected a list of targets'],
    [
      'an unknown key beside the list',
      { targets: [shop], maintainance: [] },
      'targets.json: its content: unknown key "maintainance"; expected only targets, maintenance',
    ],
    [
      'half a maintenance window',
      { targets: [shop], maintenance: [{ weekly: 'sun 02:00' }] },
      'targets.json: maintenance[0].minutes is missing; expected a whole number of minutes from 1 to 10080',
    ],
    [
      'a maintenance window that ends before it begins',
      { targets: [shop], maintenance: [{ from: '2027-01-02T00:00:00Z', to: '2027-01-01T00:00:00Z' }] },
      'targets.json: maintenance[0].to is "2027-01-01T00:00:00Z"; expected a moment after "from"',
    ],
    [
      'a maintenance window without a time',
      { targets: [shop], maintenance: [{ targets: 'all' }] },
      'targets.json: maintenance[0].from is missing; expected a moment with its offset, such as 2027-01-31T22:00:00Z, with "to"; or else "weekly" and "minutes"',
    ],
    ['an empty list', [], 'targets.json: targets is []; expected at least one target'],
    ['a target that is none', ['shop'], 'targets.json: targets[0] is "shop"; expected object'],
    [
      'a missing url',
      [{ name: 'shop' }],
      'targets.json: targets[0].url is missing; expected an address that begins with http://, https://, tcp://, tls://, dns://, grpc:// or grpcs://; or else "push"',
    ],
    [
      'another scheme',
      [{ ...shop, url: 'ftp://x' }],
      'targets.json: targets[0].url is "ftp://x"; expected an address that begins with http://, https://, tcp://, tls://, dns://, grpc:// or grpcs://; or else "push"',
    ],
    [
      'an interval in words',
      [shop, { ...shop, name: 'b', interval: 'fast' }],
      'targets.json: targets[1].interval is "fast"; expected a whole number of milliseconds from 100 to 86400000',
    ],
    [
      'a broken timeout',
      [{ ...shop, timeout: 1.5 }],
      'targets.json: targets[0].timeout is 1.5; expected a whole number of milliseconds from 10 to 600000',
    ],
    [
      'a status that is none',
      [{ ...shop, status: 999 }],
      'targets.json: targets[0].status is 999; expected an HTTP status from 100 to 599, a class such as "2xx", or a list of them',
    ],
    [
      'an unknown key',
      [{ ...shop, intervall: 5 }],
      'targets.json: targets[0]: unknown key "intervall"; expected only name, url, group, interval, confirm, hideUrl, timeout, slow, auth, method, headers, payload, redirects, status, body, bodyWithout, json, certificateDays',
    ],
    [
      'a name twice',
      [shop, { ...shop, url: 'https://b.example/' }],
      'targets.json: targets[1].name is "shop"; expected a name that no other target has (targets[0] has it too)',
    ],
  ])('%s is refused', async (_case, list, message) => {
    expect(await complaint(loadList(list))).toBe(message)
  })

  it('is told all its faults at once', async () => {
    const message = await complaint(loadList([{ name: '', url: 'x' }]))
    expect(message.split('\n').map((line) => line.split(' is ')[0])).toEqual([
      '2 settings are wrong:',
      '  targets.json: targets[0].name',
      '  targets.json: targets[0].url',
    ])
  })

  it('that is not JSON names the file', async () => {
    expect(await complaint(loadList('[{'))).toMatch(/^targets\.json is not JSON: /)
  })

  it('that is not there names the path', async () => {
    expect(await complaint(load({ PULSE_TARGETS: 'none.json' }))).toMatch(
      /^PULSE_TARGETS is "none\.json", which cannot be read: ENOENT/,
    )
  })

  it('is fetched from an address', async () => {
    const asked: string[] = []
    const settings = await load({ PULSE_TARGETS: 'https://lists.example/t.json' }, async (url) => {
      asked.push(String(url))
      return Response.json([shop])
    })
    expect(asked).toEqual(['https://lists.example/t.json'])
    expect(settings.targets).toHaveLength(1)
  })

  it('that an address does not give names the address and the answer', async () => {
    const answer404: typeof fetch = async () => new Response('', { status: 404 })
    expect(await complaint(load({ PULSE_TARGETS: 'https://lists.example/t.json' }, answer404))).toBe(
      'PULSE_TARGETS is "https://lists.example/t.json", which cannot be read: the server answered 404',
    )
  })
})

describe('a list without an end', () => {
  const place = { PULSE_TARGETS: 'https://lists.example/t.json' }

  it('is refused when it is too long', async () => {
    const piece = new Uint8Array(2 ** 20)
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(piece) })
    expect(await complaint(load(place, async () => new Response(endless)))).toBe(
      'PULSE_TARGETS is "https://lists.example/t.json", which cannot be read: it is longer than 16777216 bytes',
    )
    if (process.platform !== 'linux') return
    expect(await complaint(load({ PULSE_TARGETS: '/dev/zero' }))).toContain(
      'it is longer than 16777216 bytes',
    )
  })

  it('is given up when it does not come', async () => {
    const silent = new ReadableStream({ pull: () => new Promise(() => {}) })
    const sources = { folder, fetch: async () => new Response(silent), patience: 20 }
    expect(await complaint(loadSettings(place, sources))).toContain('it did not come within 20 ms')
  })
})

describe('a list of addresses', () => {
  it('is one a line, with a name where one is given, and comments', async () => {
    const text = [
      '# the shop',
      'https://shop.example/',
      '',
      'the api   https://api.example/health # every half minute',
      'https://forum.example/en/',
      'https://forum.example/de/',
    ].join('\r\n')
    const { targets } = await loadList(text)
    expect(targets?.map(({ name, url }) => [name, url])).toEqual([
      ['shop.example', 'https://shop.example/'],
      ['the api', 'https://api.example/health'],
      ['forum.example-en', 'https://forum.example/en/'],
      ['forum.example-de', 'https://forum.example/de/'],
    ])
  })

  it('names what is wrong in it', async () => {
    expect(await complaint(loadList('https://shop.example/\nforum'))).toBe(
      'targets.json: targets[1].url is "forum"; expected an address that begins with http://, https://, tcp://, tls://, dns://, grpc:// or grpcs://; or else "push"',
    )
  })
})

describe('the settings of alerts', () => {
  it('are sinks: the standard output, webhooks, mail', async () => {
    const { alerts, operatorToken } = await load({
      PULSE_ALERT_STDOUT: 'on',
      PULSE_ALERT_WEBHOOKS: 'https://a.example/x, https://b.example/y',
      PULSE_ALERT_WEBHOOK_SECRET: 'long enough',
      PULSE_ALERT_SMTP: 'smtps://user:password@mail.example:465',
      PULSE_ALERT_FROM: 'pulse@shop.example',
      PULSE_ALERT_TO: 'ada@shop.example bob@shop.example',
      PULSE_OPERATOR_TOKEN: 'sixteen characters',
    })
    expect(alerts).toEqual({
      services: [],
      stdout: true,
      webhooks: [expect.any(Secret), expect.any(Secret)],
      webhookSecret: expect.any(Secret),
      smtp: {
        url: expect.any(Secret),
        from: 'pulse@shop.example',
        to: ['ada@shop.example', 'bob@shop.example'],
      },
    })
    expect(alerts.webhooks.map((url) => url.reveal())).toEqual(['https://a.example/x', 'https://b.example/y'])
    expect(operatorToken?.reveal()).toBe('sixteen characters')
    expect(alerts.webhookSecret?.reveal()).toBe('long enough')
    expect(alerts.smtp?.url.reveal()).toBe('smtps://user:password@mail.example:465')
  })

  it.each([
    [{ PULSE_ALERT_WEBHOOKS: 'chat' }, 'expected http:// or https:// addresses, separated by commas'],
    [{ PULSE_ALERT_TO: 'ada' }, 'expected e-mail addresses, separated by commas'],
    [
      { PULSE_ALERT_TO: 'ada@shop.example' },
      'alerts.smtp is missing; expected an smtp:// or smtps:// address to send the mail by (the environment variable PULSE_ALERT_SMTP can give it)',
    ],
    [
      { PULSE_ALERT_SMTP: 'smtp://x' },
      'alerts.to is missing; expected e-mail addresses, separated by commas, who get the mail (the environment variable PULSE_ALERT_TO can give it)',
    ],
    [{ PULSE_ALERT_SMTP: 'http://x' }, 'expected an smtp:// or smtps:// address'],
    [{ PULSE_OPERATOR_TOKEN: 'short' }, 'expected at least 16 characters'],
  ])('are refused when wrong: %j', async (environment, message) => {
    expect(await complaint(load(environment))).toContain(message)
  })
})

describe('the operator', () => {
  const token = 'sixteen characters'

  it('is whoever has the token', async () => {
    const settings = await load({ PULSE_OPERATOR_TOKEN: token, PULSE_HOSTS: 'status.example, pulse.lan' })
    expect(operatorAccess(settings)).toEqual({ token, hosts: ['127.0.0.1', 'status.example', 'pulse.lan'] })
    expect(settings.tokenIsNew).toBe(false)
  })

  it('has a token that was made for this run in development, another each time; and none in production', async () => {
    const [one, two] = [await load({}), await load({})]
    expect(one.operatorToken?.reveal()).toMatch(/^[\w-]{20}$/)
    expect(one.operatorToken?.reveal()).not.toBe(two.operatorToken?.reveal())
    expect(operatorAccess(await load({ NODE_ENV: 'production' }))).toBe('closed')
  })

  it('may crash workers in production only when that is asked for', async () => {
    expect((await load({ NODE_ENV: 'production' })).chaos).toBe(false)
    expect((await load({ NODE_ENV: 'production', PULSE_CHAOS: 'on' })).chaos).toBe(true)
  })
})

describe('secrets in a list', () => {
  const KNOWN = ['hunter2', 'SECRET-1', 'BEARER-2']

  it('are sent, and shown nowhere', async () => {
    const { targets = [] } = await loadList([
      { name: 'basic', url: 'http://admin:hunt%25er2@shop.example/a' },
      { name: 'query', url: 'http://shop.example/health?token=SECRET-1&api_key=SECRET-1' },
      { name: 'bearer', url: 'http://shop.example/', auth: { token: 'BEARER-2' } },
      { name: 'user', url: 'http://shop.example/', auth: { username: 'ada', password: 'hunter2' } },
    ])
    expect(targets.map(({ url }) => url)).toEqual([
      'http://shop.example/a',
      'http://shop.example/health?…',
      'http://shop.example/',
      'http://shop.example/',
    ])
    expect(targets.map((target) => 'address' in target && target.address.reveal())).toEqual([
      'http://shop.example/a',
      'http://shop.example/health?token=SECRET-1&api_key=SECRET-1',
      'http://shop.example/',
      'http://shop.example/',
    ])
    const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
    expect(
      targets.map((target) => (target.kind === 'http' ? target.authorization?.reveal() : 'none')),
    ).toEqual([basic('admin:hunt%er2'), undefined, 'Bearer BEARER-2', basic('ada:hunter2')])
    const shown = JSON.stringify(targets) + inspect(targets, { depth: 9, showHidden: true })
    for (const secret of KNOWN) expect(shown).not.toContain(secret)
  })

  it('are in no name that is made of an address', async () => {
    const { targets } = await loadList(
      'http://a:hunter2@shop.example/x?key=SECRET-1\nhttp://shop.example/x?key=SECRET-2',
    )
    expect(targets?.map(({ name }) => name)).toEqual(['shop.example-x', 'shop.example-x-2'])
  })

  it.each<[string, unknown[], string]>([
    [
      'an address in a list',
      [{ name: 'x', url: ['http://h/?k=SECRET-1'] }],
      '[0].url is ["http://h/?…"]; expected an address that begins with',
    ],
    ['a bare address', ['http://a:hunter2@h/?k=SECRET-1'], '[0] is "http://h/?…"; expected'],
    [
      'a token that is too short',
      [{ name: 'x', push: 'hunter2' }],
      '[0].push is "…"; expected a token of 16',
    ],
    [
      'a header in one text',
      [{ ...shop, headers: { 'x-api-key: hunter2': 'x' } }],
      '[0].headers.x-api-key:… is a value that is not shown; expected the name of an HTTP header',
    ],
    [
      'a port that is none',
      [{ name: 'x', url: 'http://u:hunter2@127.0.0.1:99999/?k=SECRET-1' }],
      '[0].url is "http://127.0.0.1:99999/?…"; expected an address with a host and, if need be, a port from 1 to 65535',
    ],
    [
      'no port',
      [{ name: 'x', url: 'tcp://u:hunter2@db' }],
      '[0].url is "tcp://db"; expected an address with a port',
    ],
    [
      'a token that two have',
      ['a', 'b'].map((name) => ({ name, push: 'hunter2-SECRET-1-BEARER-2' })),
      '[1].push: duplicate token: that of targets[0]; each target has its own',
    ],
  ])('are in no complaint about %s', async (_case, list, message) => {
    const told = await complaint(loadList(list))
    expect(told).toContain(`targets${message}`)
    for (const secret of KNOWN) expect(told).not.toContain(secret)
  })

  it('in settings are told by their place and by how they begin, with all that was expected', async () => {
    const services = { PULSE_ALERT_SERVICES: 'slack:http://chat.example/x,telegram:SECRET-1@-1001' }
    expect(await complaint(load(services))).toBe(
      `settings: PULSE_ALERT_SERVICES[1] is "telegram:…"; expected ${SERVICES}`,
    )
    expect(await complaint(load({ PULSE_ALERT_WEBHOOKS: 'https://a.example/SECRET-1 hunter2' }))).toBe(
      'settings: PULSE_ALERT_WEBHOOKS[1] is "…"; expected http:// or https:// addresses, separated by commas',
    )
  })

  it('are in no complaint about the list or its place', async () => {
    const place = 'https://me:hunter2@lists.example/t.json?token=SECRET-1'
    const asked: unknown[] = []
    const fetcher: typeof fetch = async (url, init) => {
      asked.push([String(url), new Headers(init?.headers).get('authorization')])
      return new Response('[{', { status: asked.length === 1 ? 404 : 200 })
    }
    expect(await complaint(load({ PULSE_TARGETS: place }, fetcher))).toBe(
      'PULSE_TARGETS is "https://lists.example/t.json?…", which cannot be read: the server answered 404',
    )
    expect(asked).toEqual([
      [
        'https://lists.example/t.json?token=SECRET-1',
        `Basic ${Buffer.from('me:hunter2').toString('base64')}`,
      ],
    ])
    const told = [
      await complaint(load({ PULSE_TARGETS: place }, fetcher)),
      await complaint(load({ PULSE_TARGETS: place }, async () => Response.json([{ name: 'x', url: 'y' }]))),
      await complaint(loadList([{ name: 'x', url: 'http//admin:hunter2@shop.example/?k=SECRET-1' }])),
    ]
    for (const secret of KNOWN) expect(told.join('\n')).not.toContain(secret)
  })
})

describe('several instances', () => {
  it('are started by compose.yaml with settings that are right', async () => {
    const demo = fileURLToPath(new URL('..', import.meta.url))
    const { services } = parse(readFileSync(join(demo, 'compose.yaml'), 'utf8'))
    const { PULSE_OPERATOR_TOKEN: _, ...environment } = services.pulse.environment
    const variables = { ...environment, PULSE_TARGETS: environment.PULSE_TARGETS.replace('/', '') }
    const settings = await loadSettings(variables, { folder: demo, fetch: noFetch })
    expect([settings.isShared, settings.targets?.length]).toEqual([true, 4])
  })

  const shared = {
    PULSE_CLUSTER: 'nats://user:SECRET-1@nats-1:4222, nats-2:4222',
    DATABASE_URL: 'postgres://db/pulse',
    PULSE_TARGETS: 'targets.json',
  }
  const told = async (environment: Record<string, string>) => {
    const { value } = await readSettings(pulseSettings, { variables: environment, folder, file: 'settings' })
    return clusterConfig(value)
  }
  beforeEach(() => writeFileSync(join(folder, 'targets.json'), JSON.stringify([shop])))

  it('share a database and a list of targets, and nothing else is right', async () => {
    const nats = { ...shared, PULSE_CLUSTER: 'nats://user:SECRET-1@nats-1:4222, nats://nats-2:4222' }
    expect((await load(nats)).isShared).toBe(true)
    expect((await load({ ...shared, PULSE_CLUSTER: 'postgres://db/pulse' })).isShared).toBe(true)
    expect(await complaint(load(shared))).toBe(
      `settings: PULSE_CLUSTER[0] is "nats:…"; expected ${ADDRESSES}`,
    )
    const { DATABASE_URL: _, ...alone } = nats
    expect(await complaint(load(alone))).toMatch(/DATABASE_URL.*PULSE_CLUSTER shares it/)
    const { PULSE_TARGETS: __, ...unlisted } = nats
    expect(await complaint(load(unlisted))).toMatch(/PULSE_TARGETS.*PULSE_CLUSTER shares it/)
    const wrong = await complaint(load({ ...nats, PULSE_CLUSTER_LEASE: '10', PULSE_NODE_REACHED_AT: 'x' }))
    expect(wrong).toMatch(/PULSE_CLUSTER_LEASE is .*10.*milliseconds from 1000 to 99999/)
    expect(wrong).toMatch(/PULSE_NODE_REACHED_AT is .*host-1\.example:7000/)
  })

  it('are nodes of one cluster: through NATS, or reaching each other where PostgreSQL keeps the claims', async () => {
    expect(await told({})).toBeUndefined()
    expect(await told({ PULSE_CLUSTER: 'nats://nats-1:4222' })).toEqual({
      engine: { name: 'nats', open: expect.any(Function) },
      name: 'pulse',
      lease: 10_000,
      messages: 'engine',
      address: { host: hostname() },
    })
    const addressed = {
      PULSE_CLUSTER: 'postgres://db/pulse',
      PULSE_CLUSTER_NAME: 'staging',
      PULSE_CLUSTER_LEASE: '4000',
      PULSE_NODE_HOST: 'pulse-1',
      PULSE_NODE_PORT: '7000',
      PULSE_NODE_REACHED_AT: 'host-1.example:7001',
      PULSE_NODE_INSECURE: 'on',
    }
    expect(await told(addressed)).toEqual({
      engine: { name: 'postgres', open: expect.any(Function) },
      name: 'staging',
      lease: 4_000,
      insecure: true,
      address: { host: 'pulse-1', port: 7_000 },
      reachedAt: { host: 'host-1.example', port: 7_001 },
    })
  })
})
