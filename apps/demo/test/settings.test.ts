import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadSettings, SettingsError } from '../src/settings.js'

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

/** The message of the SettingsError that a promise must reject with. */
async function complaint(loading: Promise<unknown>): Promise<string> {
  const error = await loading.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(error).toBeInstanceOf(SettingsError)
  return (error as SettingsError).message
}

const shop = { name: 'shop', url: 'https://shop.example/' }

describe('settings', () => {
  it('need nothing: loopback, port 4000, a local data folder, samples, chaos', async () => {
    expect(await load({})).toEqual({
      host: '127.0.0.1',
      port: 4000,
      dataFolder: join(folder, 'data'),
      keepDays: 90,
      chaos: true,
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
      port: 80,
      dataFolder: '/var/pulse',
      keepDays: 7,
      databaseUrl: 'postgres://db/pulse',
      chaos: false,
    })
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
      'environment: DATABASE_URL is "mysql://db"; expected a postgres:// address',
    ],
    [{ PULSE_CHAOS: 'yes' }, `environment: PULSE_CHAOS is "yes"; expected 'on' or 'off'`],
  ])('%j is refused', async (environment, message) => {
    expect(await complaint(load(environment as Record<string, string>))).toBe(message)
  })
})

describe('a target list', () => {
  it('fills in what a target leaves out', async () => {
    const { targets } = await loadList([shop])
    expect(targets).toEqual([{ ...shop, interval: 30_000, timeout: 10_000, status: 200 }])
  })

  it.each<[string, unknown, string]>([
    ['no list', {}, 'targets.json: targets is {}; expected a list of targets'],
    ['an empty list', [], 'targets.json: targets is []; expected at least one target'],
    ['a target that is none', ['shop'], 'targets.json: targets[0] is "shop"; expected object'],
    [
      'a missing url',
      [{ name: 'shop' }],
      'targets.json: targets[0].url is missing; expected an http:// or https:// address',
    ],
    [
      'another scheme',
      [{ ...shop, url: 'ftp://x' }],
      'targets.json: targets[0].url is "ftp://x"; expected an http:// or https:// address',
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
      'targets.json: targets[0].status is 999; expected an HTTP status from 100 to 599',
    ],
    [
      'an unknown key',
      [{ ...shop, intervall: 5 }],
      'targets.json: targets[0] has an unknown key "intervall"; expected only name, url, interval, timeout, status, body',
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
    expect(message.split('\n')).toHaveLength(2)
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
