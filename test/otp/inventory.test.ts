import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

/** The lists in docs/semantics.md name the cases of OTP's suites that have a test of the same name: this checks them. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const page = readFileSync(join(ROOT, 'docs/semantics.md'), 'utf8')

interface Suite {
  readonly name: string
  readonly file: string
  readonly must: string[]
  readonly also: string[]
}

const names = (text: string | undefined): string[] =>
  [...(text ?? '').matchAll(/`([^`]+)`/g)].map(([, it]) => it ?? '')

const suites: Suite[] = page
  .split(/^### /m)
  .slice(1)
  .flatMap((section) => {
    const [, name, file] = /^(\S+) in `([^`]+)`/.exec(section) ?? []
    if (name === undefined || file === undefined) return []
    const must = names(/^Must: ([\s\S]*?)(?:\n\n|$(?![\s\S]))/m.exec(section)?.[1])
    return [{ name, file, must, also: names(/^Also: ([\s\S]*?)(?:\n\n|$(?![\s\S]))/m.exec(section)?.[1]) }]
  })

/** The titles of the tests of a file; those made in loops are only known when the file is loaded. */
function titlesIn(file: string, wanted: readonly string[]): string[] {
  const source = readFileSync(join(ROOT, file), 'utf8')
  const written = [...source.matchAll(/\bit\(\s*(['"`])((?:\\.|(?!\1).)*)\1/gs)].map(([, , title]) =>
    (title ?? '').replace(/\\(.)/g, '$1'),
  )
  if (wanted.every((name) => written.some((title) => isNamed(title, name)))) return written
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs')
  const list = execFileSync(process.execPath, [vitest, 'list', file, '--json'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  return (JSON.parse(list.slice(list.indexOf('['))) as { name: string }[]).map(
    (test) => test.name.split(' > ').at(-1) ?? '',
  )
}

/** A title is the name of its case, or begins with it and goes on to say what it means. */
function isNamed(title: string, name: string): boolean {
  return title === name || title.startsWith(`${name}:`)
}

describe('the case inventory of docs/semantics.md', () => {
  it('is there', () => {
    expect(suites.length).toBeGreaterThanOrEqual(10)
    for (const { name, must, also } of suites) {
      expect(new Set([...must, ...also]).size, name).toBe(must.length + also.length)
    }
  })

  it('counts what it lists', () => {
    const rows = [...page.matchAll(/^\| (\S+) \| (\d+) \| (\d+) \| `([^`]+)` \|$/gm)]
    expect(rows.map(([, name, must, also, file]) => [name, Number(must), Number(also), file])).toEqual(
      suites.map(({ name, must, also, file }) => [name, must.length, also.length, file]),
    )
    const total = suites.reduce((sum, { must }) => sum + must.length, 0)
    expect(page).toContain(`| **all** | **${total}** |`)
  })

  for (const { name, file, must, also } of suites) {
    it(`${name}: every case listed is a test in ${file}`, () => {
      expect(existsSync(join(ROOT, file))).toBe(true)
      const wanted = [...must, ...also]
      const titles = titlesIn(file, wanted)
      expect(wanted.filter((wish) => !titles.some((title) => isNamed(title, wish)))).toEqual([])
    })
  }
})
