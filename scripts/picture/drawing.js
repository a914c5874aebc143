// Lines of a terminal as an SVG, in the colours of light and dark pages. Lines that have a time come one after the other, again and again.
import { stripVTControlCharacters } from 'node:util'

const LINE = 19
const CHARACTER = 7.85
const MARGIN = 18
/** Seconds that the whole stands before it begins again. */
const STANDS = 5
/** The codes of colours that the log uses, as classes. */
const CLASSES = { 1: 'bold', 31: 'red', 32: 'green', 33: 'yellow', 35: 'magenta', 36: 'cyan', 90: 'grey' }

/** @param lines each `{ text, at? }`, with `at` in seconds from the beginning */
export function drawn(title, lines) {
  const columns = Math.max(...lines.map(({ text }) => stripVTControlCharacters(text).length))
  const width = Math.ceil(columns * CHARACTER + 2 * MARGIN)
  const height = lines.length * LINE + 2 * MARGIN
  const times = [...new Set(lines.flatMap(({ at }) => at || []))]
  const texts = lines.map(({ text, at }, nth) => {
    const moment = times.indexOf(at)
    const when = moment === -1 ? '' : ` class="t${moment}"`
    return `<text x="${MARGIN}" y="${MARGIN + 14 + nth * LINE}"${when}>${spans(text)}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escaped(title)}</title>
<style>
svg { color-scheme: light dark; }
rect { fill: #f6f4f1; stroke: #d9d4cd; }
text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #2b2623; white-space: pre; }
.bold { font-weight: 700; }
.red { fill: #b3261e; font-weight: 700; } .green { fill: #1e6b34; } .yellow { fill: #8a5a00; }
.magenta { fill: #8a2c8a; } .cyan { fill: #0b6075; } .grey { fill: #6b645e; }
@media (prefers-color-scheme: dark) {
  rect { fill: #1d1a18; stroke: #3a3531; }
  text { fill: #e8e2dc; }
  .red { fill: #ff8a7a; } .green { fill: #86d49a; } .yellow { fill: #e8c26a; }
  .magenta { fill: #e2a0e2; } .cyan { fill: #7fd0e4; } .grey { fill: #a39a92; }
}
${moments(times)}</style>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
${texts.join('\n')}
</svg>
`
}

/** Whoever wants no motion has all lines at once. */
function moments(times) {
  if (times.length === 0) return ''
  const whole = Math.max(...times) + STANDS
  const each = times.map((at, moment) => {
    const part = ((at / whole) * 100).toFixed(2)
    return `@keyframes t${moment} { 0% { opacity: 0 } ${part}% { opacity: 1 } } .t${moment} { animation-name: t${moment} }`
  })
  return `@media (prefers-reduced-motion: no-preference) {
  text { animation: ${whole.toFixed(1)}s step-end infinite; }
  ${each.join('\n  ')}
}
`
}

/** The parts of a line, each in its colour. */
function spans(line) {
  const [first, ...rest] = line.split('\u001b[')
  const parts = rest.map((part) => {
    const [, code, text] = /^(\d+)m(.*)$/.exec(part) ?? []
    const name = CLASSES[code]
    return name === undefined || text === ''
      ? escaped(text)
      : `<tspan class="${name}">${escaped(text)}</tspan>`
  })
  return escaped(first) + parts.join('')
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
