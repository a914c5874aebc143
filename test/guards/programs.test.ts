import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'

const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url))
const url = (file: string): string => new URL(file, import.meta.url).href
const REGISTER = url('../../dist/entries/register.js')

interface End {
  readonly code: number
  readonly output: string
}

function run(file: string, env: Record<string, string>, flags: readonly string[] = []): Promise<End> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...env } }
    execFile(process.execPath, [...flags, path(file)], options, (error, stdout) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout.trim() })
    })
  })
}

const early = (HOW: string, library: string, register: boolean): Promise<End> => {
  const LIBRARY = library.endsWith('.cjs') ? path(library) : url(library)
  return run('fixtures/early.js', { HOW, LIBRARY }, register ? ['--import', REGISTER] : [])
}

const RESTARTED = { code: 0, output: 'the worker is there again' }
const NODE_20 = process.versions.node.startsWith('20.')

describe('a library that is loaded before Heartwood', () => {
  it.concurrent('is guarded where it copied the methods of an emitter, as a CommonJS module', async () => {
    expect(await early('listener', 'fixtures/kept.cjs', false)).toEqual(RESTARTED)
  })

  it.concurrent('is guarded in all that it kept, with heartwood/register', async () => {
    for (const library of ['fixtures/kept.cjs', 'fixtures/kept.mjs'])
      for (const how of ['listener', 'dns', 'microtask'])
        expect([library, how, await early(how, library, true)]).toEqual([library, how, RESTARTED])
  })

  it.concurrent('is not guarded in what cannot be found, as the guide says', async () => {
    expect((await early('listener', 'fixtures/kept.mjs', false)).code).toBe(1)
    expect((await early('dns', 'fixtures/kept.cjs', false)).code).toBe(1)
    expect((await early('microtask', 'fixtures/kept.cjs', false)).code).toBe(NODE_20 ? 1 : 0)
  })
})

describe('two copies of Heartwood in one program', () => {
  it('guard each their own processes, and an emitter is as ever', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'heartwood-copy-'))
    cpSync(path('../../dist'), join(folder, 'dist'), { recursive: true })
    symlinkSync(path('../../node_modules'), join(folder, 'node_modules'))
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    const copies = [url('../../dist/index.js'), pathToFileURL(join(folder, 'dist/index.js')).href]
    try {
      const { code, output } = await run('fixtures/copies.js', { COPIES: copies.join() })
      expect(JSON.parse(output)).toEqual({
        starts: [2, 2],
        raw: [true, true],
        emitted: true,
        counted: 2,
        left: 0,
      })
      expect(code).toBe(0)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('in a worker of node:cluster', () => {
  it.concurrent.each([
    'a timer of a request',
    'a port that is taken',
    'an error of a connection that nobody listens to',
    'data of a connection',
    'a timer of a datagram',
  ])('%s fails the process it belongs to', async (HOW) => {
    expect(await run('fixtures/cluster.js', { HOW })).toEqual(RESTARTED)
  })
})
