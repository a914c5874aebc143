// Gives each entry the name that programs import, and groups what the main one exports as its source does: by the titles `// ── …`
// above the exports of src/index.ts.
import { readFileSync } from 'node:fs'
import { Comment, CommentTag, Converter } from 'typedoc'
import { entries } from './entries.mjs'

const SOURCE = new URL('../../src/index.ts', import.meta.url)

/** Where the site is that the reference is made for, and the codes of errors that it has a page of. */
const SITE = process.env.HEARTWOOD_SITE_BASE
const CODES = new Set(
  [...readFileSync(new URL('../errors.md', import.meta.url), 'utf8').matchAll(/<a id="([A-Z_]+)">/g)].map(
    ([, code]) => code,
  ),
)

/** Codes of errors lead to what is said of them. */
function withLinks(text) {
  return text.replace(/\b[A-Z]+(?:_[A-Z]+)+\b/g, (code) =>
    CODES.has(code) ? `[${code}](${SITE}docs/errors.html#${code})` : code,
  )
}

/** From each name to the title above it. */
function groups() {
  const found = new Map()
  for (const [, title, exports] of readFileSync(SOURCE, 'utf8').matchAll(
    /^\/\/ ── (.+)$([\s\S]*?)(?=^\/\/ ── |$(?![\s\S]))/gm,
  )) {
    for (const [, names] of exports.matchAll(/\{([^}]*)\}/g)) {
      // The last word of each: what comes before is `type`, or the name that it has elsewhere.
      for (const name of names.matchAll(/(\w+)\s*(?:,|$)/g)) found.set(name[1], title)
    }
  }
  return found
}

export function load(application) {
  application.converter.on(
    Converter.EVENT_RESOLVE_BEGIN,
    ({ project }) => {
      const titles = groups()
      for (const module of project.children) {
        const [{ fullFileName }] = module.sources
        for (const [file, name] of entries) if (fullFileName.endsWith(`/${file}`)) module.name = name
      }
      const root = project.children.find(({ name }) => name === 'heartwood')
      for (const child of root.children) {
        const title = titles.get(child.name)
        if (title === undefined) throw new Error(`src/index.ts has no title above ${child.name}`)
        for (const reflection of [child, ...(child.signatures ?? [])]) {
          reflection.comment ??= new Comment()
          reflection.comment.blockTags.push(new CommentTag('@category', [{ kind: 'text', text: title }]))
        }
      }
    },
    1000,
  )
  if (SITE === undefined) return
  application.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    const comments = Object.values(project.reflections).flatMap(({ comment }) => comment ?? [])
    for (const { content } of comments.flatMap((comment) => comment.getTags('@throws')))
      for (const part of content) if (part.kind === 'text') part.text = withLinks(part.text)
  })
}
