/** Mistakes on the command line, said with what was probably meant. */

import { existsSync } from 'node:fs'
import type { Command, CommanderError } from 'commander'
import { applicationError } from '../../application/index.js'
import type { HeartwoodError } from '../../kernel/index.js'

/** What other programs call our commands. */
const SYNONYMS: Readonly<Record<string, string>> = {
  run: 'start',
  begin: 'start',
  serve: 'start',
  up: 'start',
  init: 'new',
  create: 'new',
  generate: 'new',
  validate: 'check',
  lint: 'check',
  verify: 'check',
  draw: 'tree',
  show: 'tree',
  ps: 'tree',
  settings: 'config',
  configuration: 'config',
  version: '--version',
}

/** The error for what the parser refused, with the usage of the command it is about. */
export function usageError(error: CommanderError, program: Command, argv: readonly string[]): HeartwoodError {
  const said = `${problemOf(error)}${guess(error, argv)}`
  const problem = said.endsWith('?') ? said : `${said}.`
  // The first word that is one: `heartwood new config` is about no other.
  const [command] = argv.flatMap((word) => program.commands.find((each) => each.name() === word) ?? [])
  const words = command === undefined ? 'heartwood' : `heartwood ${command.name()}`
  const usage = `heartwood ${command === undefined ? program.usage() : `${command.name()} ${command.usage()}`}`
  return applicationError('USAGE', { problem, usage, help: `${words} --help` }, { cause: error })
}

function problemOf({ code, message }: CommanderError): string {
  if (code === 'commander.help') return 'there is no command'
  return (
    message
      .replace(/^error: /, '')
      .replace(/\.$/, '')
      // What somebody gave a misspelt option may be a secret.
      .replace(/'(--[\w-]+)=.*'/s, "'$1'")
      .replace(/\n\(Did you mean (.*)\?\)$/, '; did you mean $1?')
  )
}

/** Where a built project has its config module. */
const USUAL = 'dist/config.js'

/** What the parser, which goes by letters, cannot guess. */
function guess({ code, message }: CommanderError, argv: readonly string[]): string {
  const noConfig = code === 'commander.missingArgument' && message.includes("'config'")
  if (noConfig && existsSync(USUAL)) return `; did you mean heartwood ${argv[0]} ${USUAL}?`
  if (code !== 'commander.unknownCommand' || message.includes('Did you mean')) return ''
  const word = argv.find((each) => !each.startsWith('-')) ?? ''
  const command = Object.hasOwn(SYNONYMS, word) ? SYNONYMS[word] : undefined
  if (command !== undefined) return `; did you mean ${command}?`
  return /\.[cm]?[jt]s$/.test(word) ? `; did you mean heartwood start ${word}?` : ''
}
