// Groups what an entry exports as its source does: the titles `// ── …` above the exports of src/index.ts.
import { readFileSync } from 'node:fs'
import { Comment, CommentTag, Converter } from 'typedoc'

const SOURCE = new URL('../../src/index.ts', import.meta.url)

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
      const root = project.children.find(({ name }) => name === 'index')
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
}
