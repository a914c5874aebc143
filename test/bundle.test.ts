import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const HEARTWOOD = fileURLToPath(new URL('../dist/index.js', import.meta.url))
const TOOLS = fileURLToPath(new URL('../dist/entries/tools.js', import.meta.url))
const TESTING = fileURLToPath(new URL('../dist/testing/index.js', import.meta.url))

/** A worker blocks the event loop; the program has an observer. */
const PROGRAM = `
import { application, boot, defineConfig, startLink } from ${JSON.stringify(HEARTWOOD)}
import { checkConfig } from ${JSON.stringify(TOOLS)}
export * from ${JSON.stringify(TESTING)}

const callbacks = {
  init() {
    let spins = 0
    for (const end = Date.now() + 1000; Date.now() < end; ) spins += 1
    return { state: spins }
  },
}
async function main() {
  const root = { id: 'worker', start: () => startLink(callbacks, undefined, { name: 'blocker' }) }
  const applications = [application({ name: 'bundled', root })]
  const system = await boot(defineConfig({ applications, observer: { port: 0 }, log: { format: 'json' } }))
  // A turn of the loop, in which the watchdog tells.
  await new Promise((resolve) => setTimeout(resolve, 100))
  await system.stop()
  try {
    checkConfig({ applications: 'none' })
  } catch (error) {
    console.log('refused: ' + error.code)
  }
}
void main()
`

/** What a bundler makes of it: one file that lies anywhere, without the package. */
describe.each([
  { format: 'es', minify: false },
  { format: 'es', minify: true },
  { format: 'cjs', minify: false },
] as const)('a bundle ($format, minified: $minify)', ({ format, minify }) => {
  let folder: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'heartwood-bundle-'))
    const entry = join(folder, 'program.mjs')
    writeFileSync(entry, PROGRAM)
    await build({
      root: folder,
      configFile: false,
      logLevel: 'error',
      ssr: { noExternal: true },
      build: {
        ssr: entry,
        minify,
        outDir: 'out',
        rolldownOptions: { output: { format, entryFileNames: 'bundle.js', codeSplitting: false } },
      },
    })
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ type: format === 'es' ? 'module' : 'commonjs' }),
    )
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('runs, finds who blocks, and says once what it has lost', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['out/bundle.js'], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const lines = stdout.trim().split('\n')
    const records = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line))
    const warnings = records.filter(({ level }) => level === 'warn')
    expect(warnings.map(({ kind }) => kind).sort()).toEqual(['observer', 'watchdog'])
    expect(warnings.find(({ kind }) => kind === 'observer').msg).toContain('a bundle has no such folder')
    expect(warnings.find(({ kind }) => kind === 'watchdog')).toMatchObject({ name: 'blocker' })
    expect(lines.at(-1)).toBe('refused: CONFIG_INVALID')
  })
})
