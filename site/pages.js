// Lays out the pages of the site in a folder: those that README links to, and what they link to, where they are in the repository.
// A link to a source file leads to a page with its text, one to a folder to a list of what is in it: nothing leads outside.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, extname, join, posix } from 'node:path'
import { withSections } from './sections.js'

/** Where the pages are that nobody has to link to. */
const ALWAYS = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md']
const GUIDES = 'docs/guides'
const LINK = /\]\(([^)\s#]*)(#[^)\s]*)?\)/g
const LANGUAGE = { '.ts': 'ts', '.js': 'js', '.json': 'json', '.yml': 'yaml', '.md': 'md' }
const PICTURE = /\.(png|svg|jpg)$/

/** @returns the pages, by their path in the repository */
export function layOut(root, stage) {
  rmSync(stage, { recursive: true, force: true })
  const wanted = [...ALWAYS, ...readdirSync(join(root, GUIDES)).map((name) => `${GUIDES}/${name}`)]
  const done = new Set()
  while (wanted.length > 0) {
    const path = wanted.pop()
    if (done.has(path)) continue
    done.add(path)
    const at = join(root, path)
    if (PICTURE.test(path)) write(join(stage, path), readFileSync(at))
    else if (statSync(at).isDirectory()) {
      const names = readdirSync(at).filter((name) => /\.(md|ts|js|yml|json)$/.test(name))
      wanted.push(...names.map((name) => posix.join(path, name)))
      const list = names.map((name) => `- [${titleOf(join(at, name))}](${pageOf(name)})`)
      write(join(stage, path, 'index.md'), `# ${path}\n\n${list.join('\n')}\n`)
    } else if (path.endsWith('.md')) {
      const text = readFileSync(at, 'utf8')
      const { page, links } = linked(text, path, root)
      wanted.push(...links)
      write(join(stage, path === 'README.md' ? 'index.md' : path), withSections(page))
    } else {
      const language = LANGUAGE[extname(path)] ?? 'text'
      const fence = '`'.repeat(5)
      const text = readFileSync(at, 'utf8')
      write(join(stage, `${path}.md`), `# ${path}\n\n${fence}${language}\n${text.trimEnd()}\n${fence}\n`)
    }
  }
  return done
}

function linked(text, path, root) {
  const links = []
  const target = (link, anchor = '') => {
    if (link === '' || /^[a-z]+:/.test(link)) return `](${link}${anchor})`
    const to = posix.normalize(posix.join(posix.dirname(path), link)).replace(/\/$/, '')
    // What is not there is told by the build, as a dead link.
    if (existsSync(join(root, to))) links.push(to)
    const isFolder = existsSync(join(root, to)) && statSync(join(root, to)).isDirectory()
    const page = isFolder ? `${link.replace(/\/$/, '')}/index.md` : pageOf(link)
    const home = to === 'README.md' ? page.replace(/README\.md$/, 'index.md') : page
    return `](${home}${anchor})`
  }
  const page = outsideCode(fenced(text), (prose) =>
    prose.replace(LINK, (_, link, anchor) => target(link, anchor)).replaceAll('{{', '&#123;&#123;'),
  )
  return { page, links }
}

/** Code that is only indented, and so not run by the tests, is TypeScript: it is shown as such. Under a list, indented text is no code. */
function fenced(text) {
  return outsideBlocks(text, (prose) =>
    prose.replace(/(?<=^(?![-*\d ]).*\n\n)(?: {4}.*\n|\n(?= {4}))+/gm, (block) => {
      const code = block.replace(/^ {4}/gm, '').trimEnd()
      return `\`\`\`ts\n${code}\n\`\`\`\n`
    }),
  )
}

/** Changes what is no code: neither in a block nor in a line. */
function outsideCode(text, change) {
  return outsideBlocks(text, (prose) => inProse(prose, change))
}

function outsideBlocks(text, change) {
  return text
    .split(/(^(?: *)```[\s\S]*?^(?: *)```$)/m)
    .map((part, at) => (at % 2 === 1 ? part : change(part)))
    .join('')
}

function inProse(text, change) {
  const code = []
  // Links may have code for a text: it is put back when they are changed.
  const bare = text.replace(/`[^`\n]+`/g, (found) => `\ue000${code.push(found) - 1}\ue001`)
  const shown = escaped(change(bare))
  return shown.replace(/\ue000(\d+)\ue001/g, (_, at) => code[Number(at)].replaceAll('{{', '&#123;&#123;'))
}

/** What stands in angle brackets, such as <token>, is no element, but for anchors and line breaks. */
function escaped(text) {
  return text.replace(/<(?!\/?(?:a|br|img|p)\b|https?:|!--)/g, '&lt;')
}

function pageOf(link) {
  return link.endsWith('.md') || PICTURE.test(link) ? link : `${link}.md`
}

function titleOf(file) {
  const [, title] = /^# (.+)$/m.exec(readFileSync(file, 'utf8')) ?? []
  return file.endsWith('.md') && title !== undefined ? title : file.split('/').at(-1)
}

function write(file, content) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}
