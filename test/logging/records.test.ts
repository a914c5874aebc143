/** docs/log-records.md is a contract: it lists the kinds that there are in the code, and the fields that records have. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  application,
  boot,
  type ChildSpec,
  createLogger,
  defineConfig,
  defineServer,
  exit,
  Kernel,
  logReporter,
  type Pid,
  ref,
  send,
  startLink,
  supervisorSpec,
  Task,
} from 'heartwood'
import { VirtualClock } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PAGE = readFileSync(join(ROOT, 'docs/log-records.md'), 'utf8')

const words = (cell = ''): string[] => [...cell.matchAll(/`(\w+)`/g)].map(([, word = '']) => word)
const rowsBelow = (heading: string): string[][] => {
  const table = PAGE.slice(PAGE.indexOf(heading)).match(/(?:^\|.*\n)+/m)?.[0] ?? ''
  return table
    .trim()
    .split('\n')
    .slice(2)
    .map((row) => row.split('|').slice(1, -1))
}

const COMMON = new Set(rowsBelow('## Fields').flatMap(([field]) => words(field)))
const KINDS = new Map(
  rowsBelow('## Kinds').flatMap(([kinds, levels, , fields]) =>
    words(kinds).map((kind) => [kind, { levels: words(levels), fields: new Set(words(fields)) }] as const),
  ),
)

/** Every kind that some code reports or logs. */
function kindsInCode(): Set<string> {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  const found = files
    // The kit for tests has no log of its own.
    .filter((file) => file.endsWith('.ts') && !file.startsWith('testing'))
    .flatMap((file) => {
      const code = readFileSync(join(ROOT, 'src', file), 'utf8')
      const written = /(?:level(?:: '\w+')?,\s*|\(\{\s*|fields = \{ )kind: '([a-z]+)'/g
      return [...code.matchAll(written)].map(([, kind = '']) => kind)
    })
  return new Set([...found, 'storm'])
}

class Worker {
  readonly jobs = 0
  crash(): void {
    throw new Error('boom', { cause: { code: 7 } })
  }
}
defineServer(Worker, { name: 'worker', casts: ['crash'] })

/** A program in which much happens, and what its log has of it. */
async function records(): Promise<Record<string, unknown>[]> {
  const lines: Record<string, unknown>[] = []
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) }
  const logger = createLogger({ destination, level: 'debug', format: 'json' })
  const clock = new VirtualClock()
  const reporter = logReporter(logger, {}, clock)
  const kernel = new Kernel({ clock, report: reporter })
  const worker: ChildSpec = { id: 'worker', start: () => startLink(Worker) }
  const root = supervisorSpec('root', { children: [worker], intensity: 40 })
  const config = defineConfig({ applications: [application({ name: 'shop', root })] })
  const system = await boot(config, { kernel, logger })
  await kernel.run(async () => {
    send(kernel.whereis('worker') as Pid, { odd: true })
    Task.start(() => {
      throw new Error('no result')
    })
    await kernel.settled()
  })
  for (let time = 0; time < 30; time++) {
    await kernel.run(() => ref(Worker).cast.crash())
    await kernel.settled()
  }
  exit(kernel.whereis('worker') as Pid, 'kill')
  await kernel.settled()
  reporter.flush()
  await system.stop()
  return lines
}

describe('the page of records', () => {
  it('lists every kind that there is, and no other', () => {
    expect([...KINDS.keys()].sort()).toEqual([...kindsInCode()].sort())
  })

  it('has each field and level of real records', async () => {
    const lines = await records()
    const seen = new Set(lines.map(({ kind }) => kind))
    for (const kind of ['crash', 'server', 'supervisor', 'task', 'storm', 'progress', 'application'])
      expect(seen).toContain(kind)
    const unlisted = lines.flatMap(({ kind, level, ...record }) => {
      const contract = KINDS.get(String(kind))
      const fields = Object.keys(record).filter((field) => !COMMON.has(field) && !contract?.fields.has(field))
      if (!contract?.levels.includes(String(level))) fields.push(`level ${level}`)
      return fields.map((field) => `${kind}: ${field}`)
    })
    expect(new Set(unlisted)).toEqual(new Set())
  })

  it('is where warnings and errors lead to, each to the row of its kind; what is no trouble leads nowhere', async () => {
    const lines = await records()
    const troubles = lines.filter(({ level }) => ['warn', 'error', 'fatal'].includes(String(level)))
    expect(troubles.length).toBeGreaterThan(5)
    for (const { kind, docs } of troubles) {
      expect(docs).toBe(`heartwood/docs/log-records.md#${kind}`)
      expect(PAGE).toContain(`<a id="${kind}"></a>`)
    }
    expect(lines.filter((line) => !troubles.includes(line) && 'docs' in line)).toEqual([])
  })

  it('leads from an error with a code of ours to the row of the code, and from an error of others nowhere', () => {
    const lines: { err: { docs?: string } }[] = []
    const destination = { write: (line: string) => void lines.push(JSON.parse(line)) }
    const write = logReporter(createLogger({ destination, format: 'json' }))
    const [ours, others] = [
      thrownBy(() => send('nobody', 1)),
      Object.assign(new Error('no'), { code: 'ENOENT' }),
    ]
    for (const reason of [ours, others]) write({ level: 'error', kind: 'crash', message: 'crashed', reason })
    expect(lines.map(({ err }) => err.docs)).toEqual(['heartwood/docs/errors.md#NAME_UNKNOWN', undefined])
  })
})

function thrownBy(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}
