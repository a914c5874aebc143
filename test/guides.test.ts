import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as heartwood from 'heartwood'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Every page that a reader of the repository meets. */
const PAGES = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md'))
  .filter((file) => !/(^|\/)(node_modules|dist|templates|\.changeset)\//.test(file))

const text = (page: string): string => readFileSync(join(ROOT, page), 'utf8')

/** The page without its code, in which a bracket is no link. */
const prose = (page: string): string =>
  text(page)
    .replaceAll(/^```[\s\S]*?^```$/gm, '')
    .replaceAll(/`[^`\n]*`/g, '`code`')

/** The anchors of a page, made of its headings as GitHub makes them. */
function anchors(page: string): Set<string> {
  const headings = text(page)
    .replaceAll(/^```[\s\S]*?^```$/gm, '')
    .matchAll(/^#+ (.+)$/gm)
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}

describe('the links between pages', () => {
  for (const page of PAGES) {
    it(`${page}: each leads somewhere`, () => {
      const broken = [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, link = '']) => link)
        .filter((link) => !/^[a-z]+:/.test(link))
        .filter((link) => {
          const [path = '', anchor] = link.split('#')
          const target = path === '' ? page : normalize(join(dirname(page), path))
          if (!existsSync(join(ROOT, target))) return true
          return anchor !== undefined && target.endsWith('.md') && !anchors(target).has(anchor)
        })
      expect(broken).toEqual([])
    })
  }
})

describe('Heartwood for Elixir people', () => {
  it('names only what exists', () => {
    const rows = text('docs/guides/elixir.md')
      .split('\n## Process and Kernel')[1]
      ?.matchAll(/^\| [^|]+ \| ([^|]+) \|$/gm)
    const names = [...(rows ?? [])].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([\w.]+)`/g)].map(([, name = '']) => name),
    )
    const missing = names.filter((name) => {
      const [first = '', second] = name.split('.')
      const found = (heartwood as Readonly<Record<string, unknown>>)[first]
      if (found === undefined) return true
      return second !== undefined && (found as Readonly<Record<string, unknown>>)[second] === undefined
    })
    expect(names.length).toBeGreaterThan(100)
    expect(missing).toEqual([])
  })
})
