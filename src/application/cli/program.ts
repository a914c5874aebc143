/** The command line: what there is to say, and how errors are said. */
import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { HeartwoodError } from '../../kernel/index.js'
import { reasonLine } from '../../logging/index.js'
import { check, tree } from './check.js'
import { exitCode, exitCodeHelp } from './exit-codes.js'
import { start } from './start.js'

const EXAMPLES = `
Examples:
  heartwood start dist/config.js            run it; SIGTERM or Ctrl-C stops it in order
  heartwood check dist/config.js            find mistakes without starting anything
  heartwood tree dist/config.js             draw the supervision tree
`

/**
 * Runs one command line.
 *
 * @param argv arguments after the program's name
 * @returns the exit code
 */
export async function main(argv: readonly string[]): Promise<number> {
  let code = exitCode('ok')
  const program = commandLine((result) => {
    code = result
  })
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return code
  } catch (error) {
    // Commander has printed what it has to say; help and version are no failures.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode('ok') : exitCode('usage')
    printError(error, program.opts<{ verbose?: boolean }>().verbose === true)
    return HeartwoodError.is(error, 'BOOT_FAILED') ? exitCode('boot') : exitCode('usage')
  }
}

function commandLine(done: (code: number) => void): Command {
  const program = new Command('heartwood')
    .description('Supervision trees for Node.js: runs, checks and draws the applications of a config module.')
    .version(version(), '-V, --version', 'print the version')
    .option('-v, --verbose', 'print errors with their stack (also: DEBUG=1)')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .addHelpText('after', `${EXAMPLES}\n${exitCodeHelp()}`)
    .showHelpAfterError('(heartwood --help tells more)')
    .exitOverride()
  program
    .command('start')
    .summary('run the applications of a config module')
    .description(
      'Checks the config module, starts its applications (dependencies first, children in order) and runs until\n' +
        'SIGTERM or SIGINT, which stop everything in reverse order. A second signal ends it at once.',
    )
    .argument('<config>', 'path of a module whose default export is defineConfig({ … })')
    .action(async (path: string) => done(await start(path)))
  program
    .command('check')
    .summary('find mistakes in a config module without starting anything')
    .description(
      'Loads the config module and plans every tree: unknown keys, wrong types, applications that depend on each\n' +
        'other in a circle, child specs, duplicate ids, and injection tokens that nothing is bound to.',
    )
    .argument('<config>', 'path of the config module')
    .option('--json', 'print the result as JSON')
    .action(async (path: string, { json }: { json?: boolean }) => print(await check(path, json === true)))
  program
    .command('tree')
    .summary('draw the supervision tree of a config module')
    .argument('<config>', 'path of the config module')
    .option('--json', 'print the tree as JSON')
    .action(async (path: string, { json }: { json?: boolean }) => print(await tree(path, json === true)))
  return program
}

function print(text: string): void {
  process.stdout.write(text)
}

function printError(error: unknown, verbose: boolean): void {
  const message = HeartwoodError.is(error) ? `${error.message} [${error.code}]` : reasonLine(error)
  process.stderr.write(`heartwood: ${message}\n`)
  const wanted = verbose || (process.env.DEBUG ?? '') !== ''
  for (let at = error; wanted && at instanceof Error; at = at.cause) process.stderr.write(`${at.stack}\n`)
}

function version(): string {
  const manifest = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
