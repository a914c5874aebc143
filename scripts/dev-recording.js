// `npm run picture`: records `heartwood dev` in a terminal, through the edits below, as docs/images/dev.svg. The lines are what the program
// printed and the commands that were run; they come when they came, but for waits of more than a second, which are cut.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { drawn } from './picture/drawing.js'
import { Terminal } from './picture/terminal.js'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const TITLE =
  'A terminal: a worker that counts goes on with new code at each save, keeps its count, and survives a mistake'
/** What is typed, and the count after which it is. */
const EDITS = [
  [/count 3\b/, "sed -i 's/+= 1$/+= 10/' src/counter.ts"],
  [/count 23\b/, `sed -i "s/+= 10$/+= '10/" src/counter.ts`],
  [/count 43\b/, `sed -i "s/'10$/100/" src/counter.ts`],
  [/count 243\b/, "sed -i 's/Counter]/Counter, Greeter]/' src/config.ts"],
]
const LAST = /count 443\b/
/** Seconds. */
const LONGEST_WAIT = 1

const folder = mkdtempSync(join(tmpdir(), 'heartwood-recording-'))
try {
  cpSync(join(ROOT, 'scripts/picture/counting'), folder, { recursive: true })
  mkdirSync(join(folder, 'node_modules'))
  for (const name of ['vite', 'inversify', 'reflect-metadata'])
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name))
  symlinkSync(ROOT, join(folder, 'node_modules/heartwood'))
  const terminal = new Terminal(
    `'${process.execPath}' node_modules/heartwood/bin/heartwood.js dev src/config.ts`,
    {
      cwd: folder,
      env: { HEARTWOOD_ENV: 'development' },
    },
  )
  const commands = [
    { text: '\u001b[1m$ npx heartwood dev src/config.ts\u001b[0m', before: terminal.lines.length },
  ]
  for (const [after, command] of EDITS) {
    await terminal.line(after)
    execFileSync('sh', ['-c', command], { cwd: folder })
    commands.push({ text: `\u001b[1m$ ${command}\u001b[0m`, before: terminal.lines.length, at: Date.now() })
  }
  const last = await terminal.line(LAST)
  const printed = terminal.lines.slice(0, terminal.lines.indexOf(last) + 1)
  terminal.press('\u0003')
  await terminal.closed
  for (const { before, text, at = printed[0].at } of commands.reverse())
    printed.splice(before, 0, { text, at })
  writeFileSync(join(ROOT, 'docs/images/dev.svg'), drawn(TITLE, timed(printed)))
  console.log(`docs/images/dev.svg: ${printed.length} lines`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** In seconds from the first line on; what came together is one moment. */
function timed(lines) {
  let [moment, before] = [0, lines[0].at]
  return lines.map(({ text, at }) => {
    const wait = (at - before) / 1_000
    if (wait > 0.05) {
      moment = Math.round((moment + Math.min(wait, LONGEST_WAIT)) * 100) / 100
      before = at
    }
    return { text, at: moment }
  })
}
