import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  createLogger,
  defineServer,
  exit,
  isDown,
  Kernel,
  type LogLevel,
  type LogOptions,
  logReporter,
  monitor,
  type Pid,
  type Ref,
  receive,
  ref,
  setLogLevel,
  spawn,
  start,
  startLink,
  startSupervisor,
  trapExit,
  UniqueRegistry,
  via,
  whereisServer,
  whichChildren,
} from 'heartwood'
import { VirtualClock } from 'heartwood/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { sourceOf } from '../../src/logging/text/source-map.js'

/** A log as people see it. */
function terminal(level: LogLevel = 'info', format: LogOptions['format'] = 'pretty') {
  const written: string[] = []
  const destination = { write: (text: string) => void written.push(text) }
  const logger = createLogger({ destination, format, level })
  const kernel = new Kernel({ clock: new VirtualClock(), report: logReporter(logger) })
  const lines = (): string[] =>
    written
      .join('')
      .trimEnd()
      .split('\n')
      // When, by whom, and where in this file is another matter.
      .map((line) =>
        line
          .replace(/^\d\d:\d\d:\d\d\.\d{3} /, '')
          .replace(/<0\.\d+>/g, '<pid>')
          .replace(/:\d+:\d+/, ':line'),
      )
  return { kernel, logger, lines, written }
}

class Till {
  readonly #cash = 3
  open(key: string): void {
    turn(key, this.#cash)
  }
}
function turn(key: string, cash: number): void {
  throw new TypeError(`no key ${key}, ${cash} inside`, { cause: new Error('it is bent') })
}
defineServer(Till, { casts: ['open'] })

/** A till under a supervisor crashes once, as `name`. */
async function crash(kernel: Kernel, name: string, times = 1): Promise<void> {
  await kernel.run(async () => {
    trapExit(true)
    const children = [{ id: 'till', start: () => startLink(Till, undefined, { name }) }]
    await startSupervisor({ children, intensity: 1, period: 5_000 }, { name: 'shop' })
    for (let time = 0; time < times; time++) {
      monitor(name)
      ref(Till, name).cast.open('k')
      await receive(isDown)
      await kernel.settled()
    }
  })
}

describe('a crash at a terminal', () => {
  it('is told once: what ended and why, its stack without inner frames, what follows', async () => {
    const { kernel, lines } = terminal()
    await crash(kernel, 'till')
    expect(lines()).toEqual([
      'ERROR till<pid> crashed: TypeError: no key k, 3 inside',
      '    lastMessage: {"method":"open","args":["k"]}',
      '    state: {"#cash":3}',
      '        at turn (test/logging/crash-text.test.ts:line)',
      '        at Till.open (test/logging/crash-text.test.ts:line)',
      expect.stringMatching(/^ {8}… \d+ frames of heartwood and node \(log level debug shows all of it\)$/),
      '    caused by Error: it is bent',
      '        at turn (test/logging/crash-text.test.ts:line)',
      '        … from there on as above',
      'INFO  shop<pid> supervisor shop: child "till" terminated; restart 1 of at most 1 in 5 s',
    ])
  })

  it('says of the next one what is new, and when there will be none', async () => {
    const { kernel, lines } = terminal()
    await crash(kernel, 'till', 2)
    expect(lines().slice(10)).toEqual([
      'ERROR till<pid> crashed: TypeError: no key k, 3 inside',
      '    lastMessage: {"method":"open","args":["k"]}',
      '    state: {"#cash":3}',
      '        … from where it came above',
      'INFO  shop<pid> supervisor shop: child "till" terminated; it would be restart 2 of at most 1 in 5 s',
      'ERROR shop<pid> supervisor shop: child "till" is given up, and the supervisor with it: reached_max_restart_intensity',
    ])
  })

  it.each(['debug', 'json'] as const)('is told in full where that is asked for: %s', async (how) => {
    const { kernel, written } = how === 'json' ? terminal('info', 'json') : terminal('debug')
    await crash(kernel, 'till')
    const text = written.join('')
    // The server's, the process's, the supervisor's, each with the cause.
    expect(text.match(/at Till\.open/g)).toHaveLength(6)
    expect(text).toMatch(/queueLength/)
    expect(text).toMatch(/offender/)
    if (how === 'debug') return
    const records = written.map((line) => JSON.parse(line))
    expect(records.map(({ kind }) => kind)).toEqual(['server', 'crash', 'supervisor'])
    for (const { err } of records) expect(err.stack).toContain('runHandler')
    expect(records[2].restarts).toEqual({ recent: 0, intensity: 1, period: 5_000 })
  })

  it('is told by the level of now', async () => {
    const { kernel, logger, lines } = terminal()
    setLogLevel(logger, 'debug')
    await crash(kernel, 'till')
    expect(lines().join()).toContain('queueLength')
  })

  it('names a worker without a name by its class, and by the key that it is registered by', async () => {
    const { kernel, lines } = terminal()
    await kernel.run(async () => {
      const tills = new UniqueRegistry<string>('tills')
      await tills.start()
      trapExit(true)
      const crashed = async (till: Ref<Till>): Promise<void> => {
        const pid = whereisServer(till) as Pid
        monitor(pid)
        till.cast.open('k')
        await receive(isDown)
      }
      await crashed(await start(Till))
      await crashed(await start(Till, undefined, { name: via(tills, 'ann') }))
    })
    const heads = lines().filter((line) => line.startsWith('ERROR'))
    expect(heads).toEqual([
      'ERROR Till<pid> crashed: TypeError: no key k, 3 inside',
      'ERROR Till via(tills, "ann")<pid> crashed: TypeError: no key k, 3 inside',
    ])
  })

  it('of a plain process and of what is no error is told, too', async () => {
    const { kernel, lines } = terminal()
    await kernel.run(async () => {
      const pid = spawn(
        () => {
          throw { code: 7 }
        },
        { label: 'odd job' },
      )
      monitor(pid)
      await receive(isDown)
    })
    expect(lines()).toEqual(['ERROR odd job<pid> crashed: {"code":7}'])
  })

  it('has the reason from the supervisor where nobody else told it', async () => {
    const { kernel, lines } = terminal()
    await kernel.run(async () => {
      const children = [{ id: 'till', start: () => startLink(Till), restart: 'temporary' as const }]
      const shop = await startSupervisor({ children }, { name: 'shop' })
      const pid = (await whichChildren(shop))[0]?.pid as Pid
      monitor(pid)
      exit(pid, 'kill')
      await receive(isDown)
      await kernel.settled()
    })
    expect(lines()).toEqual([
      'ERROR shop<pid> supervisor shop: child "till" terminated: killed; it is not restarted',
    ])
  })
})

describe('what a program logs itself', () => {
  it('has its fields, and its stack once', () => {
    const { logger, lines } = terminal()
    const err = new Error('disk full')
    logger.error({ err, disk: 'a' }, 'not saved')
    logger.warn({ err }, 'not saved either')
    const shown = lines()
    expect(shown.slice(0, 3)).toEqual(['ERROR not saved', '    disk: a', '    Error: disk full'])
    expect(shown[3]).toBe('        at test/logging/crash-text.test.ts:line')
    expect(shown.slice(-3)).toEqual([
      'WARN  not saved either',
      '    Error: disk full',
      '        … from where it came above',
    ])
  })
})

describe('a place in compiled code', () => {
  const folder = mkdtempSync(join(tmpdir(), 'heartwood-maps-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text)
    return pathToFileURL(join(folder, name)).href
  }
  // The third line comes from the sixth of the source; what begins in its fifth column, from the seventh.
  const map = (source: string): string =>
    JSON.stringify({ version: 3, sources: [source], sourceRoot: '', names: [], mappings: ';;AAKA,IACC' })
  const at = (href: string, line = 3, column = 6) => ({ href, line, column })

  it('is that of its source, by the map beside it or within', () => {
    write('a.js.map', map('../src/a.ts'))
    const beside = write('a.js', '1\n2\n3\n//# sourceMappingURL=a.js.map\n')
    const source = new URL('../src/a.ts', beside).href
    expect(sourceOf(at(beside))).toEqual({ href: source, line: 7, column: 2 })
    const data = Buffer.from(map('b.ts')).toString('base64')
    const within = write('b.js', `1\n2\n3\n//# sourceMappingURL=data:application/json;base64,${data}`)
    expect(sourceOf(at(within))).toEqual({ href: new URL('b.ts', within).href, line: 7, column: 2 })
  })

  it('stays as it is without a map, or with one that is none', () => {
    const bare = at(write('c.js', '1\n'))
    const broken = at(write('d.js', '//# sourceMappingURL=d.js.map'))
    write('d.js.map', '{')
    const lost = at(write('e.js', '//# sourceMappingURL=gone.map'))
    const elsewhere = at(write('f.js', '//# sourceMappingURL=https://example.org/f.map'))
    const gone = at(pathToFileURL(join(folder, 'gone.js')).href)
    const host = at('file://elsewhere/g.js')
    const notAFile = at(pathToFileURL('/dev/zero.js').href)
    for (const place of [bare, broken, lost, elsewhere, gone, host, notAFile])
      expect(sourceOf(place)).toBe(place)
  })
})

// Last, since a storm uses up what may be read of private fields in a second.
describe('a storm of crashes at a terminal', () => {
  it('is told once', async () => {
    const { kernel, lines } = terminal()
    const count = 20
    await kernel.run(async () => {
      const children = Array.from({ length: count }, (_, at) => ({
        id: `till ${at}`,
        start: () => startLink(Till, undefined, { name: `till ${at}` }),
      }))
      await startSupervisor({ children, intensity: count, period: 1_000 })
      for (let at = 0; at < count; at++) ref(Till, `till ${at}`).cast.open('k')
      await kernel.settled()
    })
    const ends = lines().filter((line) => line.includes(' terminated; restart '))
    expect(ends).toHaveLength(count)
    expect(lines().filter((line) => line.includes('TypeError: no key'))).toHaveLength(count)
    expect(lines().at(-1)).toBe(ends.at(-1))
  })
})
