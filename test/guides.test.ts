import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as root from 'heartwood'
import * as kernel from 'heartwood/kernel'
import * as tools from 'heartwood/tools'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

const heartwood = { ...root, ...kernel, ...tools }

/** Folders that are not the repository's own, or whose pages stand somewhere else. Packages link back to the repository. */
const LEFT_OUT = new Set(['.git', '.changeset', 'dist', 'node_modules', 'pages', 'templates'])

/** Every page that a reader of the repository meets. */
const PAGES = pagesIn('')

function pagesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return LEFT_OUT.has(entry.name) ? [] : pagesIn(path)
    return entry.name.endsWith('.md') ? [path] : []
  })
}

const text = (page: string): string => readFileSync(join(ROOT, page), 'utf8')

/** The page without its code, in which a bracket is no link. */
const prose = (page: string): string =>
  text(page)
    .replaceAll(/^```[\s\S]*?^```$/gm, '')
    .replaceAll(/`[^`\n]*`/g, '`code`')

/** The anchors of a page: those of its headings, as GitHub makes them, and those that it sets itself. */
function anchors(page: string): Set<string> {
  const written = text(page).replaceAll(/^```[\s\S]*?^```$/gm, '')
  const ofHeadings = [...written.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
  return new Set([...ofHeadings, ...[...written.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)])
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

/** What a page says under "What to read next", if that is the last thing it says. */
const readNext = (page: string): string =>
  /\n## What to read next\n((?:(?!\n#)[\s\S])*)$/.exec(text(page))?.[1] ?? ''

describe('a page for users', () => {
  const guides = PAGES.filter((page) => dirname(page) === join('docs', 'guides'))
  const reference = PAGES.filter((page) => dirname(page) === 'docs')

  it('ends with what to read next', () => {
    expect([...guides, ...reference].filter((page) => !/^- \[.+?\]\(.+?\)/m.test(readNext(page)))).toEqual([])
  })

  it('is named in README, whose list is the sidebar of the site', () => {
    const [, list = ''] = text('README.md').split('\n## Read on\n')
    const named = [...list.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => normalize(link))
    expect([...guides, ...reference].filter((page) => !named.includes(page))).toEqual([])
    expect(named.filter((page, at) => named.indexOf(page) !== at)).toEqual([])
  })
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
