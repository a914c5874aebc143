import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, expect, it, vi } from 'vitest'
import { type Status, startServer } from '../../src/genserver/index.js'
import { Kernel, REPORTS, type Report, type ReportEvent, send, spawn } from '../../src/kernel/index.js'
import {
  createLogger,
  type Logger,
  type LogOptions,
  logReporter,
  setLogLevel,
} from '../../src/logging/index.js'

/** A log that a test can read. */
function log(options: LogOptions = {}): { logger: Logger; records: () => Record<string, unknown>[] } {
  const lines: string[] = []
  const destination = { write: (line: string) => void lines.push(line) }
  return {
    logger: createLogger({ destination, ...options }),
    records: () => lines.map((line) => JSON.parse(line)),
  }
}

const report = (fields: Partial<Report> = {}): Report => ({
  level: 'error',
  kind: 'test',
  message: 'm',
  ...fields,
})

describe('the reporter', () => {
  it('writes a crash with the reason, its stack and the causes behind it', () => {
    const { logger, records } = log()
    const root = Object.assign(new Error('disk full'), { code: 'ENOSPC' })
    const reason = new Error('cannot save', { cause: new TypeError('cannot write', { cause: root }) })
    logReporter(logger)(report({ kind: 'crash', reason, queueLength: 3 }))
    expect(records()).toMatchObject([
      {
        level: 'error',
        kind: 'crash',
        msg: 'm',
        reason: 'Error: cannot save',
        queueLength: 3,
        err: {
          type: 'Error',
          message: 'cannot save',
          stack: expect.stringContaining('reporter.test.ts'),
          cause: {
            type: 'TypeError',
            message: 'cannot write',
            cause: { message: 'disk full', code: 'ENOSPC' },
          },
        },
      },
    ])
  })

  it.each([
    ['shutdown', 'shutdown'],
    [{ shutdown: 'done' }, '{"shutdown":"done"}'],
    [undefined, 'undefined'],
    [{ badReturnValue: 7 }, '{"badReturnValue":7}'],
  ])('writes the reason %o on one line', (reason, expected) => {
    const { logger, records } = log()
    logReporter(logger)(report({ reason }))
    expect(records()[0]).toMatchObject({ reason: expected })
    expect(records()[0]).not.toHaveProperty('err')
  })

  it('finds the error inside a reason', () => {
    const { logger, records } = log()
    logReporter(logger)(
      report({ reason: { shutdown: { failedToStartChild: 'web', reason: new Error('no port') } } }),
    )
    expect(records()[0]).toMatchObject({ err: { message: 'no port' } })
  })

  it('ends a circle of causes, and shows only some errors of many', () => {
    const { logger, records } = log()
    const circle = new Error('a')
    circle.cause = new Error('b', { cause: circle })
    logReporter(logger)(report({ reason: circle }))
    logReporter(logger)(
      report({ reason: new AggregateError(Array.from({ length: 99 }, (_, at) => new Error(`${at}`))) }),
    )
    expect(records()[0]).toMatchObject({
      err: { message: 'a', cause: { message: 'b', cause: '[circular]' } },
    })
    expect((records()[1] as { err: { errors: unknown[] } }).err.errors).toHaveLength(5)
  })

  it('never throws, whatever it is to report', () => {
    const { logger, records } = log()
    const hostile = new Proxy(new Error('x'), {
      get() {
        throw new Error('trap')
      },
      getPrototypeOf() {
        throw new Error('trap')
      },
      ownKeys() {
        throw new Error('trap')
      },
    })
    const crooked = new Error('y')
    Object.defineProperty(crooked, 'message', {
      get() {
        throw new Error('trap')
      },
    })
    for (const reason of [hostile, crooked, { shutdown: hostile }, Object.create(null)]) {
      logReporter(logger)(report({ reason, state: hostile, lastMessage: [hostile] }))
    }
    expect(records()).toHaveLength(4)
    expect(records()[0]).toMatchObject({ state: '[unreadable: trap]' })
    expect(records()[1]).toMatchObject({ err: { message: '[message is unreadable]' } })
  })

  it('says on stderr, once, that the log itself fails', () => {
    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    try {
      const destination = {
        write() {
          throw new Error('the disk is full')
        },
      }
      const write = logReporter(createLogger({ destination }))
      write(report({ message: 'something broke' }))
      write(report({ message: 'something else broke' }))
      const told = 'heartwood: the log cannot be written: the disk is full. The program goes on.\n'
      expect(written.mock.calls).toEqual([[told]])
    } finally {
      written.mockRestore()
    }
  })

  it('hides secrets: by path, by name, and in URLs', () => {
    const { logger, records } = log({ redact: ['state.pin', '*.card'] })
    const reason = new Error('cannot reach postgres://pulse:hunter2@db/pulse')
    logReporter(logger)(
      report({ reason, message: String(reason), state: { pin: 1234, token: 't', user: 'ada', card: 9 } }),
    )
    expect(records()[0]).toMatchObject({
      state: { pin: '[redacted]', token: '[redacted]', user: 'ada', card: '[redacted]' },
    })
    expect(JSON.stringify(records())).not.toContain('hunter2')
  })

  it('keeps a report of a huge state and a long message small', () => {
    const { logger, records } = log()
    const state = {
      rows: Array.from({ length: 1_000_000 }, (_, at) => ({ at })),
      text: 'x'.repeat(50_000_000),
    }
    logReporter(logger)(report({ state, lastMessage: state, message: 'y'.repeat(1_000_000) }))
    expect(JSON.stringify(records()[0]).length).toBeLessThan(20_000)
  })

  it('does nothing for a level that is not written', () => {
    const { logger, records } = log({ level: 'warn' })
    const state = {
      get touched(): never {
        throw new Error('it was read')
      },
    }
    logReporter(logger)(report({ level: 'info', state }))
    expect(records()).toEqual([])
  })

  it('writes progress at level debug', () => {
    const { logger, records } = log({ level: 'debug' })
    logReporter(logger)(report({ level: 'info', kind: 'progress', started: { id: 'a' } }))
    expect(records()).toMatchObject([{ level: 'debug', kind: 'progress', started: { id: 'a' } }])
  })

  it('turns the crash of a server into records with last message and state', async () => {
    const { logger, records } = log()
    const kernel = new Kernel({ report: logReporter(logger) })
    await kernel.run(async () => {
      const callbacks = {
        init: () => ({ state: { count: 1 } }),
        handleInfo: (): never => {
          throw new Error('boom')
        },
      }
      const started = await startServer(callbacks, undefined, { name: 'fragile' })
      if (started !== 'ignore') send(started.pid, { do: 'crash' })
    })
    await kernel.settled()
    const said = { pid: '<0.2>', name: 'fragile', reason: 'Error: boom', lastMessage: { do: 'crash' } }
    expect(records()).toMatchObject([
      { kind: 'server', level: 'info', state: { count: 1 }, ...said },
      { kind: 'crash', level: 'error', state: { count: 1 }, ...said },
    ])
  })
})

describe('a logger', () => {
  it('says on each line which process wrote it', async () => {
    const { logger, records } = log()
    const kernel = new Kernel()
    logger.info('outside')
    await kernel.run(async () => {
      spawn(() => logger.info('named'), { name: 'worker' })
      spawn(() => logger.info('labelled'), { label: 'a task' })
      spawn(() => logger.info('plain'))
    })
    await kernel.settled()
    expect(records().map(({ msg, pid, name }) => [msg, pid, name])).toEqual([
      ['outside', undefined, undefined],
      ['named', '<0.2>', 'worker'],
      ['labelled', '<0.3>', 'a task'],
      ['plain', '<0.4>', undefined],
    ])
  })

  it('has the process of a report on its line, not the one that happens to run', async () => {
    const { logger, records } = log()
    const kernel = new Kernel()
    await kernel.run(async () => {
      spawn(() => logReporter(logger)(report()), { name: 'bystander' })
    })
    await kernel.settled()
    expect(records()[0]).not.toHaveProperty('name')
    expect(records()[0]).not.toHaveProperty('pid')
  })

  it('writes time, level and base of every line, as asked', () => {
    const { logger, records } = log({ base: { service: 'pulse' }, level: 'debug' })
    logger.debug('hello')
    logger.trace('not written')
    expect(records()).toEqual([
      {
        level: 'debug',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        service: 'pulse',
        msg: 'hello',
      },
    ])
  })

  it('writes an error given as err in the same form as reports do', () => {
    const { logger, records } = log()
    logger.error({ err: new Error('a', { cause: new Error('b') }) }, 'failed')
    expect(records()[0]).toMatchObject({
      err: { type: 'Error', message: 'a', cause: { type: 'Error', message: 'b' } },
    })
  })

  it('says beforehand what it would not write, by the level of the moment', () => {
    const { logger } = log({ level: 'warn' })
    const { wants } = logReporter(logger)
    const wanted = (): (boolean | undefined)[] => [
      wants?.('error', 'crash'),
      wants?.('info', 'supervisor'),
      wants?.('info', 'progress'),
    ]
    expect(wanted()).toEqual([true, false, false])
    setLogLevel(logger, 'info')
    expect(wanted()).toEqual([true, true, false])
    setLogLevel(logger, 'someone', 'debug')
    expect(wanted()).toEqual([true, true, true])
    setLogLevel(logger, 'someone', undefined)
    logger.level = 'silent'
    expect(wanted()).toEqual([false, false, false])
  })

  it.each([
    ['silent', 0],
    ['error', 1],
  ] as const)('has the report of a crash made where somebody reads it: level %s', async (level, times) => {
    const { logger, records } = log({ level })
    let shaped = 0
    const kernel = new Kernel({ report: logReporter(logger) })
    const server = {
      init: () => ({ state: 1 }),
      handleInfo: () => ({ stop: 'bad', state: 1 }),
      formatStatus: (status: Status) => ({ ...status, state: ++shaped }),
    }
    const crash = async (): Promise<void> => {
      await kernel.run(async () => {
        const started = await startServer(server)
        if (started !== 'ignore') send(started.pid, 'x')
      })
      await kernel.settled()
    }
    await crash()
    expect(shaped).toBe(times)
    expect(records().map(({ kind }) => kind)).toEqual(times === 0 ? [] : ['crash'])
    // Whoever subscribes gets the same, whatever the log thinks of it.
    const heard: Report[] = []
    const hear = (event: unknown): void => void heard.push((event as ReportEvent).report)
    subscribe(REPORTS, hear)
    await crash()
    unsubscribe(REPORTS, hear)
    expect(heard).toMatchObject([{ kind: 'server', state: times + 1 }, { kind: 'crash' }])
  })

  it('is handed every report when it fails to say what it wants', async () => {
    const seen: Report[] = []
    const report = Object.assign((each: Report) => void seen.push(each), {
      wants: () => {
        throw new Error('broken')
      },
    })
    const kernel = new Kernel({ report })
    kernel.spawn(() => {
      throw new Error('boom')
    })
    await kernel.settled()
    expect(seen).toMatchObject([{ kind: 'crash' }])
  })
})
