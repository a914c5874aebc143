// Rows of tables that have an anchor (error codes, records of the log) become sections of their own on the site: a link then leads to a
// title, the search finds it by its code, and a narrow screen shows all of it.
const TABLE = /^(\|.+\|\n)\|[ |:-]+\|\n((?:\|.+\|\n?)+)/gm
const ROW = /^<a id="([^"]+)"><\/a>(.+)$/

/** @returns the page with such tables as sections, or as it was */
export function withSections(page) {
  let changed = false
  const text = page.replace(TABLE, (table, head, body) => {
    const names = cells(head)
    const rows = body.trimEnd().split('\n').map(cells)
    if (!rows.some(([first = '']) => ROW.test(first))) return table
    changed = true
    return `${rows.map((row) => section(row, names)).join('\n')}\n`
  })
  return changed ? `---\noutline: 2\n---\n\n${text}` : page
}

function section([first, ...rest], [, ...names]) {
  const [, id, named] = ROW.exec(first) ?? []
  const title = id === undefined ? first : `${named} {#${id}}`
  const [only] = rest
  const body =
    rest.length === 1 ? only : rest.map((cell, at) => (cell === '' ? '' : `- ${names[at]}: ${cell}`))
  return `### ${title}\n\n${[body].flat().filter(Boolean).join('\n')}\n`
}

/** Cells are parted by bars, but not by those that are escaped. */
function cells(row) {
  return row
    .trim()
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'))
}
