/** What a key of a bucket may have; all else is written as `=XX`, byte by byte. */
const OTHERS = /[^-/\w]/gu

/** Any text as one part of a key of a bucket. */
export function escaped(text: string): string {
  return text.replaceAll(OTHERS, (character) =>
    [...Buffer.from(character)]
      .map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  )
}

/** What `escaped` was given. */
export function unescaped(part: string): string {
  return Buffer.from(
    part.replaceAll(/=([\dA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString()
}
