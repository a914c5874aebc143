/** What cannot be seen: what a terminal obeys, what breaks a line, and what has a page write from right to left. */
const UNSEEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu

/**
 * A text of somebody else's in which such signs are written out: it acts on nothing that stands around it.
 *
 * @param kept those that stay, such as line ends where a text may have lines
 */
export function visible(text: string, kept = ''): string {
  return text.replace(UNSEEN, (sign) =>
    kept.includes(sign) ? sign : `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
