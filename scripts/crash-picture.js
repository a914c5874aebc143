// `npm run picture`: runs scripts/picture/shop.mjs in a terminal of its own (`script` of util-linux) and draws what it printed as
// docs/images/crash.svg, in the colours of light and dark pages. The text is what the program wrote, but for the line of the command.
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

const COMMAND = '$ npx heartwood start shop.mjs'
/** The last line that is shown. */
const LAST = /order 6:/
const LINE = 19
const CHARACTER = 7.85
const MARGIN = 18
/** The codes of colours that the log uses, as classes. */
const CLASSES = { 1: 'bold', 31: 'red', 32: 'green', 33: 'yellow', 35: 'magenta', 36: 'cyan', 90: 'grey' }

const folder = fileURLToPath(new URL('picture', import.meta.url))
const lines = [COMMAND, ...(await printed())]
writeFileSync(new URL('../docs/images/crash.svg', import.meta.url), drawn(lines))
console.log(`docs/images/crash.svg: ${lines.length} lines`)

/** @returns what the program printed up to the last line that is shown */
function printed() {
  const command = `stty cols 110; exec '${process.execPath}' ../../bin/heartwood.js start shop.mjs`
  const { CI: _, NO_COLOR: __, ...env } = process.env
  const terminal = spawn('script', ['-qec', command, '/dev/null'], {
    cwd: folder,
    env: { ...env, TERM: 'xterm', FORCE_COLOR: '1', HEARTWOOD_ENV: 'development' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let text = ''
  return new Promise((resolve, reject) => {
    terminal.once('error', reject)
    terminal.once('close', () => reject(new Error(`it ended before its last line:\n${text}`)))
    terminal.stdout.setEncoding('utf8').on('data', (part) => {
      text += part
      const lines = text.split(/\r?\n/)
      const last = lines.findIndex((line) => LAST.test(line))
      // The line is whole once another has begun.
      if (last === -1 || last === lines.length - 1) return
      terminal.removeAllListeners('close')
      // Ctrl+C, as a person would.
      terminal.stdin.end('\u0003')
      resolve(lines.slice(0, last + 1))
    })
  })
}

function drawn(lines) {
  const columns = Math.max(...lines.map((line) => stripVTControlCharacters(line).length))
  const width = Math.ceil(columns * CHARACTER + 2 * MARGIN)
  const height = lines.length * LINE + 2 * MARGIN
  const texts = lines.map(
    (line, at) => `<text x="${MARGIN}" y="${MARGIN + 14 + at * LINE}">${spans(line)}</text>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>A terminal: a worker crashes, its supervisor starts it again, and the other worker goes on</title>
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
</style>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
${texts.join('\n')}
</svg>
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
