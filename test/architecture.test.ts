import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const SRC = fileURLToPath(new URL('../src', import.meta.url))

/** The layers from the ground up; a folder imports only from those named for it. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  kernel: [],
  carrier: ['kernel'],
  guards: ['kernel'],
  erlang: ['genserver', 'isolation', 'kernel'],
  cluster: ['carrier', 'config', 'supervisor', 'genserver', 'kernel'],
  genserver: ['kernel'],
  isolation: ['carrier', 'genserver', 'kernel'],
  supervisor: ['genserver', 'kernel'],
  registry: ['genserver', 'kernel'],
  logging: ['kernel'],
  config: ['genserver', 'kernel', 'logging'],
  application: ['guards', 'isolation', 'config', 'supervisor', 'registry', 'genserver', 'kernel', 'logging'],
  decorators: [
    'isolation',
    'application',
    'config',
    'supervisor',
    'registry',
    'genserver',
    'kernel',
    'logging',
  ],
  cron: ['cluster', 'decorators', 'genserver', 'kernel'],
  hosts: ['decorators', 'application', 'supervisor', 'genserver', 'kernel'],
  mcp: ['application', 'kernel', 'logging'],
  dev: ['command-line', 'application', 'isolation', 'config', 'supervisor', 'genserver', 'kernel', 'logging'],
  'command-line': ['application', 'config', 'genserver', 'kernel', 'logging'],
  observer: [
    'application',
    'config',
    'supervisor',
    'registry',
    'isolation',
    'genserver',
    'kernel',
    'logging',
  ],
  telemetry: [
    'application',
    'config',
    'isolation',
    'supervisor',
    'registry',
    'genserver',
    'kernel',
    'logging',
  ],
  testing: [
    'carrier',
    'cluster',
    'guards',
    'isolation',
    'decorators',
    'application',
    'config',
    'supervisor',
    'registry',
    'genserver',
    'kernel',
    'logging',
  ],
}

MAY_IMPORT.entries = Object.keys(MAY_IMPORT)

interface Import {
  readonly from: string
  readonly to: string
  readonly typeOnly: boolean
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join(SRC, name))

const STATEMENT = /^(?:import|export)\s+(type\s+)?([^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/gm

function importsOf(file: string): (Import & { specifier: string })[] {
  const source = readFileSync(file, 'utf8')
  return [...source.matchAll(STATEMENT)].map(([, type, names = '', specifier = '']) => ({
    from: file,
    to: specifier.startsWith('.') ? resolve(dirname(file), specifier.replace(/\.js$/, '.ts')) : specifier,
    specifier,
    typeOnly: type !== undefined || onlyTypes(names),
  }))
}

/** `import { type A, type B }` is erased too. */
function onlyTypes(names: string): boolean {
  const list = /\{([^}]*)\}/.exec(names)?.[1]
  if (list === undefined || /^\s*\w+\s*,/.test(names)) return false
  const items = list.split(',').map((item) => item.trim())
  return items.filter((item) => item !== '').every((item) => item.startsWith('type '))
}

const imports = files.flatMap(importsOf)
/** The path below `src`, with slashes on every system. */
const short = (file: string): string => relative(SRC, file).replaceAll('\\', '/')
const layerOf = (file: string): string | undefined => short(file).split('/').slice(0, -1)[0]

const folders = new Set(files.map((file) => dirname(file)))
const hasFolders = (folder: string): boolean => [...folders].some((other) => other.startsWith(folder + sep))

/** The room of a file: its folder, where that holds nothing but files. A file beside folders is a room of its own. */
const roomOf = (file: string): string => (hasFolders(dirname(file)) ? short(file) : short(dirname(file)))

describe('the import graph', () => {
  it('was read', () => {
    expect(files.length).toBeGreaterThan(30)
    expect(imports.length).toBeGreaterThan(100)
    expect(files.map(layerOf).filter((layer) => layer !== undefined && !(layer in MAY_IMPORT))).toEqual([])
  })

  it('points down only', () => {
    const wrong = imports.filter(({ from, to }) => {
      const [layer, other] = [layerOf(from), layerOf(to)]
      if (layer === undefined || other === undefined || layer === other || !to.startsWith(SRC)) return false
      return !MAY_IMPORT[layer]?.includes(other)
    })
    expect(wrong.map(({ from, to }) => `${short(from)} → ${short(to)}`)).toEqual([])
  })

  it('meets other layers through their index', () => {
    const wrong = imports.filter(({ from, to }) => {
      const other = layerOf(to)
      if (!to.startsWith(SRC) || other === undefined || layerOf(from) === other) return false
      return to !== join(SRC, other, 'index.ts')
    })
    expect(wrong.map(({ from, to }) => `${short(from)} → ${short(to)}`)).toEqual([])
  })

  it('has no cycle once types are erased', () => {
    const graph = new Map(files.map((file) => [file, [] as string[]]))
    for (const { from, to, typeOnly } of imports) if (!typeOnly) graph.get(from)?.push(to)
    expect(cyclesOf(graph).map((cycle) => cycle.map(short).join(' → '))).toEqual([])
  })

  it('has no cycle of rooms, once types are erased', () => {
    const graph = new Map(files.map((file) => [roomOf(file), [] as string[]]))
    for (const { from, to, typeOnly } of imports) {
      if (typeOnly || !to.startsWith(SRC) || roomOf(from) === roomOf(to)) continue
      graph.get(roomOf(from))?.push(roomOf(to))
    }
    expect(cyclesOf(graph).map((cycle) => cycle.join(' → '))).toEqual([])
  })

  /**
   * Objects that hold each other: a kernel, its processes and what they own. Their files name each other's types. There are no others, and
   * these are to become fewer.
   */
  const KNOT = { room: 'kernel/', files: 32 }

  it('has no other cycle of types than those of objects that hold each other', () => {
    const graph = new Map(files.map((file) => [file, [] as string[]]))
    for (const { from, to } of imports) graph.get(from)?.push(to)
    const knots = knotsOf(graph).map((knot) => knot.map(short).sort())
    const others = knots.filter((knot) => !knot.every((file) => file.startsWith(KNOT.room)))
    expect(others).toEqual([])
    expect(knots.flat().length).toBeLessThanOrEqual(KNOT.files)
    expect(knots.length).toBeLessThanOrEqual(1)
  })

  /** What one file writes at the start of a process, and another when its code asks for it. */
  const WRITTEN_TWICE = ['label']

  it('has for each field of a process one file that writes it, beside its own', () => {
    const own = ['process', 'rare-fields'].map((name) => join(SRC, `kernel/process/${name}.ts`))
    const field = /^ {2}(?:public |readonly |override )*([a-z]\w*)(?:: [^=(]+)? = /gm
    const fields = own.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(field)].map(([, it]) => it))
    expect(fields.length).toBeGreaterThan(25)
    // By the names that processes have in the kernel: `this` is somebody else in every other file.
    const holders =
      'process|target|owner|other|at|starter|spawner|server|caller|parent|child|above|below|(?:prev|next)Process'
    const write = new RegExp(`\\b(?:${holders}|actor\\(\\))\\.(${fields.join('|')}) (?:[+-]|\\?\\?)?= `, 'g')
    const writers = new Map<string, Set<string>>()
    for (const file of files.filter((file) => layerOf(file) === 'kernel' && !own.includes(file)))
      for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(write))
        writers.set(name, (writers.get(name) ?? new Set()).add(short(file)))
    expect(writers.size).toBeGreaterThan(15)
    const shared = [...writers].filter(([name, by]) => by.size > 1 && !WRITTEN_TWICE.includes(name))
    expect(shared.map(([name, by]) => `${name}: ${[...by].join(', ')}`)).toEqual([])
  })

  it('has inversify in the decorators alone', () => {
    const users = imports.filter(({ to }) => to === 'inversify' || to.startsWith('@inversifyjs'))
    expect(users.length).toBeGreaterThan(0)
    expect([...new Set(users.map(({ from }) => layerOf(from)))]).toEqual(['decorators'])
  })
})

describe('the public surface', () => {
  /** The names of an entry, as its source lists them. */
  const namesOf = (entry: string): string[] => {
    const source = readFileSync(join(SRC, entry), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\/\/.*$/gm, '')
    const lists = [...source.matchAll(/\bexport (?:type )?\{([^}]*)\}/g)].flatMap(([, list = '']) =>
      list.split(','),
    )
    const single = [...source.matchAll(/\bexport (?:async )?(?:const|function|interface|class|type) (\w+)/g)]
    const listed = lists.map((item) =>
      item
        .trim()
        .replace(/^type /, '')
        .replace(/^\w+ as /, ''),
    )
    return [...listed, ...single.map(([, name = '']) => name)].filter((name) => name !== '')
  }

  /** From each entry of the package to its source. */
  const ENTRIES: Record<string, string> = {
    heartwood: 'index.ts',
    'heartwood-errors': 'entries/error-tables.ts',
    'heartwood-carrier': 'entries/carrier.ts',
    'heartwood-cluster': 'cluster/index.ts',
    'heartwood-cluster-nats': 'cluster/nats/index.ts',
    'heartwood-cluster-postgres': 'cluster/postgres/index.ts',
    'heartwood-cron': 'cron/index.ts',
    'heartwood-erlang': 'erlang/index.ts',
    'heartwood-kernel': 'entries/kernel.ts',
    'heartwood-observer': 'observer/index.ts',
    'heartwood-telemetry': 'telemetry/index.ts',
    'heartwood-telemetry-opentelemetry': 'telemetry/opentelemetry/index.ts',
    'heartwood-testing': 'testing/index.ts',
    'heartwood-testing-jest': 'testing/jest.ts',
    'heartwood-testing-node-test': 'testing/node-test.ts',
    'heartwood-testing-vitest': 'testing/vitest.ts',
    'heartwood-timers': 'entries/timers.ts',
    'heartwood-tools': 'entries/tools.ts',
  }

  it('has no name in two entries', () => {
    const entriesOf = new Map<string, string[]>()
    for (const [entry, source] of Object.entries(ENTRIES)) {
      // They have the names of Node's, and of the entry for another runner.
      if (/^heartwood-(?:timers|testing-(?:jest|node-test))$/.test(entry)) continue
      for (const name of new Set(namesOf(source)))
        entriesOf.set(name, [...(entriesOf.get(name) ?? []), entry])
    }
    expect([...entriesOf].filter(([, entries]) => entries.length > 1)).toEqual([])
  })

  it.each(
    Object.entries(ENTRIES).filter(([entry]) => entry !== 'heartwood-errors'),
  )('of %s is as its committed report: npm run api writes it', (entry, source) => {
    const report = readFileSync(join(SRC, `../etc/${entry}.api.md`), 'utf8')
    const declared = report.matchAll(
      /^export (?:abstract |declare )*(?:const|function|interface|class|type|namespace) (\w+)/gm,
    )
    const passedOn = [...report.matchAll(/^export \{ (?:\w+ as )?(\w+) \}/gm)]
    const reported = [...declared, ...passedOn].map(([, name]) => name)
    expect([...new Set(reported)].sort()).toEqual([...new Set(namesOf(source))].sort())
  })
})

describe('the files', () => {
  it('are at most 14 in a folder', () => {
    const all = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.\w+$/.test(name))
      .map((name) => join(SRC, name))
    const counts = [...new Set(all.map((file) => dirname(file)))].map((folder) => {
      const inside = all.filter((file) => dirname(file) === folder)
      return [short(folder), inside.length] as const
    })
    expect(counts.filter(([, count]) => count > 14)).toEqual([])
  })

  it('stay within 300 lines of code, not counting imports', () => {
    // An index only lists what its layer exports.
    const written = files.filter((file) => !file.endsWith('/index.ts'))
    const long = written
      .map((file) => [short(file), linesOfCode(file)] as const)
      .filter(([, lines]) => lines > 300)
    expect(long).toEqual([])
  })

  it('do not ask where they lie, which in a bundle is anywhere: one does, when it is asked, and the command, which is in none', () => {
    const asking = files.filter((file) => /import\.meta|createRequire\(import/.test(codeIn(file)))
    const outside = asking.map(short).filter((file) => !file.startsWith('observer/page'))
    expect(outside).toEqual(['cli.ts', 'kernel/installation.ts'])
  })

  it('leave the name createRequire to the banner that esbuild needs for CommonJS in a module', () => {
    const taking = files.filter((file) => /import \{[^}]*\bcreateRequire\b/.test(readFileSync(file, 'utf8')))
    expect(taking.map(short)).toEqual([])
  })

  it('are named for what they hold', () => {
    const vague = files.filter((file) => /(utils?|types|helpers?|common|misc)\.ts$/.test(file))
    expect(vague.map(short)).toEqual([])
  })
})

/** Without its comments and strings, in which a message may well tell somebody else to write it. */
function codeIn(file: string): string {
  return readFileSync(file, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/'[^'\n]*'/g, '')
}

function linesOfCode(file: string): number {
  const source = readFileSync(file, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^import\b[^'"]*['"][^'"]+['"]/gm, '')
  return source.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('//')).length
}

function cyclesOf(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const cycles: string[][] = []
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file)
    if (at >= 0) {
      cycles.push([...path.slice(at), file])
      return
    }
    if (done.has(file)) return
    for (const next of graph.get(file) ?? []) visit(next, [...path, file])
    done.add(file)
  }
  for (const file of graph.keys()) visit(file, [])
  return cycles
}

/** The sets of files of which each reaches each other one by imports (Tarjan). */
function knotsOf(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const knots: string[][] = []
  const path: string[] = []
  const order = new Map<string, number>()
  const visit = (file: string): number => {
    let low = order.size
    order.set(file, low)
    path.push(file)
    for (const next of graph.get(file) ?? []) {
      if (!order.has(next)) low = Math.min(low, visit(next))
      else if (path.includes(next)) low = Math.min(low, order.get(next) as number)
    }
    if (low === order.get(file)) {
      const knot = path.splice(path.indexOf(file))
      if (knot.length > 1) knots.push(knot)
    }
    return low
  }
  for (const file of graph.keys()) if (!order.has(file)) visit(file)
  return knots
}
