/** The command line: what there is to say, and which command does it. */

import { Command, CommanderError, Option } from 'commander'
import { type Accompaniment, exitCode, exitCodeOf } from '../application/index.js'
import { check, type Sources, tree } from './commands/check-and-tree.js'
import { settingsInForce, settingsSchema } from './commands/config.js'
import { liveTree, nodeTree } from './commands/live-tree.js'
import { machines } from './commands/machine.js'
import { DECORATORS, newProject, type ProjectOptions } from './commands/new-project.js'
import { start } from './commands/start.js'
import { printEnding, printError, printFailure, printJson } from './console/failure-output.js'
import { example, helpEnd } from './console/help-text.js'
import { whileLoading } from './console/load-failures.js'
import { version } from './console/package-version.js'
import { overridesOf } from './console/set-flag.js'
import { usageError } from './console/usage-mistakes.js'

/** The options that every command understands. */
interface Options {
  readonly json?: boolean
  readonly verbose?: boolean
}

/** Adds a command to the program; `done` takes its exit code, where it is not 0. */
export type CommandMaker = (program: Command, done: (code: number) => void) => void

/** Asks the observer of a node, over the connection between nodes. */
export type NodeAsking = (
  node: string,
  way: { readonly config?: string | undefined; readonly at?: string | undefined },
  work: (ask: (path: string) => Promise<unknown>) => Promise<string>,
) => Promise<string>

/** What layers above add to the command line. */
export interface Extras extends Accompaniment {
  readonly commands?: readonly CommandMaker[]
  readonly askingNode?: NodeAsking
}

/**
 * Runs one command line.
 *
 * @param argv arguments after the program's name
 * @returns the exit code
 */
export async function main(argv: readonly string[], extras: Extras = {}): Promise<number> {
  let code = exitCode('ok')
  const done = (result: number): void => {
    code = result
  }
  const program = commandLine(done, extras)
  for (const add of extras.commands ?? []) add(program, done)
  // Asked of the words themselves: a command line that does not parse has no options yet.
  const json = argv.includes('--json')
  try {
    await program.parseAsync([...argv], { from: 'user' })
    if (json && code !== exitCode('ok')) printEnding(code)
    return code
  } catch (thrown) {
    // Help and version have been printed, and are no failures.
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return exitCode('ok')
    const error = thrown instanceof CommanderError ? usageError(thrown, program, argv) : thrown
    const { verbose = (process.env.DEBUG ?? '') !== '' } = program.opts<Options>()
    printError(error, verbose)
    if (json) printFailure(error, exitCodeOf(error))
    return exitCodeOf(error)
  }
}

/** The options of all commands that read settings. */
export interface SourceFlags {
  readonly env?: string
  readonly set?: readonly string[]
}

interface StartFlags extends SourceFlags {
  readonly bootTree?: boolean
  readonly watchConfig?: boolean
}

interface CheckFlags extends SourceFlags {
  readonly withoutValues?: boolean
}

interface ConfigFlags extends SourceFlags {
  readonly schema?: boolean
}

interface TreeFlags extends SourceFlags {
  readonly url?: string
  readonly node?: string
  readonly at?: string
}

/** Adds them to a command. */
export function readsSettings(command: Command): Command {
  return command
    .option(
      '--env <name>',
      'environment whose overlay and .env.NAME are used; if repeated, a later one overrides an earlier one; default HEARTWOOD_ENV, NODE_ENV, development',
      (name: string, before?: string) => (before === undefined ? name : `${before},${name}`),
    )
    .option(
      '--set <key=value>',
      'a setting, with precedence over every other source, such as db.pool=5; may be repeated',
      (text: string, before: readonly string[] = []) => [...before, text],
    )
}

export function sourcesOf({ env, set = [] }: SourceFlags, command: Command): Sources {
  return { environment: env, overrides: overridesOf(set, command.name()) }
}

function commandLine(done: (code: number) => void, { companions, askingNode }: Extras): Command {
  const program = new Command('heartwood')
    .description('Supervision trees for Node.js: makes, runs, checks and draws applications.')
    .option('-V, --version', 'print the version')
    .option('-v, --verbose', 'print errors with their stack')
    .option('--json', 'print JSON for scripts; of a failure, one last line { ok: false, exitCode, error }')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .configureHelp({ showGlobalOptions: true })
    // What the parser has to say is said by `main`.
    .configureOutput({ outputError: () => {} })
    .exitOverride()
    .on('option:version', () => {
      if (process.argv.includes('--json')) printJson({ ok: true, version: version() })
      else print(`${version()}\n`)
      throw new CommanderError(0, 'commander.version', 'the version is printed')
    })
  program.addHelpText('after', helpEnd)
  const json = (): boolean => program.opts<Options>().json === true
  readsSettings(program.command('start'))
    .summary('run the applications of a config module')
    .description(
      'Checks the config module, starts its applications (dependencies first, children in order) and runs until ' +
        'SIGTERM or SIGINT, which stop everything in reverse order. A second signal ends it at once.',
    )
    .argument(
      '<config>',
      'path of a module whose default export is defineConfig({ … }), such as dist/config.js',
    )
    .addHelpText('after', () =>
      example('heartwood start dist/config.js', 'heartwood start dist/config.js --json'),
    )
    .option('--boot-tree', 'print to standard error how long each part of the start took; JSON with --json')
    .option('--watch-config', 'tell running workers what changes in the settings, without a restart')
    .action(
      async (
        path: string,
        { bootTree, watchConfig, ...flags }: StartFlags,
        command: Command,
      ): Promise<void> =>
        done(
          await start(path, {
            bootTree: bootTree === true ? (json() ? 'json' : 'text') : undefined,
            sources: sourcesOf(flags, command),
            watchConfig,
            json: json(),
            companions,
          }),
        ),
    )
  readsSettings(program.command('check'))
    .summary('find mistakes in a config module without starting anything')
    .description(
      'Loads the config module and plans every tree: unknown keys, wrong types, applications that depend on each ' +
        'other in a circle, child specs, duplicate ids, and injection tokens that nothing is bound to.',
    )
    .argument('<config>', 'path of the config module, such as dist/config.js')
    .addHelpText('after', () =>
      example(
        'heartwood check dist/config.js && heartwood start dist/config.js',
        'heartwood check dist/config.js --without-values',
      ),
    )
    .addOption(
      new Option(
        '--without-values',
        'read no settings, for a machine that has no secrets: checks shapes, tree and injection only',
      ).conflicts('set'),
    )
    .action(
      async (
        path: string,
        { withoutValues = false, ...flags }: CheckFlags,
        command: Command,
      ): Promise<void> =>
        print(
          await check(path, { json: json(), sources: sourcesOf(flags, command), withoutValues, companions }),
        ),
    )
  readsSettings(program.command('config'))
    .summary('print the settings in force, and where each comes from')
    .description(
      'Reads the settings of a config module as start does, and prints each with its source; nothing is started. ' +
        'Values of secrets are not shown.',
    )
    .argument('<config>', 'path of the config module, such as dist/config.js')
    .addOption(
      new Option(
        '--schema',
        'print the JSON Schema of the settings instead; reads none of their values',
      ).conflicts('set'),
    )
    .addHelpText('after', () =>
      example(
        'heartwood config dist/config.js --env production',
        'heartwood config dist/config.js --schema > settings.schema.json',
      ),
    )
    .action(async (path: string, { schema, ...flags }: ConfigFlags, command: Command): Promise<void> => {
      const sources = sourcesOf(flags, command)
      print(await (schema === true ? settingsSchema(path, json()) : settingsInForce(path, json(), sources)))
    })
  readsSettings(program.command('tree'))
    .summary('draw the supervision tree of a config module, or of a running program')
    .description(
      'With a config module: the tree as it will be started. With --url: the tree as it is now, with the pid, name, ' +
        'state, restarts and queue of each process; the program must run its observer. With --node: the same, asked over the connection ' +
        'between nodes, with the cookie in HEARTWOOD_COOKIE or that of the config module.',
    )
    .argument('[config]', 'path of the config module, such as dist/config.js')
    .option('--url <url>', 'address of the observer of a running program')
    .option('--node <name>', 'name of the node of a running program, such as shop@127.0.0.1')
    .option('--at <host:port>', 'where that node listens, where there is no EPMD')
    .addHelpText('after', () =>
      example('heartwood tree dist/config.js', 'heartwood tree --url http://127.0.0.1:4010 --json'),
    )
    .action(
      async (
        path: string | undefined,
        { url, node, at, ...flags }: TreeFlags,
        command: Command,
      ): Promise<void> => {
        if (path === undefined && url === undefined && node === undefined) {
          command.error("missing argument 'config', or --url or --node")
        }
        if (url !== undefined && (path ?? node) !== undefined) {
          const other = path === undefined ? '--node' : "'config'"
          command.error(`${other} and --url exclude each other: one tree at a time`)
        }
        if ((url ?? node) !== undefined && (flags.set ?? flags.env) !== undefined) {
          const live = url === undefined ? '--node' : '--url'
          command.error(`--env and --set are for a config module, and ${live} draws a running program`)
        }
        if (node !== undefined && askingNode !== undefined) {
          print(await askingNode(node, { config: path, at }, (ask) => nodeTree(ask, json())))
          return
        }
        print(
          await (url === undefined
            ? tree(path ?? '', json(), sourcesOf(flags, command))
            : liveTree(url, json())),
        )
      },
    )
  program
    .command('machine')
    .summary('draw the state machines of a module, as Mermaid')
    .description(
      'Imports the module and prints a state diagram of each state machine that it exports: the states and ' +
        'transitions that it declares. Nothing is started; of a class whose constructor takes nothing an instance is made, to see its first state.',
    )
    .argument('<module>', 'path of a module that exports state machines, such as dist/door.js')
    .option('--only <name>', 'the one that is exported under that name')
    .addHelpText('after', () =>
      example(
        'heartwood machine dist/door.js > door.mmd',
        'heartwood machine dist/door.js --only Door --json',
      ),
    )
    .action(
      async (path: string, { only }: { only?: string }): Promise<void> =>
        print(await whileLoading(path, json(), machines(path, { json: json(), only }))),
    )
  program
    .command('new')
    .summary('make a project that runs and passes its own tests')
    .description(
      'Makes a folder with a supervised worker, a test that crashes it, and all that a project needs.',
    )
    .argument(
      '<name>',
      'name of the project, as npm takes it, and of its folder; or the path of the folder: apps/shop, or . for this one',
    )
    .option('--heartwood <spec>', 'what to depend on instead of this version: a range, a tarball or a folder')
    .option('--tsx', 'start it from its sources, by tsx, in place of a build by tsc')
    .addOption(
      new Option(
        '--decorators <mode>',
        'those of TypeScript with its options, of the standard, or functions in their place',
      )
        .choices(DECORATORS)
        .default('legacy'),
    )
    .addHelpText('after', () =>
      example('heartwood new shop', 'cd shop && npm install && npm test && npm start'),
    )
    .action((name: string, options: ProjectOptions) => print(newProject(name, options, json())))
  return program
}

function print(text: string): void {
  process.stdout.write(text)
}
