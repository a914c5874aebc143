/** A pino of the program's own, handed to boot. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  application,
  boot,
  createLogger,
  defineServer,
  Kernel,
  logger,
  logMixin,
  ref,
  reopenLog,
  startLink,
  supervisorSpec,
} from 'heartwood'
import { type LoggerOptions, pino } from 'pino'
import { afterAll, describe, expect, it } from 'vitest'

class Clerk {
  greet(): void {
    logger().info('hello')
  }
  whisper(): void {
    logger().debug('psst')
  }
  fail(): void {
    const cause = Object.assign(new RangeError('deep'), { code: 'E_DEEP' })
    throw Object.assign(new TypeError('broken', { cause }), { code: 'E_X' })
  }
  bind(): void {
    const ofModule = logger().child({ name: 'orders', pid: 7, user: { name: 'ann' } })
    ofModule.info('of a child')
    ofModule.child({ name: 'orders.mail' }).info('of its child')
  }
  log(): void {
    logger().error({ err: new SyntaxError('mine') }, 'own error')
  }
}
defineServer(Clerk, { name: 'clerk', calls: ['greet', 'whisper', 'fail', 'log', 'bind'] })

const root = supervisorSpec('root', { children: [{ id: 'clerk', start: () => startLink(Clerk) }] })

interface Line {
  readonly msg: string
  readonly kind?: string
  readonly [field: string]: unknown
}

/** A system with a pino of the program's own, and what it writes. */
async function booted(options: LoggerOptions = {}) {
  const raw: string[] = []
  const own = pino(options, { write: (line: string) => void raw.push(line) })
  const system = await boot({ applications: [application({ name: 'a', root })] }, { logger: own })
  const act = (method: 'greet' | 'whisper' | 'fail' | 'log' | 'bind'): Promise<unknown> =>
    system.kernel.run(() =>
      ref(Clerk)
        .call[method]()
        .catch(() => {}),
    )
  const lines = (): Line[] => raw.map((line) => JSON.parse(line))
  return {
    own,
    raw,
    system,
    act,
    lines,
    find: (msg: string) => lines().find((line) => line.msg.includes(msg)),
  }
}

describe('a pino of the program’s own', () => {
  it('has each key once, and the process in the lines of workers', async () => {
    const { raw, system, act, find, own } = await booted({ name: 'shop' })
    await act('greet')
    await act('fail')
    own.info('from outside')
    await system.stop()
    for (const line of raw) expect(line.match(/"(?:pid|name)":/g)?.length ?? 0).toBeLessThanOrEqual(2)
    expect(find('hello')).toMatchObject({
      pid: expect.stringMatching(/^<0\./),
      name: 'clerk',
      osPid: process.pid,
    })
    expect(find('hello')).toMatchObject({ logger: 'shop' })
    expect(find('crashed')).toMatchObject({ kind: 'crash', name: 'clerk', osPid: process.pid })
    // What the program logs by its own is as it wants it.
    expect(find('from outside')).toMatchObject({ pid: process.pid, name: 'shop' })
  })

  it.each([
    ['a pino of its own', (write: (line: string) => void) => pino({ name: 'shop' }, { write })],
    [
      'createLogger',
      (write: (line: string) => void) => createLogger({ destination: { write }, format: 'json' }),
    ],
  ])('has each key once in the lines of children, too: %s', async (_, make) => {
    const raw: string[] = []
    const own = make((line) => void raw.push(line))
    const system = await boot({ applications: [application({ name: 'a', root })] }, { logger: own })
    await system.kernel.run(() => ref(Clerk).call.bind())
    await system.stop()
    const lines = raw.filter((line) => line.includes('child'))
    for (const line of lines) {
      for (const key of ['pid', 'osPid', 'logger']) expect(line.split(`"${key}":`)).toHaveLength(2)
      expect(JSON.parse(line)).toMatchObject({
        pid: expect.stringMatching(/^<0\./),
        name: 'clerk',
        osPid: 7,
        user: { name: 'ann' },
      })
    }
    expect(lines.map((line) => JSON.parse(line).logger)).toEqual(['orders', 'orders.mail'])
  })

  it('keeps the type and the cause of an error; its own serializer has what the program logs', async () => {
    const err = (error: Error): object => ({ mine: error.message })
    for (const serializers of [undefined, { err }]) {
      const { system, act, find } = await booted(serializers === undefined ? {} : { serializers })
      await act('fail')
      await act('log')
      await system.stop()
      const cause = { type: 'RangeError', message: 'deep', code: 'E_DEEP' }
      expect(find('crashed')?.err).toMatchObject({ type: 'TypeError', message: 'broken', code: 'E_X', cause })
      const logged = serializers === undefined ? { type: 'SyntaxError' } : { mine: 'mine' }
      expect(find('own error')?.err).toMatchObject(logged)
    }
  })

  it('keeps its own mixin and hook', async () => {
    const called: string[] = []
    const { system, act, find } = await booted({
      mixin: () => ({ region: 'eu' }),
      hooks: {
        logMethod(args, method) {
          called.push(String(args.at(-1)))
          method.apply(this, args)
        },
      },
    })
    system.setLogLevel('clerk', 'debug')
    await act('whisper')
    await system.stop()
    expect(find('psst')).toMatchObject({ region: 'eu', name: 'clerk' })
    expect(called).toContain('psst')
  })

  it('has the process in lines of its own by logMixin', async () => {
    const raw: string[] = []
    const own = pino({ mixin: logMixin, base: null }, { write: (line: string) => void raw.push(line) })
    own.info('outside')
    await new Kernel().run(() => own.info('inside'))
    expect(raw.map((line) => JSON.parse(line).pid)).toEqual([undefined, expect.stringMatching(/^<0\./)])
  })

  it('follows levels that change while it runs, from either side', async () => {
    const { own, system, act, lines } = await booted()
    const said = async (): Promise<boolean> => {
      const before = lines().length
      await act('whisper')
      return lines().length > before
    }
    expect(await said()).toBe(false)
    own.level = 'debug'
    expect(await said()).toBe(true)
    system.setLogLevel('warn')
    expect(own.level).toBe('warn')
    expect(await said()).toBe(false)
    system.setLogLevel('clerk', 'debug')
    expect(own.level).toBe('warn')
    expect(await said()).toBe(true)
    own.level = 'error'
    expect(await said()).toBe(true)
    system.setLogLevel('clerk', undefined)
    expect(await said()).toBe(false)
    own.level = 'trace'
    expect(await said()).toBe(true)
    await system.stop()
  })

  it('is the same logger for two systems', async () => {
    const own = pino({ level: 'silent' })
    const [one, two] = [
      await boot(
        { applications: [application({ name: 'a', root: supervisorSpec('a', { children: [] }) })] },
        { logger: own },
      ),
      await boot(
        { applications: [application({ name: 'b', root: supervisorSpec('b', { children: [] }) })] },
        { logger: own },
      ),
    ]
    expect(one.logger).toBe(two.logger)
    await Promise.all([one.stop(), two.stop()])
  })
})

describe('a log in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'heartwood-log-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const text = (file: string): string => readFileSync(join(folder, file), 'utf8')

  it.each([
    ['a path', (path: string) => createLogger({ destination: path })],
    [
      'pino’s destination',
      (path: string) => createLogger({ destination: pino.destination({ dest: path, sync: true }) }),
    ],
    ['a pino of its own', (path: string) => pino(pino.destination({ dest: path, sync: true }))],
    ['text', (path: string) => createLogger({ destination: path, format: 'pretty' })],
  ])('is opened again by its name: %s', (_, make) => {
    const log = make(join(folder, 'a.log'))
    log.info('before')
    renameSync(join(folder, 'a.log'), join(folder, 'a.1'))
    log.info('still the old one')
    expect(reopenLog(log)).toBe(true)
    log.info('after')
    expect(text('a.1')).toMatch(/before[\s\S]*still the old one/)
    expect(text('a.log')).toMatch(/after/)
    expect(text('a.log')).not.toMatch(/before/)
    rmSync(join(folder, 'a.log'))
  })

  it('stays where it is when its folder is gone, and standard output is no file', () => {
    expect(reopenLog(createLogger())).toBe(false)
  })

  it('that cannot be opened is LOG_FILE_UNUSABLE', () => {
    const destination = join(folder, 'nowhere', 'a.log')
    expect(() => createLogger({ destination })).toThrow(
      expect.objectContaining({ code: 'LOG_FILE_UNUSABLE', message: expect.stringContaining(destination) }),
    )
  })
})

describe('a transport in a thread', () => {
  const folder = mkdtempSync(join(tmpdir(), 'heartwood-transport-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const program = fileURLToPath(new URL('fixtures/transport.js', import.meta.url))

  it.each([
    ['process.exit', 'no', 7, 'called process.exit(7)'],
    ['process.exit', 'yes', 7, 'called process.exit(7)'],
    ['uncaught', 'no', 1, 'of no process'],
    ['uncaught', 'yes', 1, 'of no process'],
    ['SIGTERM', 'no', 0, 'application a stopped'],
    ['SIGTERM', 'yes', 0, 'application a stopped'],
  ])('has the last lines: %s, own pino: %s', (HOW, OWN, code, last) => {
    const FILE = join(folder, `${HOW}-${OWN}.log`)
    const { status } = spawnSync(process.execPath, [program], { env: { ...process.env, HOW, OWN, FILE } })
    const text = readFileSync(FILE, 'utf8')
    expect(text).toContain('the last thing it says')
    expect(text).toContain(last)
    expect(status).toBe(code)
  })
})
