// Pages of the API, so that the search of the site finds each name: an entry of the package a page, with the first words about each name
// and a link to the whole of it in the reference, which TypeDoc makes.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** TypeDoc's numbers of kinds, and its folders. */
const FOLDERS = {
  8: 'enums',
  32: 'variables',
  64: 'functions',
  128: 'classes',
  256: 'interfaces',
  2097152: 'types',
}
const REFERENCE = 4194304

/** @param reference where TypeDoc wrote */
export function layOutApi(reference, stage) {
  const { children: entries } = JSON.parse(readFileSync(join(reference, 'reference.json'), 'utf8'))
  const folder = join(stage, 'api')
  mkdirSync(folder, { recursive: true })
  for (const entry of entries) writeFileSync(join(folder, `${fileOf(entry)}.md`), pageOf(entry, reference))
  const list = entries.map((entry) => {
    const names = entry.children.map(({ name }) => `\`${name}\``)
    const few =
      names.length > 8 ? `${names.slice(0, 8).join(', ')} and ${names.length - 8} more` : names.join(', ')
    return `- [\`${entry.name}\`](${fileOf(entry)}.md): ${few}`
  })
  const about =
    'What each entry of the package exports. [Decision 28](../docs/decisions/028-what-each-entry-is-for.md) says what each is for.'
  const all =
    '<a href="../reference/index.html" target="_self">The whole reference</a> has every member and type.'
  writeFileSync(join(folder, 'index.md'), `# API\n\n${about}\n${all}\n\n${list.join('\n')}\n`)
}

function fileOf({ name }) {
  return name.replaceAll('/', '-')
}

function pageOf(entry, reference) {
  const byId = new Map(entry.children.map((child) => [child.id, child]))
  const groups = (entry.categories ?? entry.groups ?? []).map(({ title, children }) => {
    const sections = children
      .map((id) => byId.get(id))
      .filter(({ kind }) => kind !== REFERENCE)
      .map((child) => section(child, entry, reference))
    // An anchor apart from those of the names: there is a group Nodes, and a function nodes.
    return `## ${title} {#about-${title.toLowerCase().replaceAll(' ', '-')}}\n\n${sections.join('\n')}`
  })
  return `---\noutline: 2\n---\n\n# \`${entry.name}\`\n\n${groups.join('\n')}`
}

function section(child, entry, reference) {
  const comment = child.comment?.summary?.length > 0 ? child.comment : child.signatures?.[0]?.comment
  const [about = ''] = plain(comment?.summary ?? []).split('\n\n')
  const link = `<a href="../reference/${linkOf(child, entry, reference)}" target="_self">More</a>`
  return `### \`${child.name}\` {#${child.name}}\n\n${about} ${link}\n`
}

function plain(parts) {
  return parts
    .map(({ kind, text }) =>
      kind === 'code' || kind === 'inline-tag' ? `\`${text.replaceAll('`', '')}\`` : escaped(text),
    )
    .join('')
}

function escaped(text) {
  return text.replaceAll('<', '&lt;').replaceAll('{{', '&#123;&#123;')
}

/** TypeDoc numbers what differs in upper and lower case alone. */
function linkOf({ name, kind }, entry, reference) {
  const base = `${FOLDERS[kind]}/${entry.name.replaceAll('/', '_')}.${name}`
  const found = [`${base}.html`, `${base}-1.html`, `${base}-2.html`].find((file) =>
    existsSync(join(reference, file)),
  )
  if (found === undefined)
    throw new Error(`the reference has no page of ${entry.name}'s ${name}: ${base}.html`)
  return found
}
