import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HeartwoodError } from 'heartwood'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Every table of a layer: an exported constant whose name ends in `_ERRORS`. */
async function codes(): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  for (const file of files.filter((name) => name.endsWith('errors.ts'))) {
    const exported: Record<string, unknown> = await import(join(ROOT, 'src', file))
    for (const [name, table] of Object.entries(exported)) {
      if (!name.endsWith('_ERRORS')) continue
      for (const code of Object.keys(table as object)) {
        expect(found.get(code), `${code} stands in two tables`).toBeUndefined()
        found.set(code, file)
      }
    }
  }
  return found
}

const tests = ['test', 'apps/demo/test'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') || name.endsWith('.test-d.ts'))
    .filter((name) => name !== 'errors.test.ts')
    .map((name) => readFileSync(join(ROOT, folder, name), 'utf8')),
)

describe('the error codes', () => {
  it('stand in docs/errors.md, all of them and no others', async () => {
    const documented = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8').matchAll(
      /^\| <a id="[A-Z_]+"><\/a>`([A-Z_]+)` \|/gm,
    )
    expect([...documented].map(([, code]) => code).sort()).toEqual([...(await codes()).keys()].sort())
  })

  it('lead to their rows on that page: error.docs is a path in the package, with the anchor of the code', () => {
    const error = new HeartwoodError('CALL_TIMEOUT', 'late')
    expect(error.docs).toBe('heartwood/docs/errors.md#CALL_TIMEOUT')
    expect(Object.keys(error)).not.toContain('docs')
    expect(readFileSync(join(ROOT, 'docs/errors.md'), 'utf8')).toContain('<a id="CALL_TIMEOUT"></a>')
  })

  it('are each named by a test', async () => {
    const untested = [...(await codes()).keys()].filter((code) => !tests.some((text) => text.includes(code)))
    expect(untested).toEqual([])
  })
})
