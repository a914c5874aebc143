/**
 * Runs each program beside its twin on Elixir and compares what they print: `npm run examples:compare`. With `--record`
 * what the twins print is written down too: the test command compares with that, where there is no Elixir.
 */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { PROGRAMS, type Program, recordOf, settled } from './programs.js'

const here = fileURLToPath(new URL('.', import.meta.url))

// On one scheduler, as in Node: on several, a subscriber may now and then be quicker than the publisher.
const ELIXIR = ['elixir', '--erl', '+S 1']
const recording = process.argv.includes('--record')

function output(command: readonly string[], file: string, program: Program): string[] {
  const printed = execFileSync(command[0] ?? '', [...command.slice(1), file, ...program.arguments], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 60_000,
  })
  return settled(printed, program)
}

/**
 * The BEAM halts when its main process has returned, wherever the others are: more or less of what they would have
 * printed is lost. The program on Node ends before any of it.
 */
const mayBeLost = (program: Program, line: string) =>
  program.arguments[0] === 'no-wait' && /^Publishing|received/.test(line)

function differs(program: Program): boolean {
  const ours = output([process.execPath], `${here}${program.name}.js`, program)
  const theirs = output(ELIXIR, `${here}../elixir/${program.name}.exs`, program)
  const expected = theirs.filter((line) => !mayBeLost(program, line))
  if (recording) writeFileSync(`${here}../elixir/${recordOf(program)}`, `${expected.join('\n')}\n`)
  const title = [program.name, ...program.arguments].join(' ')
  if (ours.filter((line) => !mayBeLost(program, line)).join('\n') === expected.join('\n')) {
    console.log(`✓ ${title}: ${ours.length} lines`)
    return false
  }
  console.log(`✗ ${title}`)
  for (const line of ours.filter((line) => !expected.includes(line))) console.log(`  heartwood  ${line}`)
  for (const line of expected.filter((line) => !ours.includes(line))) console.log(`  elixir     ${line}`)
  return true
}

try {
  execFileSync('elixir', ['--version'], { stdio: 'ignore' })
} catch {
  console.error('There is no elixir here. On Debian: apt-get install elixir')
  process.exit(69)
}
const different = PROGRAMS.filter(differs).length
console.log(`${PROGRAMS.length - different} of ${PROGRAMS.length} print what their twins print`)
process.exit(different === 0 ? 0 : 1)
