// The sidebar of the site: the pages that README names under "Read on", in its order and by its names.
import { readdirSync, readFileSync } from 'node:fs'

const SECTION = /^## Read on$([\s\S]*)/m

/** @returns groups of VitePress's sidebar */
export function sidebarOf(readme, root) {
  const [, list = ''] = SECTION.exec(readme) ?? []
  const groups = [...list.matchAll(/^(\w[^\n]*):$\n([\s\S]*?)(?=^\w|$(?![\s\S]))/gm)].map(
    ([, text, links]) => ({
      text,
      items: [...links.matchAll(/\[([^\]]+)\]\(([^)\s]+)\)/g)].map(([, name, link]) => ({
        text: capital(name),
        link: `/${link.endsWith('.md') ? link.replace(/\.md$/, '') : `${link}/index`}`,
      })),
    }),
  )
  if (groups.length === 0) throw new Error('README has no list of pages under "## Read on"')
  groups[0].items.unshift({ text: 'What it is', link: '/' })
  groups.at(-1).items.unshift({ text: 'API', link: '/api/index' })
  groups.at(-1).items.push({ text: 'Security', link: '/SECURITY' })
  groups.push({ text: 'Decisions', collapsed: true, items: pagesOf('docs/decisions', root) })
  return groups
}

/** Each page of a folder, by its title. */
function pagesOf(folder, root) {
  return readdirSync(new URL(folder, root)).map((name) => {
    const [, text] = /^# (.+)$/m.exec(readFileSync(new URL(`${folder}/${name}`, root), 'utf8')) ?? []
    return { text, link: `/${folder}/${name.replace(/\.md$/, '')}` }
  })
}

function capital(name) {
  return name[0].toUpperCase() + name.slice(1)
}
