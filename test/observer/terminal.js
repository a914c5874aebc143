// `heartwood console` at a real terminal, that of `script` (util-linux): what a pipe has not, which is the prompt, the keys and the colours.
// The program that it is opened on is this one.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { defineServer, Kernel, start } from 'heartwood'
import { startObserver } from 'heartwood/observer'
import { Terminal } from '../../scripts/picture/terminal.js'

if (spawnSync('script', ['--version']).error !== undefined) {
  console.log('skipped: there is no `script` of util-linux here')
  process.exit(0)
}
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const TOKEN = 'a-token-of-a-test-long-enough'
const PROMPT = 'heartwood> '
const [TAB, ENTER, CONTROL_C, CONTROL_D] = ['\t', '\r', '\u0003', '\u0004']

let told
const hangs = new Promise((resolve) => {
  told = resolve
})

class Counter {
  #count = 0
  add(by) {
    this.#count += by
    return this.#count
  }
  hang() {
    told()
    return new Promise(() => {})
  }
}
defineServer(Counter, { calls: ['add', 'hang'] })

const kernel = new Kernel({ report: () => {} })
await kernel.run(() => start(Counter, undefined, { name: 'counter' }))
const observer = await startObserver({ kernel, port: 0, token: TOKEN })

function opened(token = TOKEN) {
  const command = `'${process.execPath}' '${ROOT}/bin/heartwood.js' console ${observer.url}`
  return new Terminal(command, { cwd: ROOT, env: { OBSERVER_TOKEN: token } })
}

/** Types, and waits for these texts, one after the other, and the next prompt. */
async function typed(terminal, keys, ...answers) {
  let from = terminal.text.length
  terminal.press(keys)
  for (const text of [...answers, PROMPT]) from = await terminal.printed(text, from)
  console.log(`ok: ${JSON.stringify(keys)} gives ${answers.join(', ')}`)
}

/** Types the beginning of a name, and has the rest of it filled in. */
async function completed(terminal, keys, rest) {
  const from = terminal.text.length
  terminal.press(keys)
  const typedAt = await terminal.printed(keys, from)
  terminal.press(TAB)
  await terminal.printed(rest, typedAt)
  console.log(`ok: ${keys} is completed by ${rest}`)
}

try {
  const terminal = opened()
  await terminal.printed('help tells what there is; Ctrl-D leaves.\n')
  await terminal.printed(PROMPT)
  // In colours.
  await typed(terminal, `ref('counter').call.add(2)${ENTER}`, '\u001b[33m2\u001b[39m')
  // A line over several has another prompt.
  terminal.press(`[1,${ENTER}`)
  await terminal.printed('... ')
  await typed(terminal, `7].map((each) => each * 6)${ENTER}`, '42')
  // Keys that no pipe has.
  await completed(terminal, "ref('cou", 'nter')
  await completed(terminal, "').call.a", 'dd')
  await typed(terminal, `(3)${ENTER}`, '5')
  terminal.press(`ref('counter').with(60_000).call.hang()${ENTER}`)
  await hangs
  await typed(terminal, CONTROL_C, 'CONSOLE_ABANDONED')
  await typed(terminal, `6 * 7${ENTER}`, '42')
  await typed(terminal, `nothing.at.all${ENTER}`, 'nothing is not defined')
  terminal.press(CONTROL_D)
  assert.equal(await terminal.closed, 0)

  const refused = opened('another-token-of-a-test')
  await refused.printed('OBSERVER_TOKEN')
  assert.notEqual(await refused.closed, 0)
  assert.doesNotMatch(refused.text, /heartwood> |another-token/)
  console.log('ok: another token is refused')
} finally {
  await observer.close()
}
