import {
  application,
  boot,
  call,
  cast,
  createLogger,
  defineConfig,
  type LogOptions,
  logger,
  type Pid,
  setLabel,
  setLogLevel,
  spawn,
  startLink,
  supervisorSpec,
} from 'heartwood'
import { TestKernel } from 'heartwood/testing'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'

/** A logger whose lines a test reads. */
function written(options: LogOptions = {}) {
  const lines: { msg: string; level: string; name?: string }[] = []
  const log = createLogger({
    ...options,
    base: {},
    destination: { write: (line) => void lines.push(JSON.parse(line)) },
  })
  return { log, said: () => lines.splice(0).map(({ msg }) => msg), lines }
}

/** Runs `fn` in a process of that name. */
async function as(name: string | undefined, fn: () => void, label?: string): Promise<void> {
  const kernel = new TestKernel()
  const body = (): void => {
    if (label !== undefined) setLabel(label)
    fn()
  }
  kernel.spawn(body, name === undefined ? {} : { name })
  await kernel.settled()
  expect(kernel.reports).toEqual([])
}

describe('the level of a logger', () => {
  it('changes while the program runs, for its children too, made before or after', () => {
    const { log, said } = written()
    const child = log.child({ part: 1 })
    child.debug('hidden')
    setLogLevel(log, 'debug')
    child.debug('shown')
    log.child({ part: 2 }).debug('shown too')
    setLogLevel(log, 'error')
    child.warn('hidden again')
    expect(said()).toEqual(['shown', 'shown too'])
  })

  it('is one for each name or pattern; the exact name counts most, then the longest pattern', async () => {
    const { log, said } = written({ level: 'warn', levels: { 'checker:*': 'debug', 'checker:b': 'silent' } })
    const write = (who: string) => () => {
      log.debug(`${who} debug`)
      log.error(`${who} error`)
    }
    await as('checker:a', write('a'))
    await as('checker:b', write('b'))
    await as('web', write('web'))
    await as(undefined, write('labelled'), 'checker:label')
    await as(undefined, write('nobody'))
    expect(said()).toEqual([
      'a debug',
      'a error',
      'web error',
      'labelled debug',
      'labelled error',
      'nobody error',
    ])
    setLogLevel(log, 'check*', 'info')
    setLogLevel(log, 'checker:*', undefined)
    await as('checker:a', write('a'))
    expect(said()).toEqual(['a error'])
  })

  it('of a name takes nothing from a pattern but its star', async () => {
    const { log, said } = written({ level: 'silent', levels: { 'a.*[x]': 'info' } })
    await as('a.b[x]', () => log.info('fits'))
    await as('aab[x]', () => log.info('does not'))
    expect(said()).toEqual(['fits'])
  })

  it('leaves no trace when nothing has a level of its own any more', () => {
    const { log, said } = written()
    const plain = log.info
    setLogLevel(log, 'x', 'trace')
    expect(log.isLevelEnabled('trace')).toBe(true)
    setLogLevel(log, 'x', undefined)
    expect(log.isLevelEnabled('debug')).toBe(false)
    expect(String(log.info)).toBe(String(plain))
    log.info('still here')
    expect(said()).toEqual(['still here'])
  })

  it('does not touch other loggers', () => {
    const { log } = written()
    const other = written()
    setLogLevel(log, 'a', 'trace')
    other.log.debug('hidden')
    expect(other.said()).toEqual([])
  })

  it('that is none is LOG_LEVEL_INVALID, and of a foreign logger LOG_LEVELS_FIXED', () => {
    const { log } = written()
    const code = (expected: string) => expect.objectContaining({ code: expected })
    expect(() => setLogLevel(log, 'loud' as never)).toThrow(code('LOG_LEVEL_INVALID'))
    expect(() => setLogLevel(log, '', 'info')).toThrow(code('LOG_LEVEL_INVALID'))
    expect(() => setLogLevel(pino({ level: 'silent' }), 'info')).toThrow(code('LOG_LEVELS_FIXED'))
  })
})

describe('the levels of a system', () => {
  const worker = (name: string) => {
    const callbacks = {
      init: () => {
        logger().debug(`${name} starts`)
        return { state: undefined }
      },
      handleCall: () => {
        const reply = spawn(() => {
          throw new Error('a script crashed')
        })
        return { reply, state: undefined }
      },
      handleCast: (): never => {
        throw new Error(`${name} crashed`)
      },
    }
    return { id: name, start: () => startLink(callbacks, undefined, { name }) }
  }
  /** A process that a worker of the bank starts, and that crashes, first thing. */
  const inApplication = async (): Promise<Pid> => (await call('bank-worker', 'spawn')) as Pid
  const config = defineConfig({
    contain: false,
    applications: ['shop', 'bank'].map((name) =>
      application({ name, root: supervisorSpec(`${name}-root`, { children: [worker(`${name}-worker`)] }) }),
    ),
  })

  it('hold for an application by its name, for its loggers and its reports', async () => {
    const { log, lines } = written({ level: 'warn', levels: { shop: 'debug', 'bank-worker': 'info' } })
    const system = await boot(config, { logger: log })
    const said = lines.splice(0)
    expect(said.filter(({ msg }) => msg.endsWith('starts')).map(({ msg }) => msg)).toEqual([
      'shop-worker starts',
    ])
    expect(said.filter(({ level }) => level === 'debug').map(({ name }) => name)).toContain('shop-worker')
    expect(said.every(({ name }) => !String(name).startsWith('bank'))).toBe(true)
    system.setLogLevel('shop', undefined)
    system.setLogLevel('bank-worker', 'silent')
    system.setLogLevel('bank', 'info')
    await system.kernel.run(() => cast('bank-worker', 'go'))
    await system.kernel.settled()
    // What the supervisor has to say is about itself.
    expect(lines.splice(0).map(({ msg }) => msg)).toEqual([expect.stringContaining('bank-worker')])
    system.setLogLevel('bank', 'silent')
    system.setLogLevel('bank-worker', undefined)
    const stray = await system.kernel.run(() => inApplication())
    await system.kernel.settled()
    expect(lines.splice(0)).toEqual([])
    expect(system.kernel.isAlive(stray)).toBe(false)
    await system.stop()
  })
})
