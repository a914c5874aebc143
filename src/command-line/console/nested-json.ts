/** A piece of JSON: text that is written, or a value that is still to be. */
type Piece = { readonly text: string } | { readonly value: unknown }

/**
 * A tree as JSON on one line. `JSON.stringify` recurses and fails from some thousand levels on, and indentation makes
 * text of such a tree that is longer than a string can be.
 *
 * @param value objects, arrays and what JSON has beside them; nothing in it has a `toJSON`
 */
export function nestedJson(value: unknown): string {
  const texts: string[] = []
  const open: Piece[] = [{ value }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if ('text' in next) texts.push(next.text)
    else for (const piece of piecesOf(next.value).reverse()) open.push(piece)
  }
  return texts.join('')
}

function piecesOf(value: unknown): Piece[] {
  if (typeof value !== 'object' || value === null) return [{ text: JSON.stringify(value) ?? 'null' }]
  if (Array.isArray(value))
    return joined(
      value.map((each) => [{ value: each }]),
      '[',
      ']',
    )
  const members = Object.entries(value).filter(([, each]) => each !== undefined)
  return joined(
    members.map(([key, each]) => [{ text: `${JSON.stringify(key)}:` }, { value: each }]),
    '{',
    '}',
  )
}

function joined(parts: readonly (readonly Piece[])[], begin: string, end: string): Piece[] {
  const pieces: Piece[] = [{ text: begin }]
  for (const [at, part] of parts.entries()) {
    if (at > 0) pieces.push({ text: ',' })
    pieces.push(...part)
  }
  return [...pieces, { text: end }]
}
