import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Program } from '../../apps/demo/test/program.js'
import { violationsOn } from './axe.js'
import { Browser, HAS_CHROMIUM } from './chromium.js'

const TOKEN = 'the-token-of-the-operator'
const OPERATOR = { authorization: `Bearer ${TOKEN}` }
/** Where the pictures go that people look at. */
const SHOTS = fileURLToPath(new URL('../../node_modules/.cache/pulse-shots', import.meta.url))
const GROUPS = ['Shop', 'Billing', 'Internal tools', 'Partners in Scandinavia', undefined]
const WIDTHS = [1440, 834, 390]

let folder: string
let services: Server
let browser: Browser
const programs: Program[] = []

/** Of so many targets one in nineteen is down, one in thirty slow, one in forty in maintenance. */
async function start(count: number): Promise<string> {
  const { port } = services.address() as AddressInfo
  const targets = Array.from({ length: count }, (_, n) => ({
    name:
      n % 23 === 5
        ? `a service with a rather long name, of the kind people give ${n}`.slice(0, 64).replaceAll(',', '')
        : `service ${n}`,
    url: `http://127.0.0.1:${port}/${n % 19 === 3 ? 'down' : n % 30 === 7 ? 'slow' : 'well'}/${n}`,
    interval: count > 500 ? 10_000 : 2_000,
    slow: 40,
    ...(GROUPS[n % GROUPS.length] && { group: GROUPS[n % GROUPS.length] }),
  }))
  const maintenance = [
    {
      targets: targets.filter((_, n) => n % 40 === 11).map(({ name }) => name),
      from: new Date(Date.now() - 60_000).toISOString(),
      to: new Date(Date.now() + 3_600_000).toISOString(),
      reason: 'new disks',
    },
  ]
  const list = join(folder, `${count}.json`)
  writeFileSync(list, JSON.stringify(count >= 40 ? { targets, maintenance } : { targets }))
  const program = new Program({
    PULSE_TARGETS: list,
    PULSE_DATA: join(folder, `data-${count}`),
    PULSE_OPERATOR_TOKEN: TOKEN,
    PULSE_CHAOS: 'on',
  })
  programs.push(program)
  const address = await program.ready()
  const incident = { title: 'Payments are slow', text: 'The bank has trouble.\nWe look into it.' }
  const headers = { ...OPERATOR, 'content-type': 'application/json' }
  await fetch(`${address}api/incidents`, { method: 'POST', headers, body: JSON.stringify(incident) })
  return address
}

/** All of them have been checked. */
const settled = (count: number): Promise<void> => wait(count > 500 ? 12_000 : 5_000)

beforeAll(async () => {
  if (!HAS_CHROMIUM) return
  folder = mkdtempSync(join(tmpdir(), 'pulse-browser-'))
  services = createServer((request, response) => {
    const kind = request.url?.split('/')[1]
    response.statusCode = kind === 'down' ? 503 : 200
    if (kind === 'slow') void wait(80).then(() => response.end('ok'))
    else response.end('ok')
  })
  await new Promise<void>((resolve) => services.listen(0, '127.0.0.1', 4_096, resolve))
  mkdirSync(SHOTS, { recursive: true })
  browser = await Browser.launch()
})

afterEach(() => browser?.closePages())

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]()
  await Promise.all(programs.map((program) => program.end()))
  services?.closeAllConnections()
  services?.close()
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

/** The operator's pages ask for the token as a password. */
async function opened(address: string, path: string): Promise<{ page: Page; complaints: string[] }> {
  const opening = await browser.open(`${address}badge/service%200.svg`)
  if (path.startsWith('operator')) await opening.page.setExtraHTTPHeaders(OPERATOR)
  await opening.page.goto(address + path)
  opening.complaints.length = 0
  return opening
}

const PLACES = [
  ['public', ''],
  ['searched', '?q=service%201'],
  ['not found', '?q=nothing%20has%20this%20name'],
  ['target', 'targets/service%203'],
  ['maintenance', 'targets/service%2011'],
  ['operator', 'operator'],
] as const

describe.skipIf(!HAS_CHROMIUM).each([60, 200, 2_000])('%i targets (skipped without Chromium)', (count) => {
  let address: string
  beforeAll(async () => {
    address = await start(count)
    await settled(count)
  })
  afterAll(() => programs.at(-1)?.end())

  it('have pages that axe finds nothing wrong with, and that do not scroll sideways, in light and dark', async () => {
    const found: string[] = []
    for (const [name, path] of PLACES) {
      const { page, complaints } = await opened(address, path)
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: width < 500 ? 844 : 900 })
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
          const what = `${name} ${width} ${colorScheme}`
          const beyond = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')
          if (Number(beyond) > 0) found.push(`${what}: ${beyond} pixels stick out`)
          await page.screenshot({
            path: join(SHOTS, `${name.replace(' ', '-')}-${count}-${width}-${colorScheme}.png`),
          })
          // What is wrong with one width in the middle would be wrong with another.
          if (width !== 834) for (const each of await violationsOn(page)) found.push(`${what}: ${each}`)
        }
      }
      for (const complaint of complaints) found.push(`${name}: ${complaint}`)
      await page.close()
    }
    expect(found).toEqual([])
  }, 300_000)

  it('cost a visitor 20 KiB a second at most', async () => {
    const { page } = await opened(address, '')
    const session = await page.context().newCDPSession(page)
    await session.send('Network.enable')
    let bytes = 0
    session.on('Network.dataReceived', ({ dataLength }) => {
      bytes += dataLength
    })
    await page.reload()
    await wait(2_000)
    bytes = 0
    await wait(8_000)
    expect(bytes / 8 / 1_024).toBeLessThan(20)
    await page.close()
  }, 60_000)
})

describe.skipIf(!HAS_CHROMIUM)('the keyboard alone (skipped without Chromium)', () => {
  it('searches, opens a target, changes the period, tells of an incident and crashes a worker', async () => {
    const address = await start(24)
    await settled(24)
    const { page } = await opened(address, 'operator')
    const focused = (): Promise<string> =>
      page.evaluate(
        '(document.activeElement.getAttribute("aria-label") ?? document.activeElement.id) || document.activeElement.textContent',
      )
    const tabTo = async (wanted: RegExp): Promise<void> => {
      for (let n = 0; n < 200; n++) {
        await page.keyboard.press('Tab')
        if (wanted.test(await focused())) {
          const outline = 'getComputedStyle(document.activeElement).outlineStyle'
          expect(await page.evaluate(outline)).not.toBe('none')
          return
        }
      }
      throw new Error(`Tab does not come to ${wanted}`)
    }
    await tabTo(/^q$/)
    await page.keyboard.type('service 1')
    await page.keyboard.press('Enter')
    await page.waitForURL(/q=service/)
    await tabTo(/^service 1$/)
    await page.keyboard.press('Enter')
    await page.waitForURL(/targets/)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.goto(`${address}operator`)
    await tabTo(/^tell-title$/)
    await page.keyboard.type('Told by the keyboard')
    await page.keyboard.press('Tab')
    await page.keyboard.type('It works.')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByText('Told by the keyboard').first().waitFor()
    await tabTo(/^any$/)
    await page.keyboard.press('Enter')
    await page.close()
  }, 60_000)
})
