// `npm run picture`: runs scripts/picture/shop.mjs in a terminal and draws what it printed as docs/images/crash.svg. The text is what the
// program wrote, but for the line of the command.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { drawn } from './picture/drawing.js'
import { Terminal } from './picture/terminal.js'

const COMMAND = '$ npx heartwood start shop.mjs'
const TITLE = 'A terminal: a worker crashes, its supervisor starts it again, and the other worker goes on'

const terminal = new Terminal(`'${process.execPath}' ../../bin/heartwood.js start shop.mjs`, {
  cwd: fileURLToPath(new URL('picture', import.meta.url)),
  env: { HEARTWOOD_ENV: 'development' },
})
// The last line that is shown.
const last = await terminal.line(/order 6:/)
const printed = terminal.lines.slice(0, terminal.lines.indexOf(last) + 1)
// As a person would.
terminal.press('\u0003')
await terminal.closed
const lines = [COMMAND, ...printed.map(({ text }) => text)].map((text) => ({ text }))
writeFileSync(new URL('../docs/images/crash.svg', import.meta.url), drawn(TITLE, lines))
console.log(`docs/images/crash.svg: ${lines.length} lines`)
