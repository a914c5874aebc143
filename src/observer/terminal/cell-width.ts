/** How many cells of a terminal a text takes: those of Chinese, Japanese, Korean and most emoji are two wide. */

/** What people take for one character may be several code points. */
const SEGMENTER = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
/** Nothing in these needs a second look. */
const NARROW = /^[\u0020-\u02ff\u2010-\u2027\u2190-\u21ff\u2500-\u257f\u25a0-\u25ff]*$/
const WIDE =
  /^(?![\uff61-\uffdc])[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Yi}\u3000-\u303e\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]/u
/** Marks without a letter, joiners, and what says how the sign before is drawn. */
const NONE = /^(?:\p{M}|\p{Cf})+$/u
const EMOJI = '\ufe0f'

export function cellsOf(text: string): number {
  if (NARROW.test(text)) return text.length
  let cells = 0
  for (const { segment } of SEGMENTER.segment(text)) cells += cellsOfSign(segment)
  return cells
}

function cellsOfSign(sign: string): number {
  if (NONE.test(sign)) return 0
  return WIDE.test(sign) || sign.includes(EMOJI) ? 2 : 1
}

/** As much of the beginning as there is room for. */
export function cutTo(text: string, room: number): string {
  if (NARROW.test(text)) return text.slice(0, Math.max(0, room))
  let cells = 0
  let shown = ''
  for (const { segment } of SEGMENTER.segment(text)) {
    cells += cellsOfSign(segment)
    if (cells > room) break
    shown += segment
  }
  return shown
}

/** Exactly so many cells: what is too long is cut and says so. */
export function cellOf(text: string, cells: number): string {
  const width = cellsOf(text)
  if (width <= cells) return text + ' '.repeat(cells - width)
  const shown = `${cutTo(text, cells - 1)}…`
  return shown + ' '.repeat(Math.max(0, cells - cellsOf(shown)))
}
