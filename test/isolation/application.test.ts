import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  application,
  boot,
  type ChildSpec,
  createLogger,
  defineConfig,
  type ExitReason,
  exit,
  type HeartwoodError,
  Kernel,
  type Logger,
  type LogLevel,
  logReporter,
  monitor,
  type Pid,
  type RunningSystem,
  receive,
  ref,
  type ServerClass,
  type Settings,
  self,
  setLogLevel,
  supervisorSpec,
} from 'heartwood'
import { resolveConfig } from 'heartwood/tools'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

interface Till {
  init(args: { watcher: Pid; serves: boolean }): void
  close(): void
  finish(): void
  seen(): { pool: number; now: number; shown: string; url: string }
  parser(): unknown
  say(level: LogLevel, text: string): void
  sayAndHang(text: string): never
  sayAndFail(text: string): void
}

const url = new URL('./fixtures/shop.js', import.meta.url).href
const { Till, DistantTill, settings } = (await import(/* @vite-ignore */ url)) as {
  Till: ServerClass<Till>
  DistantTill: ServerClass<Till>
  settings: Settings<unknown>
}

let folder: string
let kernel: Kernel
let system: RunningSystem | undefined
let log: Logger
let lines: Record<string, unknown>[]
let saidThree: () => void

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heartwood-isolated-'))
  lines = []
  const write = (text: string) => {
    lines.push(JSON.parse(text))
    if (text.includes('three')) saidThree()
  }
  log = createLogger({ base: { program: 'shop' }, destination: { write } })
  kernel = new Kernel({ node: 'host', report: logReporter(log) })
})
afterEach(async () => {
  await system?.stop()
  rmSync(folder, { recursive: true })
})

const values = (given: object): void => writeFileSync(join(folder, 'settings.json'), JSON.stringify(given))

/** Runs a test as a process of the kernel of an application with that one server. */
async function inShop(
  given: object,
  body: (till: Pid) => unknown,
  Class: ServerClass<Till> = Till,
  serves = false,
): Promise<void> {
  values(given)
  await kernel.run(async () => {
    const till = [Class, { watcher: self(), serves }] as unknown as ChildSpec
    const root = supervisorSpec('root', { children: [till] })
    const config = defineConfig({
      settings,
      applications: [application({ name: 'shop', root })],
      contain: false,
      blockingLimit: Number.POSITIVE_INFINITY,
    })
    system = await boot(await resolveConfig(config, { folder, variables: {}, file: 'config.js' }), {
      kernel,
      logger: log,
    })
    await body(kernel.whereis('till') as Pid)
  })
}

const till = () => ref(Till)

async function ended(pid: Pid, reason?: ExitReason): Promise<void> {
  const down = monitor(pid)
  if (reason !== undefined) exit(pid, reason)
  await receive({ ref: down })
}

describe('the log of an isolated server', () => {
  it.each([
    ['a thread', Till],
    ['a program', DistantTill],
  ])('in %s is that of its application, with its pid and name, in order and to the last line', (_, Class) =>
    inShop(
      {},
      async (pid) => {
        await till().call.say('info', 'one')
        till().cast.sayAndFail('two')
        await ended(pid)
        const told = lines.filter((line) => line.name === 'till' && line.pid === String(pid))
        expect(told.map(({ level, msg }) => `${level} ${msg}`)).toEqual([
          'info said',
          'warn two',
          `info server till ${pid} terminating: Error: no money`,
          `error process ${Class.name} crashed: Error: no money`,
        ])
        expect(told[0]).toMatchObject({ program: 'shop', text: 'one' })
        await till().with({ waitForRestart: 20_000 }).call.seen()
        const three = new Promise<void>((resolve) => {
          saidThree = resolve
        })
        const again = kernel.whereis('till') as Pid
        const hanging = till()
          .call.sayAndHang('three')
          .catch(() => {})
        await three
        await ended(again, 'kill')
        await hanging
        expect(lines.find(({ msg }) => msg === 'three')).toMatchObject({ level: 'warn', pid: String(again) })
      },
      Class,
    ))

  it('has the levels of the application, also those that are set later', () =>
    inShop({}, async () => {
      await till().call.say('debug', 'hidden')
      setLogLevel(log, 'debug')
      await till().call.say('debug', 'shown')
      setLogLevel(log, 'info')
      setLogLevel(log, 'till', 'error')
      await till().call.say('warn', 'hidden')
      await till().call.say('error', 'shown')
      const said = lines.filter(({ text }) => text !== undefined)
      expect(said.map(({ level, text }) => `${level} ${text}`)).toEqual(['debug shown', 'error shown'])
      expect(lines.filter(({ msg }) => msg === 'so quietly')).toHaveLength(1)
    }))
})

describe('the settings of an isolated server', () => {
  it('are those of its application, secrets as secrets, and changes arrive', () =>
    inShop({ pool: 3 }, async (pid) => {
      const url = 'postgres://shop:hunter2@db/shop'
      expect(await till().call.seen()).toEqual({ pool: 3, now: 3, shown: '[redacted]', url })
      values({ pool: 4 })
      await system?.reload()
      expect(await receive({ of: pid })).toEqual({ pool: [3, 4], of: pid })
      expect(await till().call.seen()).toMatchObject({ pool: 3, now: 4 })
    }))

  it('that cannot cross are told to whoever asks for them', () =>
    inShop({}, async () => {
      const error = await till()
        .call.parser()
        .catch((thrown: HeartwoodError) => thrown.cause)
      expect(error).toMatchObject({
        code: 'SETTING_WITHHELD',
        message: expect.stringMatching(/"parser".*a function/),
      })
    }))
})

describe('the health of an application', () => {
  it('asks the checks of isolated servers, too', () =>
    inShop({}, async () => {
      expect((await system?.health.read())?.ready).toEqual({ ok: true, reasons: [] })
      await till().call.close()
      expect((await system?.health.read())?.ready.reasons).toEqual(['till: the till is closed'])
    }))
})

describe('a stop', () => {
  it('lets isolated servers drain', () =>
    inShop(
      {},
      async () => {
        const { port } = await receive((it): it is { port: number } => Object.hasOwn(Object(it), 'port'))
        const answer = fetch(`http://127.0.0.1:${port}/`).then((response) => response.text())
        await receive({ asked: port })
        const stopped = system?.stop()
        await till().call.finish()
        expect(await answer).toBe('done')
        await stopped
      },
      Till,
      true,
    ))
})
