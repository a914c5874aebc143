import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'

/**
 * The code in the documentation runs: every `ts` block is compiled as a program of its own against the built package,
 * and where a `text` block follows, the program must print just that.
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url))
const WORK = join(ROOT, 'node_modules', '.cache', 'heartwood-docs')

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
    const file = `${page.replace(/\W+/g, '_')}_${line}`
    return [{ where: `${page}:${line}`, file, code: fence[2] ?? '', output }]
  })
}

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
    for (const block of blocks) writeFileSync(join(WORK, `${block.file}.ts`), `${block.code}\nexport {}\n`)
  })

  it('compiles', () => {
    expect(blocks.length).toBeGreaterThan(0)
    expect(tsc()).toBe('')
  })

  for (const block of blocks.filter(({ output }) => output !== undefined)) {
    it(`prints what ${block.where} says`, () => {
      const out = execFileSync(process.execPath, [join(WORK, 'out', `${block.file}.js`)], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      expect(out).toBe(block.output)
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
