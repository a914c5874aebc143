// Links of the pages that were built, and their anchors.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** @returns the pages, and what leads nowhere: "page: link" */
export function lostLinks(dist, base) {
  const pages = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.html') && !name.startsWith('reference/'),
  )
  const html = new Map(pages.map((name) => [name, readFileSync(join(dist, name), 'utf8')]))
  const lost = [...html].flatMap(([page, text]) =>
    [...text.matchAll(/ (?:href|src)="([^"#]*)(?:#([^"]*))?"/g)].flatMap(([, link, anchor = '']) => {
      if (/^([a-z]+:|\/\/)/.test(link)) return []
      const to =
        link === '' ? page : link.startsWith('/') ? link.slice(base.length) : join(dirname(page), link)
      const file = to === '' || to.endsWith('/') ? `${to}index.html` : to
      if (!existsSync(join(dist, file))) return [`${page}: ${link}`]
      const target = html.get(file)
      const id = decodeURIComponent(anchor).replaceAll('&#39;', "'").replaceAll('&amp;', '&')
      return id === '' || target === undefined || target.includes(`id="${id}"`)
        ? []
        : [`${page}: ${link}#${id}`]
    }),
  )
  return { pages, lost: [...new Set(lost)] }
}
