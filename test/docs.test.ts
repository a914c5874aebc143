import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { busyMachine } from './measuring.js'

/**
 * The code in the documentation runs: every `ts` block is compiled as a program of its own against the built package,
 * and where a `text` block follows, the program must print just that. A block that imports vitest is a file of tests.
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url))
const WORK = join(ROOT, 'node_modules', '.cache', 'heartwood-docs')

/** Milliseconds that a block may run. */
const LONGEST = 120_000

interface Block {
  readonly where: string
  readonly file: string
  readonly code: string
  readonly output: string | undefined
}

function pages(): string[] {
  const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  return ['README.md', ...docs.filter((name) => name.endsWith('.md')).map((name) => join('docs', name))]
}

function blocksOf(page: string): Block[] {
  const text = readFileSync(join(ROOT, page), 'utf8')
  const fences = [...text.matchAll(/^```(\w*)[^\n]*\n([\s\S]*?)^```$/gm)]
  return fences.flatMap((fence, at) => {
    if (fence[1] !== 'ts') return []
    const line = text.slice(0, fence.index).split('\n').length
    const next = fences[at + 1]
    const output = next?.[1] === 'text' ? next[2] : undefined
    const kind = /from 'vitest'/.test(fence[2] ?? '') ? '.test' : ''
    const file = `${page.replace(/\W+/g, '_')}_${line}${kind}`
    return [{ where: `${page}:${line}`, file, code: fence[2] ?? '', output }]
  })
}

/** What vitest tells in JSON. */
interface Results {
  readonly testResults: readonly {
    readonly message: string
    readonly assertionResults: readonly { readonly failureMessages: readonly string[] }[]
  }[]
}

const failuresOf = ({ assertionResults }: Results['testResults'][number]): readonly string[] =>
  assertionResults.flatMap(({ failureMessages }) => failureMessages)

const blocks = pages().flatMap(blocksOf)

describe('the code in the documentation', () => {
  beforeAll(() => {
    rmSync(WORK, { recursive: true, force: true })
    mkdirSync(WORK, { recursive: true })
    writeFileSync(join(WORK, 'package.json'), '{ "type": "module" }')
    writeFileSync(
      join(WORK, 'tsconfig.json'),
      JSON.stringify({
        extends: join(ROOT, 'tsconfig.json'),
        compilerOptions: { noEmit: false, outDir: 'out', rootDir: '.', paths: {}, noUnusedLocals: false },
        include: ['*.ts'],
      }),
    )
    // What is in node_modules would be no test for vitest.
    const tests = { include: ['out/*.test.js'], exclude: [] }
    writeFileSync(join(WORK, 'vitest.config.js'), `export default { test: ${JSON.stringify(tests)} }`)
    for (const block of blocks) writeFileSync(join(WORK, `${block.file}.ts`), `${block.code}\nexport {}\n`)
  })

  it('compiles', () => {
    expect(blocks.length).toBeGreaterThan(0)
    expect(tsc()).toBe('')
  })

  it('passes, where it is tests', () => {
    const files = blocks.filter(({ file }) => file.endsWith('.test'))
    expect(files.length).toBeGreaterThan(0)
    const vitest = [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--root', WORK]
    const { status, stdout } = spawnSync(process.execPath, [...vitest, '--reporter=json'], {
      encoding: 'utf8',
    })
    const { testResults } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as Results
    expect(testResults.flatMap((file) => [file.message, ...failuresOf(file)]).join('')).toBe('')
    expect(testResults).toHaveLength(files.length)
    expect(status).toBe(0)
  })

  for (const block of blocks.filter(({ output }) => output !== undefined)) {
    it(`prints what ${block.where} says`, ({ skip }) => {
      const out = execFileSync(process.execPath, [join(WORK, 'out', `${block.file}.js`)], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        // A program that does not end is told, and not waited for for ever.
        timeout: LONGEST,
        killSignal: 'SIGKILL',
      })
      // What shows the place of its code calls the file by a name that readers can take for theirs.
      const path = relative('', join(WORK, 'out', `${block.file}.js`))
      const said = out.replaceAll(path, 'program.js')
      // A program that other ones keep from running says of itself that it was.
      const busy =
        said !== block.output && said.includes('the event loop was blocked') ? busyMachine() : undefined
      if (busy !== undefined) skip(busy)
      expect(said).toBe(block.output)
    })
  }
})

function tsc(): string {
  try {
    execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', WORK], {
      encoding: 'utf8',
    })
    return ''
  } catch (error) {
    return String((error as { stdout?: unknown }).stdout ?? error)
  }
}
