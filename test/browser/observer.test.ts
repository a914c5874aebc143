import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import {
  application,
  boot,
  type ChildSpec,
  call,
  cast,
  defineConfig,
  dynamicSupervisorSpec,
  Kernel,
  type Pid,
  type RunningSystem,
  receive,
  spawn,
  start,
  startChild,
  startLink,
  stop,
  supervisorSpec,
} from 'heartwood'
import { SystemClock } from 'heartwood/kernel'
import { startObserver } from 'heartwood/observer'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { violationsOn } from './axe.js'
import { Browser, HAS_CHROMIUM } from './chromium.js'

/** A browser is outside of any virtual time. */
const machine = new SystemClock()
const TOKEN = 'a-token-of-the-browser-tests'
const HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
/** Where the pictures go that people look at. */
const SHOTS = fileURLToPath(new URL('../../node_modules/.cache/observer-shots', import.meta.url))

const behaviour = {
  init: (target: unknown) => ({ state: { target, checks: 0, note: HOSTILE } }),
  handleCall: (_request: unknown, _from: unknown, state: { checks: number }) => ({
    reply: state.checks,
    state: { ...state, checks: state.checks + 1 },
  }),
  handleCast(): never {
    throw new TypeError('no status in the answer')
  },
}
const worker = (id: string): ChildSpec => ({ id, start: () => startLink(behaviour, id, { name: id }) })

const root = supervisorSpec('shop', {
  intensity: 1_000,
  children: [
    worker('web'),
    worker(HOSTILE),
    supervisorSpec('storage', {
      strategy: 'one_for_all',
      intensity: 1_000,
      children: [worker('database'), worker('cache')],
    }),
    dynamicSupervisorSpec('sessions', { intensity: 1_000 }, { name: 'sessions' }),
  ],
})

let system: RunningSystem
let browser: Browser
let url: string

async function addressOf(kernel: Kernel): Promise<string> {
  const { sys } = await import('heartwood')
  for (;;) {
    const found = await kernel.run(() => sys.getState('observer')).catch(() => undefined)
    const address = (found as { url?: string } | undefined)?.url
    if (address !== undefined) return address
    await wait(20)
  }
}

beforeAll(async () => {
  if (!HAS_CHROMIUM) return
  system = await boot(
    defineConfig({
      applications: [application({ name: 'shop', root })],
      observer: { port: 0, token: TOKEN },
      log: { level: 'silent' },
    }),
  )
  await system.kernel.run(async () => {
    for (let n = 0; n < 990; n++) {
      await startChild('sessions', {
        id: 'session',
        start: () => startLink(behaviour, n, { label: `session ${n}` }),
      })
    }
  })
  url = await addressOf(system.kernel)
  browser = await Browser.launch()
})

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]()
  await system?.stop()
})

afterEach(() => browser?.closePages())

const crash = (name: string): Promise<void> => system.kernel.run(() => cast(name, 'die'))
const node = (page: Page, name: string) =>
  page.locator('.node', { has: page.locator('.name', { hasText: new RegExp(`^${name}$`) }) })
const shows = (page: Page, text: string, timeout = 5_000) => page.getByText(text).first().waitFor({ timeout })

/** Half a minute each for axe: CI has each colour and each width once. */
const LOOKS = [
  ['light', 1440],
  ['dark', 390],
  ['dark', 1440],
  ['light', 390],
] as const

describe.skipIf(!HAS_CHROMIUM)('the page (skipped without Chromium)', () => {
  it('draws the tree, and more of a thousand children on demand; search finds, fold folds', async () => {
    const { page, complaints } = await browser.open(url)
    await node(page, 'database').waitFor()
    for (const name of ['web', 'storage', 'cache', 'sessions', 'session 0'])
      expect(await node(page, name).count()).toBe(1)
    await page.locator('.node.more').click()
    await node(page, 'session 60').waitFor()
    await page.locator('#search').fill('database')
    await page.getByText('1 found').waitFor()
    expect(await node(page, 'web').getAttribute('class')).toContain('dim')
    await page.locator('#search').fill('')
    await page.getByRole('button', { name: 'Fold', exact: true }).click()
    await node(page, 'database').waitFor({ state: 'detached' })
    expect(complaints).toEqual([])
    await page.close()
  })

  it('opens at an address that was cut off, too', async () => {
    const { page, complaints } = await browser.open(`${url}#/tree/%2`)
    await node(page, 'database').waitFor()
    await shows(page, 'there is no live process')
    expect(complaints).toEqual([])
    await page.close()
  })

  it('shows a crash and the restart within a second', async () => {
    const { page } = await browser.open(url)
    await node(page, 'web').waitFor()
    await page.getByText('live').waitFor()
    const before = await node(page, 'web').getAttribute('data-pid')
    const began = machine.now()
    await crash('web')
    await page.locator(`.node.glow[data-pid]:not([data-pid="${before}"])`).waitFor()
    const took = machine.now() - began
    expect(took).toBeLessThan(1_000)
    expect(await node(page, 'web').locator('.restarts').textContent()).toBe('↻1')
    await page.keyboard.press('3')
    await page.locator('.event.crash').first().click()
    await shows(page, 'TypeError: no status in the answer')
    await shows(page, 'observer.test.ts')
    await page.close()
  })

  it('says over all views what heartwood dev cannot load, until it can', async () => {
    const { page, complaints } = await browser.open(url)
    await node(page, 'web').waitFor()
    const files = ['src/counter.ts']
    const mistake = `Transform failed with 1 error:\n  4 │ const a = ${HOSTILE};`
    const report = {
      level: 'error',
      kind: 'code',
      message: `${files[0]} cannot be loaded`,
      files,
      mistake,
    } as const
    system.kernel.report(report)
    const banner = page.getByRole('alert')
    await banner.waitFor()
    expect(await banner.innerText()).toBe(
      `src/counter.ts cannot be loaded: the code from before goes on\n${mistake}`,
    )
    expect(await violationsOn(page)).toEqual([])
    await page.screenshot({ path: join(SHOTS, 'mistake.png') })
    await page.keyboard.press('3')
    await banner.waitFor()
    // Somebody who opens the page now sees it, too.
    const later = await browser.open(url)
    await later.page.getByRole('alert').waitFor()
    // What else is told of the program does not take it away.
    await crash('web')
    await shows(page, 'no status in the answer')
    expect(await banner.count()).toBe(1)
    system.kernel.report({ level: 'info', kind: 'code', message: 'new code in 1 worker', files, took: 20 })
    await banner.waitFor({ state: 'detached' })
    expect(complaints).toEqual([])
    await page.close()
  })

  it('kills only with the token, and what it kills comes back', async () => {
    const { page } = await browser.open(url)
    await node(page, 'cache').locator('.face').click()
    const before = system.kernel.whereis('cache') as Pid
    await page.getByRole('button', { name: 'Kill' }).click()
    // It asks once, and no is an answer.
    await page.getByText('Kill cache?').waitFor()
    await page.getByRole('button', { name: 'No' }).click()
    await page.getByRole('button', { name: 'Kill' }).click()
    await page.getByRole('button', { name: 'Yes, kill it' }).click()
    const dialog = page.getByRole('form', { name: 'Token' })
    await dialog.waitFor()
    expect(system.kernel.whereis('cache')).toBe(before)
    await dialog.getByLabel('Token').fill('not-the-right-token-at-all')
    await dialog.getByRole('button', { name: 'Use it' }).click()
    await page.getByRole('button', { name: 'Kill' }).click()
    await page.getByRole('button', { name: 'Yes, kill it' }).click()
    await dialog.waitFor()
    expect(system.kernel.whereis('cache')).toBe(before)
    await dialog.getByLabel('Token').fill(TOKEN)
    await dialog.getByRole('button', { name: 'Use it' }).click()
    await page.getByRole('button', { name: 'Kill' }).click()
    await page.getByRole('button', { name: 'Yes, kill it' }).click()
    await page
      .getByRole('status')
      .filter({ hasText: `kill ${before}` })
      .waitFor()
    await shows(page, 'there is no live process')
    await page.getByText('has its name now').waitFor()
    expect(system.kernel.whereis('cache')).not.toBe(before)
    await page.close()
  })

  it('takes a hostile name, label and state for text', async () => {
    const { page, complaints } = await browser.open(url)
    await page.locator('.node .name', { hasText: '<img src=x' }).click()
    await page.locator('.panel h2', { hasText: '<script>' }).waitFor()
    await page.locator('.panel .json .value', { hasText: 'onerror' }).first().waitFor()
    for (const view of ['2', '3', '4', '1']) await page.keyboard.press(view)
    expect(await page.evaluate('window.hacked')).toBeUndefined()
    expect(await page.locator('img[src="x"]').count()).toBe(0)
    expect(complaints).toEqual([])
    await page.close()
  })

  it('traces the messages of a process as a sequence', async () => {
    const { page } = await browser.open(url)
    await page.evaluate(`sessionStorage.setItem('heartwood-observer-token', '${TOKEN}')`)
    await page.reload()
    await node(page, 'database').locator('.face').click()
    await page.getByRole('button', { name: 'Trace' }).click()
    await page.getByText('Waiting for the next message').waitFor()
    const question = `a question of some length, ${'so that it has to be wrapped '.repeat(10)}`.trim()
    system.kernel.spawn(() => call('database', question), { label: 'asker' })
    await page.locator('.message.in').waitFor()
    await page.locator('.message.out').waitFor()
    expect(await page.locator('.message.in').innerText()).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3}\s+→ from asker call\s/,
    )
    expect(await page.locator('.message.in code').innerText()).toBe(question)
    expect(await page.locator('.message.out').innerText()).toMatch(/← to asker\s+0$/)
    const complaints = await violationsOn(page)
    expect(complaints).toEqual([])
    await page.close()
  })

  it('looks through a state of any length, part by part and level by level', async () => {
    const orders = Array.from({ length: 12_345 }, (_, n) => ({ id: n, lines: [`line of ${n}`, HOSTILE] }))
    const state = {
      orders,
      byName: new Map(orders.map((order) => [`order ${order.id}`, order])),
      log: 'x\u202ey '.repeat(9_000),
    }
    const pid = await system.kernel.run(() =>
      start({ init: () => ({ state }) }, undefined, { label: 'archive' }),
    )
    const { page, complaints } = await browser.open(`${url}#/tree/${String(pid).replace(/[<>]/g, '')}`)
    await page.getByRole('button', { name: 'Look through all of it' }).click()
    const status = page.locator('.pager [role=status]')
    const entry = (name: string) => page.getByRole('button', { name, exact: true })
    await entry('orders').click()
    await page.getByText('list, 1 to 50 of 12,345 entries').waitFor()
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByText('list, 51 to 100 of 12,345 entries').waitFor()
    await page.getByLabel('First of the entries shown').fill('12340')
    await page.keyboard.press('Enter')
    await page.getByText('list, 12,341 to 12,345 of 12,345 entries').waitFor()
    expect(await page.getByRole('button', { name: 'Next' }).isDisabled()).toBe(true)
    await entry('12344').click()
    await entry('lines').click()
    await page.locator('.entries .value', { hasText: '<img src=x' }).waitFor()
    // Its name comes with its entries.
    await page.locator('.crumbs', { hasText: 'lines' }).waitFor()
    expect(await page.locator('.crumbs').innerText()).toMatch(/^state\s+orders\s+12344\s+lines$/)
    const found = await violationsOn(page)
    await page.getByRole('button', { name: 'state', exact: true }).click()
    await entry('byName').click()
    await page.locator('.entries .key', { hasText: 'order 49' }).waitFor()
    mkdirSync(SHOTS, { recursive: true })
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 })
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        found.push(...(await violationsOn(page)))
        await page.locator('.pages').scrollIntoViewIfNeeded()
        await page.screenshot({ path: join(SHOTS, `state-${width}-${colorScheme}.png`) })
      }
    }
    await page.getByRole('button', { name: 'state', exact: true }).click()
    await entry('log').click()
    await page.locator('pre.text', { hasText: 'x\\u202ey x' }).waitFor()
    expect(await status.innerText()).toBe('text, 1 to 4,000 of 36,000 characters')
    await page.screenshot({ path: join(SHOTS, 'state-text.png') })
    expect([found, complaints]).toEqual([[], []])
    expect(await page.evaluate('window.hacked')).toBeUndefined()
    await system.kernel.run(() => stop(pid))
    await page.close()
  })

  it('leads in two clicks from a crash to what it was handling, its state before, the stack and what came of it', async () => {
    const { page } = await browser.open(`${url}#/timeline`)
    await page.getByText('live').waitFor()
    await crash('cache')
    await page.locator('.event.crash', { hasText: 'cache' }).first().locator('button.line').click()
    const story = page.locator('.story').first()
    for (const title of ['What it was handling', 'Its state before', 'Where it failed', 'What came of it']) {
      await story.getByRole('heading', { name: title }).waitFor()
    }
    expect(await story.innerText()).toMatch(/checks\s*\d/)
    // Both children of a one_for_all are started again.
    await story.locator('.chain .what', { hasText: 'database is up again' }).waitFor()
    await story.locator('.chain .what', { hasText: 'cache is up again' }).waitFor()
    // From the tree: the process, and its crash.
    await page.keyboard.press('1')
    await node(page, 'cache').locator('.face').click()
    await page.locator('.panel .event.crash button.line').first().click()
    await page.locator('.panel .story').getByRole('heading', { name: 'Its state before' }).waitFor()
    await page.close()
  })

  it('has names that can be read when all of a wide tree is seen', async () => {
    const { page } = await browser.open(url)
    await page.setViewportSize({ width: 1_000, height: 800 })
    await node(page, 'database').waitFor()
    for (let n = 0; n < 8; n++) await page.getByRole('button', { name: 'Smaller' }).click()
    const sizes = await page
      .locator('.node .name')
      .evaluateAll((names) =>
        names
          .filter((name) => name.checkVisibility({ visibilityProperty: true }))
          .map((name) => [name.textContent, name.getBoundingClientRect().height]),
      )
    expect(sizes.map(([name]) => name)).toEqual(expect.arrayContaining(['shop', 'storage', 'sessions']))
    expect(sizes.map(([name]) => name)).not.toContain('session 5')
    expect(Math.min(...sizes.map(([, height]) => Number(height)))).toBeGreaterThanOrEqual(9)
    await page.keyboard.press('0')
    const canvas = page.locator('.canvas')
    expect(await canvas.evaluate((box) => box.scrollWidth - box.clientWidth)).toBeLessThanOrEqual(0)
    await page.close()
  })

  it('is worked by the keyboard alone', async () => {
    const { page } = await browser.open(url)
    await node(page, 'database').waitFor()
    const focused = (): Promise<string> =>
      page.evaluate('document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent')
    // Everything that can be clicked is come to by Tab, and can be seen to have the focus.
    const stops = new Set<string>()
    for (let n = 0; n < 60; n++) {
      await page.keyboard.press('Tab')
      stops.add(await focused())
      // At the end of the page the focus is nowhere.
      const outline = await page.evaluate(
        'document.activeElement === document.body ? "" : getComputedStyle(document.activeElement).outlineStyle',
      )
      expect(outline, await focused()).not.toBe('none')
    }
    for (const stop of [
      'tree',
      'processes',
      'timeline',
      'program',
      'Token',
      'Search the tree',
      'Fold',
      'Smaller',
    ]) {
      expect([...stops]).toContain(stop)
    }
    await page.keyboard.press('Escape')
    // Arrows and Enter open a process; Tab goes to what can be done with it.
    await page.evaluate('document.activeElement.blur()')
    for (let n = 0; n < 3; n++) await page.keyboard.press('ArrowDown')
    await page.locator('.node.focus').waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Kill' }).waitFor()
    await page.getByRole('button', { name: 'Kill' }).focus()
    await page.keyboard.press('Enter')
    expect(await focused()).toBe('Yes, kill it')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Kill' }).waitFor()
    await page.keyboard.press('Escape')
    await page.locator('.panel').waitFor({ state: 'detached' })
    // The table: arrows go through it, Enter opens.
    await page.keyboard.press('2')
    await page.locator('.table .all .row').nth(3).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.locator('.panel').waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'detached' })
    await page.close()
  })

  it.each(process.env.HEARTWOOD_AXE === 'once' ? LOOKS.slice(0, 2) : LOOKS)(
    'has nothing that axe finds wrong, on any view: %s at %i pixels',
    async (colorScheme, width) => {
      const { page } = await browser.open(url)
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.setViewportSize({ width, height: 900 })
      await crash('web')
      await node(page, 'database').waitFor()
      const pid = String(system.kernel.whereis('database')).replace(/[<>]/g, '')
      const found: string[] = []
      const look = async (what: string): Promise<void> => {
        for (const violation of await violationsOn(page)) found.push(`${what}: ${violation}`)
      }
      const go = async (place: string, until: string): Promise<void> => {
        await page.evaluate(`location.hash = '${place}'`)
        await page.locator(until).first().waitFor()
      }
      await go('#/tree', '.node')
      await look('tree')
      await page.locator('#search').fill('database')
      await look('tree, searched')
      await page.locator('#search').fill('')
      for (let n = 0; n < 6; n++) await page.keyboard.press('-')
      await page.evaluate('document.activeElement.blur()')
      for (let n = 0; n < 6; n++) await page.keyboard.press('-')
      await look('tree, from afar')
      await go('#/processes', '.table .all .row .mark')
      await wait(2_500)
      await look('processes')
      await go('#/timeline', '.event.crash')
      await page.locator('.event.crash button.line').first().click()
      await page.locator('.story').waitFor()
      await page.getByRole('button', { name: 'report' }).first().click()
      await look('timeline')
      await go('#/program', 'h1')
      await wait(1_500)
      await look('program')
      await go(`#/tree/${pid}`, '.panel .charts')
      await page.getByRole('button', { name: 'Kill' }).click()
      await look('a process')
      await page
        .locator('.panel .event button.line')
        .first()
        .click()
        .catch(() => {})
      await look('a process, with its crash')
      await page.getByRole('button', { name: 'Token' }).first().click({ force: true })
      await look('the token')
      await page.keyboard.press('Escape')
      await page.evaluate('document.activeElement.blur()')
      await page.keyboard.press('?')
      await page.getByRole('dialog', { name: 'Keys' }).waitFor()
      await look('the keys')
      await page.close()
      expect(found).toEqual([])
    },
    120_000,
  )

  it('scrolls through a hundred thousand rows', async () => {
    const kernel = new Kernel({ report: () => {} })
    await using observer = await startObserver({ kernel, port: 0 })
    await kernel.run(() => {
      for (let n = 0; n < 100_000; n++) spawn(() => receive(), { label: `row ${n}` })
    })
    const { page, complaints } = await browser.open(`${observer.url}#/processes`)
    await page.getByText(/^100,00\d$/).waitFor()
    const body = page.locator('.table .body')
    for (const part of [0.5, 0.999, 0.25]) {
      await body.evaluate((element, at) => {
        element.scrollTop = element.scrollHeight * at
      }, part)
      const first = `row ${Math.round(100_000 * part) - 2}`.slice(0, 6)
      await page.locator('.table .all .row .name', { hasText: first }).first().waitFor()
      expect(await page.locator('.table .all .row').count()).toBeLessThan(60)
    }
    await page.getByRole('button', { name: 'Name' }).click()
    await page.locator('#search').fill('row 99999')
    await page.getByText(/^1 of 100,00\d$/).waitFor()
    expect(complaints).toEqual([])
    await page.close()
  })

  it.each([390, 820, 1440])('has its picture taken at %i pixels, in light and dark', async (width) => {
    mkdirSync(SHOTS, { recursive: true })
    const { page, complaints } = await browser.open(url)
    await crash('database')
    const pid = String(system.kernel.whereis('web')).replace(/[<>]/g, '')
    await page.setViewportSize({ width, height: width < 500 ? 844 : 900 })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      for (const [name, place] of [
        ['tree', '#/tree'],
        ['processes', '#/processes'],
        ['timeline', '#/timeline'],
        ['program', '#/program'],
        ['process', `#/tree/${pid}`],
      ] as const) {
        await page.evaluate(`location.hash = '${place}'`)
        await wait(name === 'process' || name === 'processes' ? 1_200 : 500)
        // Nothing sticks out: the page itself never scrolls sideways.
        expect(
          await page.evaluate('document.documentElement.scrollWidth - window.innerWidth'),
        ).toBeLessThanOrEqual(0)
        const picture = await page.screenshot({ path: join(SHOTS, `${name}-${width}-${colorScheme}.png`) })
        expect(picture.length).toBeGreaterThan(5_000)
      }
    }
    expect(complaints).toEqual([])
    await page.close()
  })
})
